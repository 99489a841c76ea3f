// Greetings, requests that are repeated, replies that are remembered.
#include "model/engine/peers.h"

#include <algorithm>

#include "model/engine/context.h"

namespace replsim::engine {
namespace {

constexpr sim::Duration retry_interval = sim::seconds(1);
constexpr std::size_t replies_kept = 256;

}  // namespace

void Peers::start(sim::World& world) {
  // Numbers of another incarnation never come again.
  next_request_ = std::uint64_t{context_.node.incarnation()} << 32 | 1;
  // Whoever a link leads to may be an array; one that is not never answers a greeting.
  for (const std::string& name : context_.config.peers) {
    sim::Link* link = nullptr;
    for (sim::Link* candidate : context_.node.links()) {
      if (candidate->other(context_.node).name() == name) link = candidate;
    }
    if (link == nullptr) continue;
    auto peer = std::make_unique<Peer>();
    peer->name = name;
    peer->link = link;
    peer->node = &link->other(context_.node);
    Peer& made = *peer;
    peers_.push_back(std::move(peer));
    made.watch = std::make_unique<sim::PathWatch>(
        world, *link, context_.node, context_.config.peer_timeout,
        [this, &world, &made](bool found) { watch_changed(world, made, found); });
    if (made.watch->found()) {
      context_.spawn(greet(world, made));
    } else {
      context_.spawn(lost_at_start(world, made));
    }
  }
}

Peers::Peer* Peers::find(std::string_view name) {
  const auto at = std::ranges::find_if(peers_, [&](const auto& p) { return p->name == name; });
  return at == peers_.end() ? nullptr : at->get();
}

const Peers::Peer* Peers::find(std::string_view name) const {
  const auto at = std::ranges::find_if(peers_, [&](const auto& p) { return p->name == name; });
  return at == peers_.end() ? nullptr : at->get();
}

bool Peers::known(std::string_view peer) const {
  return peer == context_.config.name || find(peer) != nullptr;
}

bool Peers::contact(std::string_view peer) const {
  if (peer == context_.config.name) return true;
  const Peer* found = find(peer);
  return found != nullptr && found->contact;
}

sim::Task<void> Peers::meet(sim::World& world, std::string peer, sim::Duration limit) {
  const sim::Instant deadline = world.now() + std::min(limit, context_.config.peer_timeout);
  while (world.now() < deadline) {
    const Peer* found = find(peer);
    if (found == nullptr || found->contact || !found->watch->found()) co_return;
    const Alarm alarm(world, met_, deadline - world.now());
    co_await met_.wait();
  }
}

std::uint64_t Peers::name_hash() const {
  return sim::hash_name(context_.config.name);
}

sim::Task<void> Peers::lost_at_start(sim::World& world, Peer& peer) {
  co_await sim::sleep_on(world, context_.node, context_.config.peer_timeout);
  if (!peer.contact && !peer.watch->found()) context_.reconcile.peer_lost(world, peer.name);
}

void Peers::watch_changed(sim::World& world, Peer& peer, bool found) {
  if (found) {
    if (!peer.contact) context_.spawn(greet(world, peer));
    return;
  }
  peer.contact = false;
  ++peer.session;
  met_.notify_all(world);
  for (Pending* pending : pending_) {
    if (pending->peer != peer.name) continue;
    pending->given_up = true;
    pending->answered.notify_all(world);
  }
  context_.reconcile.peer_lost(world, peer.name);
}

sim::Task<void> Peers::greet(sim::World& world, Peer& peer) {
  if (peer.greeting) co_return;
  peer.greeting = true;
  while (!peer.contact && peer.watch->found()) {
    auto body = std::make_unique<PairsBody>();
    body->incarnation = context_.node.incarnation();
    body->session = peer.session;
    body->pairs = context_.reconcile.facts(peer.name);
    sim::Message hello{.kind = number(Wire::Hello), .bytes = 256};
    hello.body = std::move(body);
    peer.link->send(world, context_.node, std::move(hello));
    co_await sim::sleep_on(world, context_.node, retry_interval);
  }
  peer.greeting = false;
}

void Peers::greeted(sim::World& world, Peer& peer, const PairsBody& theirs) {
  const bool same = peer.incarnation == theirs.incarnation && peer.their_session == theirs.session;
  if (peer.contact && same) return;
  // This end still thought itself in contact with an incarnation or a session that is over.
  const bool broken = peer.incarnation != 0 && !same;
  if (broken) {
    // The session is gone with the old incarnation, and every question that it had not answered.
    for (Pending* pending : pending_) {
      if (pending->peer != peer.name) continue;
      pending->given_up = true;
      pending->answered.notify_all(world);
    }
    std::erase_if(served_, [&](const Served& s) { return s.peer == peer.name && s.reply; });
  }
  peer.incarnation = theirs.incarnation;
  peer.their_session = theirs.session;
  peer.contact = true;
  met_.notify_all(world);
  context_.reconcile.peer_found(world, peer.name, theirs.pairs, broken);
}

void Peers::receive(sim::World& world, sim::Node& from, sim::Message message) {
  Peer* peer = find(from.name());
  if (peer == nullptr) return;
  const auto kind = static_cast<Wire>(message.kind);
  if (kind == Wire::Hello) {
    auto body = std::make_unique<PairsBody>();
    body->incarnation = context_.node.incarnation();
    body->session = peer->session;
    body->pairs = context_.reconcile.facts(peer->name);
    sim::Message reply{.kind = number(Wire::HelloReply), .bytes = 256};
    reply.body = std::move(body);
    peer->link->send(world, context_.node, std::move(reply));
  }
  if (kind == Wire::Hello || kind == Wire::HelloReply) {
    if (const auto* theirs = dynamic_cast<const PairsBody*>(message.body.get())) {
      greeted(world, *peer, *theirs);
    }
    return;
  }
  dispatch(world, peer->name, std::move(message));
}

void Peers::dispatch(sim::World& world, const std::string& peer, sim::Message message) {
  switch (static_cast<Wire>(message.kind)) {
    case Wire::MirrorWrite:
    case Wire::CopyWrite: context_.receiver.receive(world, peer, std::move(message)); return;
    case Wire::DataReply: context_.sender.answered(world, message); return;
    case Wire::JournalWrite: context_.journals.receive(world, peer, message); return;
    case Wire::JournalReply: context_.journals.answered(world, peer, message); return;
    case Wire::Control: serve(world, peer, std::move(message)); return;
    case Wire::ControlReply: {
      const auto at = std::ranges::find(pending_, message.request, &Pending::request);
      if (at == pending_.end() || (*at)->reply) return;
      if (auto* body = dynamic_cast<ControlReplyBody*>(message.body.get())) {
        (*at)->reply = std::make_unique<ControlReplyBody>(std::move(*body));
        (*at)->answered.notify_all(world);
      }
      return;
    }
    case Wire::HostRead:
    case Wire::HostWrite:
    case Wire::HostFlush:
    case Wire::HostReply:
    case Wire::Management:
    case Wire::ManagementReply:
    case Wire::Hello:
    case Wire::HelloReply: return;
  }
}

void Peers::send(sim::World& world, std::string_view peer, sim::Message message) {
  if (peer == context_.config.name) {
    loop_.push_back(std::move(message));
    if (loop_.size() == 1) {
      loop_event_ = world.post(sim::Duration{0}, &Peers::loop_back, this, 0, context_.node.lane());
    }
    return;
  }
  if (Peer* found = find(peer)) found->link->send(world, context_.node, std::move(message));
}

void Peers::loop_back(void* peers, std::uint64_t) {
  auto* self = static_cast<Peers*>(peers);
  Context& context = self->context_;
  sim::Message message = std::move(self->loop_.front());
  self->loop_.pop_front();
  if (!self->loop_.empty()) {
    self->loop_event_ =
        context.world.post(sim::Duration{0}, &Peers::loop_back, self, 0, context.node.lane());
  }
  self->dispatch(context.world, context.config.name, std::move(message));
}

Peers::~Peers() {
  context_.world.cancel(loop_event_);
}

sim::Task<Peers::Reply> Peers::ask(sim::World& world, std::string peer, ControlBody body,
                                   sim::Duration limit) {
  Pending pending{.request = next_request_++, .peer = peer};
  // Leaves the list when this Task ends or is destroyed.
  struct Listed {
    std::vector<Pending*>& list;
    Pending* item;
    ~Listed() { std::erase(list, item); }
  };
  pending_.push_back(&pending);
  const Listed listed{pending_, &pending};
  const sim::Instant deadline = world.now() + limit;
  while (!pending.reply && !pending.given_up && world.now() < deadline) {
    sim::Message message{.kind = number(Wire::Control), .bytes = 256, .request = pending.request};
    message.body = std::make_unique<ControlBody>(body);
    send(world, peer, std::move(message));
    const Alarm alarm(world, pending.answered, std::min(retry_interval, deadline - world.now()));
    co_await pending.answered.wait();
    co_await sim::Awake(world, context_.node);
  }
  // Frozen meanwhile: what was true then need not be so any more.
  if (world.now() > deadline) co_return nullptr;
  co_return std::move(pending.reply);
}

void Peers::serve(sim::World& world, const std::string& peer, sim::Message message) {
  const auto at = std::ranges::find_if(served_, [&](const Served& served) {
    return served.peer == peer && served.request == message.request;
  });
  if (at != served_.end()) {
    if (!at->reply) return;  // at work: its reply will come
    sim::Message reply{
        .kind = number(Wire::ControlReply), .bytes = 256, .request = message.request};
    reply.body = std::make_unique<ControlReplyBody>(*at->reply);
    send(world, peer, std::move(reply));
    return;
  }
  auto* body = dynamic_cast<ControlBody*>(message.body.get());
  if (body == nullptr) return;
  served_.push_back({.peer = peer, .request = message.request});
  if (served_.size() > replies_kept && served_.front().reply) served_.erase(served_.begin());
  context_.spawn(run(world, peer, message.request, std::make_unique<ControlBody>(*body)));
}

sim::Task<void> Peers::run(sim::World& world, std::string peer, std::uint64_t request,
                           std::unique_ptr<ControlBody> body) {
  ControlReplyBody answer = co_await context_.control.serve(world, peer, std::move(body));
  const auto at = std::ranges::find_if(served_, [&](const Served& served) {
    return served.peer == peer && served.request == request;
  });
  if (at != served_.end()) at->reply = std::make_unique<ControlReplyBody>(answer);
  sim::Message reply{.kind = number(Wire::ControlReply), .bytes = 256, .request = request};
  reply.body = std::make_unique<ControlReplyBody>(std::move(answer));
  send(world, peer, std::move(reply));
}

}  // namespace replsim::engine
