// The management client: one node, linked with every array. A call or a read is a message to the
// array, sent again every second until it is answered; the client gives up after the time that its
// caller names. An array that went down under a call has lost it: no answer, never a second run.
// Source: DESIGN 2 and 7; language.md sections 5 (`give-up`) and 11 (`client-<array>`).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/provider/provider.h"
#include "model/services/management_wire.h"
#include "model/testbed/answer_wait.h"
#include "sim/link.h"
#include "sim/node.h"
#include "sim/task.h"

namespace replsim::testbed {

/// What the client asks of an array.
struct ManagementRequest {
  services::Management kind = services::Management::Get;
  cim::MethodCall call;  ///< Invoke only.
  cim::ObjectPath path;
  std::string class_name;
};

class ManagementClient {
 public:
  static constexpr sim::Duration repeat = sim::seconds(1);

  /// Sets the node's boot function.
  explicit ManagementClient(sim::Node& node);
  ManagementClient(const ManagementClient&) = delete;
  ManagementClient& operator=(const ManagementClient&) = delete;
  ~ManagementClient();

  using Reply = provider::Answer<std::unique_ptr<sim::MessageBody>>;
  sim::Task<Reply> ask(sim::World& world, sim::Link& link, ManagementRequest request,
                       sim::Duration give_up);
  /// Method calls without an answer so far.
  std::size_t calls_open() const;

 private:
  class Pending;
  class Software;

  void receive(sim::Message message, sim::World& world);
  void send(sim::World& world, sim::Link& link, const ManagementRequest& request,
            std::uint64_t number);

  sim::Node& node_;
  std::uint64_t next_request_ = 1;
  std::vector<Pending*> open_;  // ascending by number
};

/// One array as the client reaches it.
class ArrayProvider final : public provider::Provider {
 public:
  ArrayProvider(ManagementClient& client, sim::Link& link) : client_(client), link_(link) {}

  sim::Task<provider::Answer<cim::MethodOutcome>> invoke(sim::World& world, cim::MethodCall call,
                                                         sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> get(sim::World& world, cim::ObjectPath path,
                                                         sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> enumerate(sim::World& world,
                                                               std::string class_name,
                                                               sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> associators(sim::World& world,
                                                                 cim::ObjectPath of,
                                                                 std::string class_name,
                                                                 sim::Duration give_up) override;
  sim::Task<provider::Answer<provider::ReadOutcome>> references(sim::World& world,
                                                                cim::ObjectPath of,
                                                                std::string class_name,
                                                                sim::Duration give_up) override;

 private:
  sim::Task<provider::Answer<provider::ReadOutcome>> read(sim::World& world,
                                                          ManagementRequest request,
                                                          sim::Duration give_up);
  ManagementClient& client_;
  sim::Link& link_;
};

}  // namespace replsim::testbed
