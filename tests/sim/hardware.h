// Hardware for the kernel's tests: a node whose software notes what it gets, a medium that keeps
// its blocks in a map and can lose them, and a trace reader.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/disk.h"
#include "sim/link.h"
#include "sim/node.h"
#include "sim/trace_kinds.h"
#include "sim/world.h"
#include "tests/sim/instant.h"

namespace replsim::sim {

/// What a node's software got, and when. Lives outside of the node.
struct Received {
  std::int64_t time;
  std::uint64_t request;
  bool operator==(const Received&) const = default;
};

struct Notes {
  std::vector<Received> got;
  std::vector<std::uint64_t> requests() const {
    std::vector<std::uint64_t> out;
    for (const Received& received : got) out.push_back(received.request);
    return out;
  }
};

/// Notes every message; `then` may act on it.
class NotingSoftware final : public Software {
 public:
  using Then = std::function<void(World&, Node& from, const Message&)>;
  explicit NotingSoftware(Notes& notes, Then then = {}) : notes_(notes), then_(std::move(then)) {}
  void receive(World& world, Node& from, Message message) override {
    notes_.got.push_back({ns(world.now()), message.request});
    if (then_) then_(world, from, message);
  }

 private:
  Notes& notes_;
  Then then_;
};

inline Node::Boot noting(Notes& notes) {
  return [&notes](World&, Node&) { return std::make_unique<NotingSoftware>(notes); };
}

inline Message message(std::uint64_t request, std::uint32_t bytes = 64) {
  Message out;
  out.kind = 7;
  out.bytes = bytes;
  out.request = request;
  return out;
}

/// Blocks of one area: what is read, and what a power loss leaves.
class TestMedium final : public Medium {
 public:
  void write(const DiskWrite& write, bool stable) override {
    for (std::uint64_t i = 0; i < write.extent.blocks; ++i) {
      const std::uint64_t lba = write.extent.lba + i;
      now[lba] = write.words.empty() ? write.stamp : write.words[i];
      if (stable) kept[lba] = now[lba];
    }
  }
  void harden() override { kept = now; }
  Loss lose(Stream& tear, Survival) override {
    Loss loss;
    for (const auto& [lba, stamp] : now) {
      if (kept[lba] == stamp) continue;
      const bool survives = tear.chance(parts_per_billion / 2);
      if (survives) kept[lba] = stamp;
      ++(survives ? loss.survived : loss.lost);
    }
    now = kept;
    return loss;
  }
  std::uint64_t read(std::uint64_t lba) const {
    const auto found = now.find(lba);
    return found == now.end() ? 0 : found->second;
  }

  std::map<std::uint64_t, std::uint64_t> now;
  std::map<std::uint64_t, std::uint64_t> kept;  // survives a power loss
};

/// Collects the events of one kind.
class Collector final : public TraceObserver {
 public:
  Collector(World& world, const TraceKind& kind) : trace_(world.trace()), kind_(kind) {
    trace_.add_observer(*this);
  }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector() override { trace_.remove_observer(*this); }
  void observe(const TraceEvent& event) override {
    if (event.kind == kind_.number) events.push_back(event);
  }
  std::vector<TraceEvent> events;

 private:
  Trace& trace_;
  const TraceKind& kind_;
};

/// A kernel action at an instant. Owns its function; must outlive the instant.
class ActionAt {
 public:
  ActionAt(World& world, Instant when, std::function<void()> action)
      : world_(world), action_(std::move(action)) {
    event_ = world.post_at(when, &ActionAt::run, this);
  }
  ActionAt(const ActionAt&) = delete;
  ActionAt& operator=(const ActionAt&) = delete;
  ~ActionAt() { world_.cancel(event_); }

 private:
  static void run(void* self, std::uint64_t) {
    auto* action = static_cast<ActionAt*>(self);
    action->world_.between_events(action->action_);
  }
  World& world_;
  std::function<void()> action_;
  EventId event_{};
};

}  // namespace replsim::sim
