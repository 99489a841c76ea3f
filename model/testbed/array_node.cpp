// Dispatching, and the memory of answers.
#include "model/testbed/array_node.h"

#include <algorithm>
#include <utility>

#include "model/engine/wire.h"
#include "sim/check.h"
#include "sim/link.h"

namespace replsim::testbed {

using services::Management;

namespace {

// How often to look whether the engine has read its records, as long as somebody waits for it.
constexpr sim::Duration shortest_look = sim::microseconds(20);
constexpr sim::Duration longest_look = sim::milliseconds(100);

}  // namespace

ArrayNode::ArrayNode(sim::World& world, sim::Node& node, const engine::ArrayConfig& config)
    : node_(node), array_(world, node, config), service_(array_) {}

void ArrayNode::receive(sim::World& world, sim::Node& from, sim::Message message) {
  const bool of_peer = message.kind > engine::number(engine::Wire::ManagementReply);
  if (of_peer || (array_.ready() && held_.empty())) {
    dispatch(world, from, std::move(message));
    return;
  }
  held_.push_back({&from, from.incarnation(), std::move(message)});
  if (held_.size() == 1) node_.tasks().spawn(world, hand_over_held(world));
}

sim::Task<void> ArrayNode::hand_over_held(sim::World& world) {
  sim::Duration pause = shortest_look;
  while (!array_.ready()) {
    co_await sim::sleep_on(world, node_, pause);
    pause = std::min(2 * pause, longest_look);
  }
  for (Held& held : std::exchange(held_, {})) {
    if (held.from->incarnation() != held.incarnation) continue;  // its session is over
    dispatch(world, *held.from, std::move(held.message));
  }
}

void ArrayNode::dispatch(sim::World& world, sim::Node& from, sim::Message message) {
  if (message.kind == engine::number(engine::Wire::Management)) {
    manage(world, from, std::move(message));
  } else {
    array_.receive(world, from, std::move(message));
  }
}

std::uint64_t ArrayNode::service_dies(bool silent) {
  std::uint64_t under_way = 0;
  for (Served& served : served_) {
    if (served.done) continue;
    ++under_way;
    served.done = true;
    served.silent = silent;
    served.outcome.code = cim::number(cim::ReturnCode::Unknown);
    served.outcome.error = cim::Error{.message_id = "failed:restart",
                                      .message = "the service restarted after it sent the order",
                                      .rule = "R1"};
  }
  return under_way;
}

ArrayNode::Served* ArrayNode::find(const sim::Node& from, std::uint64_t request) {
  const auto at = std::ranges::find_if(served_, [&](const Served& served) {
    return served.client == &from && served.request == request;
  });
  return at == served_.end() ? nullptr : &*at;
}

void ArrayNode::manage(sim::World& world, sim::Node& from, sim::Message message) {
  if (array_.config().service_faults->away(world, node_.entity())) return;
  const std::uint64_t lowest = message.words[1];
  std::erase_if(served_, [&](const Served& served) {
    const bool older = served.incarnation != from.incarnation() || served.request < lowest;
    return served.client == &from && served.done && older;
  });
  if (const Served* known = find(from, message.request)) {
    if (known->done && !known->silent) reply(world, from, *known);
    return;
  }
  const auto kind = static_cast<Management>(message.words[0]);
  served_.push_back({.client = &from,
                     .incarnation = from.incarnation(),
                     .request = message.request,
                     .kind = kind});
  if (kind == Management::Invoke) {
    auto& body = static_cast<services::CallBody&>(*message.body);
    node_.tasks().spawn(world, serve(world, from, message.request, std::move(body.call)));
    return;
  }
  Served& served = served_.back();
  served.read = read(world, kind, static_cast<const services::ReadBody&>(*message.body));
  served.done = true;
  reply(world, from, served);
}

sim::Task<void> ArrayNode::serve(sim::World& world, sim::Node& from, std::uint64_t request,
                                 cim::MethodCall call) {
  ++at_work_;
  cim::MethodOutcome outcome = co_await service_.invoke(world, std::move(call), request);
  --at_work_;
  Served* served = find(from, request);
  // The process that would answer has died meanwhile; its client may have gone on.
  if (served == nullptr || served->done) co_return;
  served->outcome = std::move(outcome);
  served->done = true;
  reply(world, from, *served);
}

services::ReadResult ArrayNode::read(const sim::World& world, Management kind,
                                     const services::ReadBody& body) const {
  switch (kind) {
    case Management::Get: return service_.get(world, body.path);
    case Management::Enumerate: return service_.enumerate(world, body.class_name);
    case Management::Associators: return service_.associators(world, body.path, body.class_name);
    case Management::References: return service_.references(world, body.path, body.class_name);
    case Management::Invoke: break;
  }
  return {cim::CimStatus::NotSupported, {}};
}

void ArrayNode::reply(sim::World& world, sim::Node& to, const Served& served) {
  sim::Link* link = node_.link_to(to);
  REPLSIM_CHECK(link != nullptr);
  sim::Message message;
  message.kind = engine::number(engine::Wire::ManagementReply);
  message.bytes = services::management_bytes;
  message.request = served.request;
  message.words[0] = static_cast<std::uint64_t>(served.kind);
  if (served.kind == Management::Invoke) {
    auto body = std::make_unique<services::CallReplyBody>();
    body->outcome = served.outcome;
    message.body = std::move(body);
  } else {
    auto body = std::make_unique<services::ReadReplyBody>();
    body->result = served.read;
    message.body = std::move(body);
  }
  link->send(world, node_, std::move(message));
}

}  // namespace replsim::testbed
