// Wires one run: the built-in testbed, the checkers, the database, the trace file. The wall clock
// is read here and reaches nothing but wall_ns.
#include "cli/run_one.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "cli/build_id.h"
#include "harness/checkers.h"
#include "harness/runner.h"
#include "model/store/sink.h"
#include "model/testbed/builtin_testbed.h"
#include "sim/trace_kinds.h"

namespace replsim::cli {
namespace {

using record::ScenarioRecord;
using record::Verdict;

/// The database of a run: fed by every disk, written at checkpoints.
class Keeper {
 public:
  explicit Keeper(std::unique_ptr<store::Sink> sink) : sink_(std::move(sink)) {}

  void disk_made(const std::string& path, store::DiskContent& content) {
    const auto slash = path.find('/');
    store::HardenedLog& log = sink_->add_disk(path.substr(0, slash), path.substr(slash + 1));
    content.attach(log);
    logs_[&content] = &log;
  }
  /// Called between instants; writes when a checkpoint is due. False: the machine failed.
  bool tick(const sim::World& world, std::uint64_t events) {
    if (events - last_ < store::Sink::events_per_checkpoint) return true;
    last_ = events;
    return note(sink_->checkpoint(world.trace(), position(world)));
  }
  void finish(const testbed::BuiltinTestbed& bed, const sim::World& world) {
    for (const testbed::VolumeSlot* slot : bed.volume_slots()) {
      const engine::VolumeRecord& record = slot->record();
      const auto log = logs_.find(slot->machine().contents.at(record.disk).get());
      if (log == logs_.end()) continue;
      sink_->add_volume(*log->second, {.volume = slot->info().path,
                                       .area = sim::AreaId{record.number.value},
                                       .block_bytes = record.block,
                                       .bytes = record.bytes});
    }
    note(sink_->finish(world.trace(), position(world)));
  }
  const std::string& problem() const { return problem_; }

 private:
  static store::RunPosition position(const sim::World& world) {
    return {.events = world.events_run(), .time = world.now(), .hash = world.trace().hash()};
  }
  bool note(const std::expected<void, store::SinkError>& done) {
    if (!done && problem_.empty()) problem_ = done.error().text;
    return done.has_value();
  }
  std::unique_ptr<store::Sink> sink_;
  std::map<const store::DiskContent*, store::HardenedLog*> logs_;  // look-up only
  std::uint64_t last_ = 0;
  std::string problem_;
};

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ScenarioRecord failed_environment(const harness::Run& run, std::string why) {
  ScenarioRecord record = harness::skipped(run);
  record.verdict = Verdict::Environment;
  record.reason = std::move(why);
  return record;
}

std::string name_of_kind(std::uint16_t number) {
  for (const sim::TraceKind* kind : sim::kind::all) {
    if (kind->number == number) return std::string(kind->name);
  }
  for (const sim::TraceKind* kind : trace::all) {
    if (kind->number == number) return std::string(kind->name);
  }
  return fmt::format("kind-{}", number);
}

/// One line an event: time in ns, kind, entity, cause, a, b, c.
bool write_trace(const sim::Trace& trace, const std::string& path) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  for (const sim::TraceEvent& event : trace.kept()) {
    out << fmt::format("{} {} {} {} {} {} {}\n", sim::ns(event.time), name_of_kind(event.kind),
                       trace.name(event.entity), event.cause, event.a, event.b, event.c);
  }
  out.flush();
  return out.good();
}

}  // namespace

ScenarioRecord run_one(const harness::Run& run, const RunFiles& files) {
  if (!run.skip.empty()) return harness::skipped(run);
  const auto begun = std::chrono::steady_clock::now();
  auto sink = store::Sink::open({.path = files.db.value_or(":memory:"), .replace = true},
                                {.scenario = run.name,
                                 .scenario_text = text_of(run.file),
                                 .seed = run.seed,
                                 .build = std::string(build_id())});
  if (!sink) return failed_environment(run, sink.error().text);
  Keeper keeper(std::move(*sink));
  testbed::BuiltinTestbed bed(run.topology, sim::WorldOptions{.seed = run.seed},
                              [&](const std::string& path, store::DiskContent& content) {
                                keeper.disk_made(path, content);
                              });
  if (files.trace) bed.world().trace().keep_all();
  harness::RunnerOptions options;
  options.oracles = harness::make_checkers;
  options.tick = [&](sim::Instant, std::uint64_t events) {
    return keeper.tick(bed.world(), events);
  };
  ScenarioRecord record = harness::run_scenario(run, bed, options);
  keeper.finish(bed, bed.world());
  std::string problem = keeper.problem();
  if (files.trace && !write_trace(bed.world().trace(), *files.trace)) {
    problem = fmt::format("{}: the trace could not be written", *files.trace);
  }
  if (!problem.empty()) {
    record.verdict = Verdict::Environment;
    record.reason = problem;
  }
  record.wall_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begun)
          .count();
  return record;
}

}  // namespace replsim::cli
