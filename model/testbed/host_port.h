// The data path of one host: host I/O as messages to arrays and back. It is the hardware side: it
// outlives crashes of the host, so that a write count is never given twice.
//   H1  An I/O not answered is sent again every second under the same request; the array answers a
//       repeated one and never applies it twice.
//   H2  An I/O ends by its answer or after `give_up`. A crash of the host ends those under way
//       (Timeout); on a host that is down an I/O waits for its start.
//   H3  Requests count from 1 in every incarnation of the host.
// Source: DESIGN 2 (a host write), engine/wire.h.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "harness/provider/testbed.h"
#include "model/testbed/answer_wait.h"
#include "sim/link.h"
#include "sim/node.h"
#include "sim/task.h"

namespace replsim::testbed {

/// Times of a host's driver.
struct HostTimes {
  sim::Duration repeat;   ///< A request without an answer is sent again.
  sim::Duration give_up;  ///< The host's I/O time-out.
};
inline constexpr HostTimes host_times{sim::seconds(1), sim::seconds(30)};

/// A volume as a host reaches it.
struct HostTarget {
  sim::Link* link = nullptr;
  std::uint32_t volume = 0;  ///< Number at its array.
  std::uint32_t block = 4096;
};

class HostPort {
 public:
  /// `number` of the host, from 1 in topology order. Sets the node's boot function.
  HostPort(sim::World& world, sim::Node& node, std::uint16_t number);
  HostPort(const HostPort&) = delete;
  HostPort& operator=(const HostPort&) = delete;
  ~HostPort();

  sim::Task<provider::IoOutcome> io(sim::World& world, HostTarget target,
                                    provider::IoRequest request);
  /// The stamp that the next write will have.
  std::uint64_t next_stamp() const;
  sim::Node& node() { return node_; }

 private:
  class Pending;
  class Software;

  void receive(sim::World& world, sim::Message message);
  void node_changed(sim::World& world);
  void send(sim::World& world, Pending& pending);
  void enter(Pending& pending);
  void leave(Pending& pending);

  sim::Node& node_;
  std::uint16_t number_;
  std::uint64_t writes_ = 0;        // of all incarnations
  std::uint64_t next_request_ = 1;  // of this incarnation
  // Open requests, from lowest_ on; null = ended. Those that wait for the host to start have none.
  std::deque<Pending*> open_;
  std::uint64_t lowest_ = 1;
  std::vector<Pending*> waiting_;
};

}  // namespace replsim::testbed
