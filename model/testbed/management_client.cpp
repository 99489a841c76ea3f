// Asking, repeating, giving up.
#include "model/testbed/management_client.h"

#include <algorithm>
#include <utility>

#include "model/engine/wire.h"

namespace replsim::testbed {

using provider::Answer;
using provider::ReadOutcome;
using services::Management;

/// One request; lies in the frame of its Task.
class ManagementClient::Pending {
 public:
  Pending(ManagementClient& owner, Management what)
      : client(owner), kind(what), number(owner.next_request_++), wait(owner.node_.lane()) {
    client.open_.push_back(this);
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() { std::erase(client.open_, this); }

  ManagementClient& client;
  Management kind;
  std::uint64_t number;
  AnswerWait wait;
  std::unique_ptr<sim::MessageBody> reply;
};

class ManagementClient::Software final : public sim::Software {
 public:
  explicit Software(ManagementClient& client) : client_(client) {}
  void receive(sim::World& world, sim::Node&, sim::Message message) override {
    client_.receive(std::move(message), world);
  }

 private:
  ManagementClient& client_;
};

ManagementClient::ManagementClient(sim::Node& node) : node_(node) {
  node_.set_boot([this](sim::World&, sim::Node&) { return std::make_unique<Software>(*this); });
}

ManagementClient::~ManagementClient() = default;

std::size_t ManagementClient::calls_open() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      open_, [](const Pending* one) { return one->kind == Management::Invoke; }));
}

void ManagementClient::receive(sim::Message message, sim::World& world) {
  if (message.kind != engine::number(engine::Wire::ManagementReply)) return;
  for (Pending* pending : open_) {
    if (pending->number != message.request || pending->reply) continue;
    pending->reply = std::move(message.body);
    pending->wait.wake(world);
    return;
  }
}

void ManagementClient::send(sim::World& world, sim::Link& link, const ManagementRequest& request,
                            std::uint64_t number) {
  sim::Message message;
  message.kind = engine::number(engine::Wire::Management);
  message.bytes = services::management_bytes;
  message.request = number;
  message.words[0] = static_cast<std::uint64_t>(request.kind);
  message.words[1] = open_.front()->number;
  if (request.kind == Management::Invoke) {
    auto body = std::make_unique<services::CallBody>();
    body->call = request.call;
    message.body = std::move(body);
  } else {
    auto body = std::make_unique<services::ReadBody>();
    body->path = request.path;
    body->class_name = request.class_name;
    message.body = std::move(body);
  }
  link.send(world, node_, std::move(message));
}

sim::Task<ManagementClient::Reply> ManagementClient::ask(sim::World& world, sim::Link& link,
                                                         ManagementRequest request,
                                                         sim::Duration give_up) {
  Pending pending(*this, request.kind);
  const sim::Node& array = link.other(node_);
  const sim::Instant deadline = world.now() + give_up;
  std::uint32_t session = 0;  // incarnation that may have the request
  while (!pending.reply) {
    const bool up = array.state() != sim::NodeState::Down;
    if (session != 0 && (!up || array.incarnation() != session)) {
      co_return std::unexpected(cim::NoAnswer{array.name() + " went down during the call"});
    }
    if (world.now() >= deadline) {
      co_return std::unexpected(cim::NoAnswer{"no answer within the client's time-out"});
    }
    if (up) session = array.incarnation();
    send(world, link, request, pending.number);
    const sim::Duration left = deadline - world.now();
    co_await pending.wait.until(world, std::min(repeat, left));
  }
  co_return std::move(pending.reply);
}

// Provider
// -----------------------------------------------------------------------------------------

sim::Task<Answer<cim::MethodOutcome>> ArrayProvider::invoke(sim::World& world, cim::MethodCall call,
                                                            sim::Duration give_up) {
  ManagementRequest request;
  request.kind = Management::Invoke;
  request.call = std::move(call);
  ManagementClient::Reply reply = co_await client_.ask(world, link_, std::move(request), give_up);
  if (!reply) co_return std::unexpected(reply.error());
  co_return std::move(static_cast<services::CallReplyBody&>(**reply).outcome);
}

sim::Task<Answer<ReadOutcome>> ArrayProvider::read(sim::World& world, ManagementRequest request,
                                                   sim::Duration give_up) {
  ManagementClient::Reply reply = co_await client_.ask(world, link_, std::move(request), give_up);
  if (!reply) co_return std::unexpected(reply.error());
  services::ReadResult& result = static_cast<services::ReadReplyBody&>(**reply).result;
  ReadOutcome outcome;
  outcome.status = result.status;
  outcome.instances = std::move(result.instances);
  co_return outcome;
}

sim::Task<Answer<ReadOutcome>> ArrayProvider::get(sim::World& world, cim::ObjectPath path,
                                                  sim::Duration give_up) {
  ManagementRequest request;
  request.kind = Management::Get;
  request.path = std::move(path);
  return read(world, std::move(request), give_up);
}

sim::Task<Answer<ReadOutcome>> ArrayProvider::enumerate(sim::World& world, std::string class_name,
                                                        sim::Duration give_up) {
  ManagementRequest request;
  request.kind = Management::Enumerate;
  request.class_name = std::move(class_name);
  return read(world, std::move(request), give_up);
}

sim::Task<Answer<ReadOutcome>> ArrayProvider::associators(sim::World& world, cim::ObjectPath of,
                                                          std::string class_name,
                                                          sim::Duration give_up) {
  ManagementRequest request;
  request.kind = Management::Associators;
  request.path = std::move(of);
  request.class_name = std::move(class_name);
  return read(world, std::move(request), give_up);
}

sim::Task<Answer<ReadOutcome>> ArrayProvider::references(sim::World& world, cim::ObjectPath of,
                                                         std::string class_name,
                                                         sim::Duration give_up) {
  ManagementRequest request;
  request.kind = Management::References;
  request.path = std::move(of);
  request.class_name = std::move(class_name);
  return read(world, std::move(request), give_up);
}

}  // namespace replsim::testbed
