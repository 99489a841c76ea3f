// PHOLD, the yardstick of event simulators (Fujimoto 1990): each process receives a message and
// sends one to a random process after 0.1 s + an exponential of mean 0.9 s. Here a process is a
// Task that waits at its mailbox, a message is a cancellable event and enters the trace's hash.
// phold/PROCESSES/MESSAGES: messages under way for each process; items are events.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "sim/inbox.h"
#include "sim/task.h"
#include "sim/trace.h"
#include "sim/world.h"

namespace replsim::sim {
namespace {

constexpr TraceKind hop{60, "hop", {"to", "", ""}, true, false};

class Phold {
 public:
  Phold(std::uint64_t processes, std::uint64_t messages) : inboxes_(processes) {
    for (std::uint64_t i = 0; i < processes; ++i) group_.spawn(world_, process(world_, i));
    for (std::uint64_t i = 0; i < processes * messages; ++i) send(world_, i % processes);
  }
  std::uint64_t run(std::uint64_t events) { return world_.run_until(Instant::max(), events); }
  std::uint64_t hash() const { return world_.trace().hash(); }

 private:
  Task<> process(World& world, std::uint64_t self) {
    Inbox<std::uint64_t> inbox;
    inboxes_[self] = &inbox;
    for (;;) {
      const std::uint64_t hops = co_await inbox.receive(world);
      world.emit(hop, EntityId{}, self, hops);
      const std::uint64_t to = chance_.below(inboxes_.size());
      send(world, to, hops + 1);
    }
  }
  void send(World& world, std::uint64_t to, std::uint64_t hops = 0) {
    const Duration delay = milliseconds(100) + chance_.exponential(milliseconds(900));
    world.post(delay, &Phold::arrive, inboxes_[to], hops);
  }
  static void arrive(void* inbox, std::uint64_t hops) {
    static_cast<Inbox<std::uint64_t>*>(inbox)->deliver(hops);
  }

  World world_{{.seed = 1}};
  Stream chance_ = world_.stream("phold", "hop");
  std::vector<Inbox<std::uint64_t>*> inboxes_;  // each in its process's frame
  TaskGroup group_;
};

void phold(benchmark::State& state) {
  Phold model(static_cast<std::uint64_t>(state.range(0)),
              static_cast<std::uint64_t>(state.range(1)));
  model.run(500'000);  // steady state
  std::int64_t events = 0;
  for (auto _ : state) events += static_cast<std::int64_t>(model.run(100'000));
  state.SetItemsProcessed(events);
  benchmark::DoNotOptimize(model.hash());
}
BENCHMARK(phold)
    ->Args({1024, 1})
    ->Args({1024, 16})
    ->Args({65536, 1})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace replsim::sim
