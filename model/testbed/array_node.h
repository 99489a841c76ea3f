// The software of one array node: the engine and the replication service on top of it. It hands
// messages to the right one, and answers a repeated management request from memory, never twice.
// While the engine still reads its records, what comes from hosts and clients waits here.
// The service is a process of its own: it may die while the engine goes on. Its log of requests is
// stable, so that the next process runs none again; what one under way led to it cannot know (R1).
// Source: DESIGN 2 (a management call), 4 (only messages).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/engine/array.h"
#include "model/services/management_wire.h"
#include "model/services/replication_service.h"
#include "sim/node.h"
#include "sim/task.h"

namespace replsim::testbed {

class ArrayNode final : public sim::Software {
 public:
  ArrayNode(sim::World& world, sim::Node& node, const engine::ArrayConfig& config);

  /// Read the records and go on with what was under way.
  void start(sim::World& world) { array_.start(world); }
  void receive(sim::World& world, sim::Node& from, sim::Message message) override;
  engine::Array& array() { return array_; }
  /// Calls that have come and are not answered.
  bool serving() const { return at_work_ != 0; }
  /// The service's process dies: calls under way are answered Unknown (2) when their client asks
  /// again, or `silent` never. Returns how many these are.
  std::uint64_t service_dies(bool silent);

 private:
  /// A request of a management client and, once there is one, its answer.
  struct Served {
    const sim::Node* client;
    std::uint32_t incarnation;
    std::uint64_t request;
    services::Management kind;
    bool done = false;
    bool silent = false;  ///< Its client gets no answer.
    cim::MethodOutcome outcome;
    services::ReadResult read;
  };

  /// A message that came before the engine was ready.
  struct Held {
    sim::Node* from;
    std::uint32_t incarnation;
    sim::Message message;
  };

  void dispatch(sim::World& world, sim::Node& from, sim::Message message);
  sim::Task<void> hand_over_held(sim::World& world);
  void manage(sim::World& world, sim::Node& from, sim::Message message);
  sim::Task<void> serve(sim::World& world, sim::Node& from, std::uint64_t request,
                        cim::MethodCall call);
  services::ReadResult read(const sim::World& world, services::Management kind,
                            const services::ReadBody& body) const;
  Served* find(const sim::Node& from, std::uint64_t request);
  void reply(sim::World& world, sim::Node& to, const Served& served);

  sim::Node& node_;
  engine::Array array_;
  services::ReplicationService service_;
  std::vector<Served> served_;
  std::vector<Held> held_;
  std::size_t at_work_ = 0;  ///< Calls that the engine has.
};

}  // namespace replsim::testbed
