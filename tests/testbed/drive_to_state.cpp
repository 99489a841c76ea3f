// Ways to every CopyState of a mirror.
#include "tests/testbed/drive_to_state.h"

#include "model/store/records.h"

namespace replsim::testbed::test {
namespace {

using cim::CopyState;
using cim::Operation;
using cim::TargetImage;

constexpr std::uint64_t blocks_written = 1024;  // 4 MiB: what a first copy moves
constexpr std::uint64_t bandwidth = std::uint64_t{2} << 20;
constexpr std::uint64_t journal = std::uint64_t{64} << 20;

provider::Topology world_of(Shape shape, const Knobs& knobs) {
  provider::Topology topology = two_arrays();
  if (shape == Shape::Local) {
    topology.arrays.pop_back();
    topology.links.clear();
    topology.hosts.front().sees = {"east/*"};
    topology.hosts.pop_back();
    // Read and written by the copy.
    topology.arrays.front().disks.front().bandwidth = 4 * bandwidth;
  } else {
    topology.links.front().bandwidth = bandwidth;
  }
  for (provider::ArraySpec& array : topology.arrays) {
    array.journal = journal;
    for (const auto& [name, value] : knobs) array.profile.knobs[name] = value;
  }
  return topology;
}

void copy_runs(Scene& scene) {
  scene.create(CopyState::Unsynchronized);
}
void in_step(Scene& scene) {
  scene.create(CopyState::Synchronized);
}

template <Operation... operations>
void from_step(Scene& scene) {
  in_step(scene);
  (scene.done(operations), ...);
}

template <Operation operation, bool force = false>
void from_copy(Scene& scene) {
  copy_runs(scene);
  scene.done(operation, force);
}

void split_brain(Scene& scene) {
  in_step(scene);
  scene.cut();
  scene.write_source(3);
  scene.done(Operation::Failover, true, scene.arrays().back());
  scene.write_target(5);
  scene.lift();
  scene.bench.run(sim::seconds(20));
}

void peer_forgot(Scene& scene) {
  in_step(scene);
  scene.cut();
  scene.write_source(3);
  scene.done(Operation::Detach, true, scene.arrays().back());
  scene.lift();
  scene.bench.run(sim::seconds(20));
}

void fails_back(Scene& scene) {
  from_step<Operation::Failover>(scene);
  scene.write_target(0, blocks_written);
  scene.call(Operation::Failback, false);
  scene.bench.run(sim::milliseconds(50));
}

void restores(Scene& scene) {
  from_step<Operation::Fracture>(scene);
  scene.write_target(0, blocks_written);
  scene.call(Operation::RestoreFromReplica, false);
  scene.bench.run(sim::milliseconds(50));
}

void skewed(Scene& scene) {
  from_step<Operation::Suspend>(scene);
  scene.write_target(7);
  scene.bench.settle();
}

void restored(Scene& scene) {
  from_step<Operation::Fracture>(scene);
  scene.write_target(0, 64);
  scene.done(Operation::RestoreFromReplica);
}

void broken_in_step(Scene& scene) {
  in_step(scene);
  scene.break_source("disk.write-error");
  scene.write_source(9);
  scene.bench.run(sim::milliseconds(200));
}

void broken_in_the_copy(Scene& scene) {
  copy_runs(scene);
  scene.break_source("disk.read-error");
  scene.bench.run(sim::milliseconds(500));
}

void initialized(Scene& scene) {
  scene.create(CopyState::Initialized);
}
void inactive(Scene& scene) {
  scene.create(CopyState::Inactive);
}
void prepared(Scene& scene) {
  scene.create(CopyState::Prepared);
}
void prepared_aborted(Scene& scene) {
  prepared(scene);
  scene.done(Operation::Abort);
}

void cut_in_step(Scene& scene) {
  in_step(scene);
  scene.cut();
}
void cut_in_the_copy(Scene& scene) {
  copy_runs(scene);
  scene.cut();
}

void resync(Scene& scene) {
  from_step<Operation::Fracture>(scene);
  scene.write_source(0, blocks_written);
  scene.call(Operation::ResyncReplica, false);
  scene.bench.run(sim::milliseconds(50));
}

Way way(const char* name, CopyState state, TargetImage image, void (*drive)(Scene&)) {
  return {name, state, image, {}, Twist::None, false, drive};
}

std::vector<Way> make_ways() {
  constexpr auto plain = Twist::None;
  const auto never = TargetImage::Never;
  const auto part = TargetImage::Inconsistent;
  const auto whole = TargetImage::Consistent;
  const Knobs writable = {{"suspended-target-access", "read-write"}};
  const Knobs shown = {{"restored-state", "true"}};
  using Op = Operation;
  constexpr auto fractured_in_copy = from_copy<Op::Fracture, true>;
  constexpr auto inactive_in_copy = from_copy<Op::Deactivate>;
  constexpr auto suspended_aborted = from_step<Op::Suspend, Op::Abort>;
  return {
      way("created", CopyState::Initialized, never, initialized),
      way("first copy", CopyState::Unsynchronized, part, copy_runs),
      way("resync", CopyState::Unsynchronized, part, resync),
      {"failback", CopyState::Unsynchronized, whole, {}, Twist::FailingBack, false, fails_back},
      {"restore", CopyState::Unsynchronized, whole, {}, Twist::Restoring, false, restores},
      way("in step", CopyState::Synchronized, whole, in_step),
      way("broken in step", CopyState::Broken, whole, broken_in_step),
      way("broken in the copy", CopyState::Broken, part, broken_in_the_copy),
      way("fractured", CopyState::Fractured, whole, from_step<Op::Fracture>),
      way("fractured in the copy", CopyState::Fractured, part, fractured_in_copy),
      way("split", CopyState::Split, whole, from_step<Op::Split>),
      way("never activated", CopyState::Inactive, never, inactive),
      way("deactivated", CopyState::Inactive, whole, from_step<Op::Deactivate>),
      way("deactivated in the copy", CopyState::Inactive, part, inactive_in_copy),
      way("suspended", CopyState::Suspended, whole, from_step<Op::Suspend>),
      way("suspended in the copy", CopyState::Suspended, part, from_copy<Op::Suspend>),
      way("failed over", CopyState::Failedover, whole, from_step<Op::Failover>),
      way("prepared", CopyState::Prepared, never, prepared),
      way("aborted", CopyState::Aborted, part, from_copy<Op::Abort>),
      way("suspended, aborted", CopyState::Aborted, whole, suspended_aborted),
      way("prepared, aborted", CopyState::Aborted, never, prepared_aborted),
      {"target written", CopyState::Skewed, whole, writable, plain, false, skewed},
      {"cut in step", CopyState::Partitioned, whole, {}, plain, true, cut_in_step},
      {"cut in the copy", CopyState::Partitioned, part, {}, plain, true, cut_in_the_copy},
      {"split brain", CopyState::Invalid, whole, {}, Twist::SplitBrain, true, split_brain},
      {"peer forgot", CopyState::Invalid, whole, {}, Twist::PeerForgot, true, peer_forgot},
      {"restored", CopyState::Restored, whole, shown, plain, false, restored},
  };
}

}  // namespace

Scene::Scene(Shape shape_of, cim::Mode mode_of, const Knobs& knobs)
    : bench(world_of(shape_of, knobs)), shape(shape_of), mode(mode_of) {
  write_source(0, blocks_written);
}

void Scene::create(CopyState wait) {
  Bench::Arguments arguments = {{"SyncType", u16(6)},
                                {"Mode", u16(cim::number(mode))},
                                {"SourceElement", volume("east/vol1")},
                                {"TargetPool", pool(arrays().back() + "/pool1")},
                                {"WaitForCopyState", u16(cim::number(wait))}};
  const auto outcome = bench.call("east", "CreateElementReplica", arguments);
  if (!outcome || outcome->get("Synchronization").is_null()) return;
  mirror = outcome->get("Synchronization").as_reference();
  target = arrays().back() + "/pool1-1";
  pair = bench.testbed.pair_of(mirror).value_or(0);
  for (int i = 0; i < 6000; ++i) {
    bool there = true;
    for (const std::string& array : arrays()) there = there && state(array) == cim::number(wait);
    if (there) break;
    bench.run(sim::milliseconds(10));
  }
  if (wait != CopyState::Unsynchronized) bench.settle();
}

std::optional<cim::MethodOutcome> Scene::call(Operation operation, bool force,
                                              std::optional<std::uint16_t> wait,
                                              const std::string& array) {
  const auto info = bench.testbed.relation(pair);
  const cim::ObjectPath path = info ? info->path : mirror;
  Bench::Arguments arguments = {{"Operation", u16(cim::number(operation))},
                                {"Synchronization", cim::Value::reference(path)}};
  if (force) arguments.emplace_back("Force", cim::Value::boolean(true));
  if (wait) arguments.emplace_back("WaitForCopyState", u16(*wait));
  return bench.call(array, "ModifyReplicaSynchronization", std::move(arguments));
}

void Scene::done(Operation operation, bool force, const std::string& array) {
  call(operation, force, std::nullopt, array);
  bench.settle();
}

void Scene::write_source(std::uint64_t lba, std::uint64_t blocks) {
  bench.write("h1", "east/vol1", lba, blocks);
}

void Scene::write_target(std::uint64_t lba, std::uint64_t blocks) {
  bench.write(shape == Shape::Local ? "h1" : "h2", target, lba, blocks);
}

void Scene::cut() {
  if (shape == Shape::Local) return;
  provider::FaultSpec spec;
  spec.effect = "link.cut";
  spec.target = "east-west";
  spec.name = "cut";
  fault_ = bench.testbed.begin_fault(spec).value();
  bench.run(sim::seconds(15));
}

void Scene::break_source(const std::string& effect) {
  provider::FaultSpec spec;
  spec.effect = effect;
  spec.target = "east/d0";
  spec.name = "broken";
  spec.first = store::record_region_bytes;
  fault_ = bench.testbed.begin_fault(spec).value();
}

void Scene::lift() {
  if (fault_) bench.testbed.end_fault(*fault_);
  fault_.reset();
}

std::vector<std::string> Scene::arrays() const {
  if (shape == Shape::Local) return {"east"};
  return {"east", "west"};
}

std::optional<cim::Instance> Scene::instance(const std::string& array) const {
  return bench.testbed.peek_relation(pair, array);
}

std::uint64_t Scene::state(const std::string& array) const {
  const auto one = instance(array);
  return one ? one->get("CopyState").as_unsigned() : 0;
}

std::string Scene::end(bool source) const {
  const auto info = bench.testbed.relation(pair);
  const std::string& element = source ? info->source_volume : info->target_volume;
  return element.substr(0, element.find('/'));
}

const std::vector<Way>& ways() {
  static const std::vector<Way> table = make_ways();
  return table;
}

std::unique_ptr<Scene> go(const Way& way, Shape shape, cim::Mode mode, const Knobs& knobs) {
  auto scene = std::make_unique<Scene>(shape, mode, knobs);
  way.drive(*scene);
  return scene;
}

}  // namespace replsim::testbed::test
