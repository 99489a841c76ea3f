// Sessions with other arrays: who is in contact, requests with replies. A request is repeated until
// it is answered or given up; the other side answers a repeated one from memory and never runs it
// twice. The peer of a local pair is the array itself: a loopback that is never lost.
//   contact = greeted in this session: both ends know each other's incarnation and relations.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/engine/wire.h"
#include "sim/link.h"
#include "sim/sync.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;

class Peers {
 public:
  explicit Peers(Context& context) : context_(context) {}
  Peers(const Peers&) = delete;
  Peers& operator=(const Peers&) = delete;
  ~Peers();

  /// Watch the links to other arrays and greet whoever is there.
  void start(sim::World& world);
  void receive(sim::World& world, sim::Node& from, sim::Message message);

  /// In contact, or the array itself.
  bool contact(std::string_view peer) const;
  /// There is a link to such an array at all.
  bool known(std::string_view peer) const;
  /// Wait for contact with a peer whose path is open and whose greeting is on its way, at most
  /// `peer_timeout`.
  sim::Task<void> meet(sim::World& world, std::string peer, sim::Duration limit);
  std::uint64_t name_hash() const;

  using Reply = std::unique_ptr<ControlReplyBody>;
  /// Ask the peer; nothing when it did not answer for `limit` or the session was lost.
  sim::Task<Reply> ask(sim::World& world, std::string peer, ControlBody body, sim::Duration limit);
  /// Send data, unanswered or answered by a message of its own.
  void send(sim::World& world, std::string_view peer, sim::Message message);

 private:
  struct Peer {
    std::string name;
    sim::Link* link = nullptr;
    sim::Node* node = nullptr;
    std::unique_ptr<sim::PathWatch> watch;
    bool contact = false;
    bool greeting = false;
    std::uint32_t incarnation = 0;    ///< Of the last greeting.
    std::uint32_t their_session = 0;  ///< Of the last greeting.
    std::uint32_t session = 1;        ///< Own; another one after each loss.
  };
  struct Pending {
    std::uint64_t request = 0;
    std::string peer;
    bool given_up = false;
    Reply reply;
    sim::Signal answered;
  };
  struct Served {
    std::string peer;
    std::uint64_t request = 0;
    std::uint32_t incarnation = 0;
    std::unique_ptr<ControlReplyBody> reply;  ///< Null while it is at work.
  };

  Peer* find(std::string_view name);
  const Peer* find(std::string_view name) const;
  void watch_changed(sim::World& world, Peer& peer, bool found);
  sim::Task<void> greet(sim::World& world, Peer& peer);
  sim::Task<void> lost_at_start(sim::World& world, Peer& peer);
  void greeted(sim::World& world, Peer& peer, const PairsBody& theirs);
  void serve(sim::World& world, const std::string& peer, sim::Message message);
  sim::Task<void> run(sim::World& world, std::string peer, std::uint64_t request,
                      std::unique_ptr<ControlBody> body);
  static void loop_back(void* peers, std::uint64_t);
  void dispatch(sim::World& world, const std::string& peer, sim::Message message);

  Context& context_;
  std::vector<std::unique_ptr<Peer>> peers_;
  sim::Signal met_;  ///< A peer was greeted, or lost.
  std::vector<Pending*> pending_;
  std::vector<Served> served_;
  std::uint64_t next_request_ = 1;
  std::deque<sim::Message> loop_;  ///< To this array itself, not yet delivered.
  sim::EventId loop_event_{};
};

/// Wakes a signal's waiters after a time; destroyed with the wait.
class Alarm {
 public:
  Alarm(sim::World& world, sim::Signal& signal, sim::Duration after)
      : world_(world), signal_(signal), event_(world.post(after, &Alarm::ring, this)) {}
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() { world_.cancel(event_); }

 private:
  static void ring(void* alarm, std::uint64_t) {
    auto* self = static_cast<Alarm*>(alarm);
    self->signal_.notify_all(self->world_);
  }
  sim::World& world_;
  sim::Signal& signal_;
  sim::EventId event_;
};

}  // namespace replsim::engine
