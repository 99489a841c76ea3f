// Wires one run: the built-in testbed, the checkers, the database, the trace file. The wall clock
// is read here and reaches nothing but wall_ns.
#include "cli/run_one.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "cli/build_id.h"
#include "cli/trace_file.h"
#include "harness/checkers.h"
#include "harness/runner.h"
#include "model/store/sink.h"
#include "model/testbed/builtin_testbed.h"

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
  bool tick(const testbed::BuiltinTestbed& bed, const sim::World& world, std::uint64_t events) {
    if (events - last_ < store::Sink::events_per_checkpoint) return true;
    last_ = events;
    name_volumes(bed);
    return note(sink_->checkpoint(world.trace(), position(world)));
  }
  void finish(const testbed::BuiltinTestbed& bed, const sim::World& world) {
    name_volumes(bed);
    note(sink_->finish(world.trace(), position(world)));
  }
  const std::string& problem() const { return problem_; }

 private:
  /// Also before the end: a run that is cut short keeps its last checkpoint.
  void name_volumes(const testbed::BuiltinTestbed& bed) {
    for (const testbed::VolumeSlot* slot : bed.volume_slots()) {
      const engine::VolumeRecord& record = slot->record();
      const auto log = logs_.find(slot->machine().contents.at(record.disk).get());
      if (log == logs_.end()) continue;
      sink_->add_volume(*log->second, {.volume = slot->info().path,
                                       .area = sim::AreaId{record.number.value},
                                       .block_bytes = record.block,
                                       .bytes = record.bytes});
    }
  }
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

}  // namespace

ScenarioRecord run_one(const harness::Run& run, const RunFiles& files) {
  if (!run.skip.empty()) return harness::skipped(run);
  const auto begun = std::chrono::steady_clock::now();
  auto sink = store::Sink::open({.path = files.db.value_or(":memory:"), .replace = true},
                                {.scenario = run.name,
                                 .scenario_text = text_of(run.file),
                                 .seed = run.seed,
                                 .options = files.command_line,
                                 .build = std::string(build_id())});
  if (!sink) return failed_environment(run, sink.error().text);
  Keeper keeper(std::move(*sink));
  testbed::BuiltinTestbed bed(
      run.topology, sim::WorldOptions{.seed = run.seed},
      [&](const std::string& path, store::DiskContent& content) {
        keeper.disk_made(path, content);
      },
      files.defects | run.defects);
  if (files.trace) bed.world().trace().keep_all();
  harness::RunnerOptions options;
  options.oracles = harness::make_checkers;
  options.tick = [&](sim::Instant, std::uint64_t events) {
    return keeper.tick(bed, bed.world(), events);
  };
  ScenarioRecord record = harness::run_scenario(run, bed, options);
  keeper.finish(bed, bed.world());
  std::string problem = keeper.problem();
  if (files.trace) {
    const auto written = write_trace(bed.world().trace(), *files.trace);
    if (!written) problem = written.error();
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
