// A small world for tests: two arrays with a pool and two volumes each, a host beside each, one
// link between the arrays; and a client that makes one call at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/cim/profile_defaults.h"
#include "model/services/instances.h"
#include "model/testbed/builtin_testbed.h"
#include "sim/task.h"

namespace replsim::testbed::test {

inline provider::DiskSpec disk(std::uint64_t cache) {
  provider::DiskSpec spec;
  spec.name = "d0";
  spec.size = std::uint64_t{64} << 30;
  spec.read.mean = sim::microseconds(80);
  spec.write.mean = sim::microseconds(20);
  spec.bandwidth = std::uint64_t{2} << 30;
  spec.cache = cache;
  return spec;
}

inline provider::ArraySpec array(const std::string& name) {
  provider::ArraySpec spec;
  spec.name = name;
  spec.site = name;
  spec.profile = cim::default_profile();
  spec.disks.push_back(disk(std::uint64_t{1} << 20));
  spec.pools.push_back({"pool1", std::uint64_t{256} << 20, {}, false});
  for (const char* volume : {"vol1", "vol2"}) {
    spec.volumes.push_back({volume, std::uint64_t{16} << 20, 4096, std::nullopt});
  }
  spec.volumes.push_back({"small", std::uint64_t{1} << 20, 4096, std::nullopt});
  return spec;
}

inline provider::Topology two_arrays() {
  provider::Topology topology;
  topology.name = "two";
  provider::HostSpec first;
  first.name = "h1";
  first.sees = {"east/vol1", "east/vol2"};
  provider::HostSpec second;
  second.name = "h2";
  second.sees = {"west/*"};
  topology.hosts = {first, second};
  topology.arrays = {array("east"), array("west")};
  provider::LinkSpec link;
  link.name = "east-west";
  link.from = "east";
  link.to = "west";
  link.latency.mean = sim::milliseconds(1);
  link.bandwidth = 1'250'000'000;
  topology.links = {link};
  return topology;
}

/// A testbed and a way to run one thing in it to its end.
class Bench {
 public:
  explicit Bench(const provider::Topology& topology = two_arrays(), std::uint64_t seed = 1)
      : testbed(topology, sim::WorldOptions{seed, false, 4096}) {}

  BuiltinTestbed testbed;
  sim::TaskGroup tasks;

  sim::World& world() { return testbed.world(); }
  void run(sim::Duration time) { world().run_until(world().now() + time); }

  using Arguments = std::vector<std::pair<std::string, cim::Value>>;
  /// The answer; nothing when none came.
  std::optional<cim::MethodOutcome> call(const std::string& array, cim::MethodCall call,
                                         sim::Duration give_up = sim::seconds(60)) {
    std::optional<cim::MethodOutcome> out;
    bool done = false;
    tasks.spawn(world(),
                invoke(world(), testbed.provider(array), std::move(call), give_up, out, done));
    for (int i = 0; i < 7000 && !done; ++i) run(sim::milliseconds(10));
    return out;
  }
  std::optional<cim::MethodOutcome> call(const std::string& array, const std::string& method,
                                         Arguments arguments) {
    cim::MethodCall one;
    one.class_name = "CIM_ReplicationService";
    one.method = method;
    one.arguments = std::move(arguments);
    return call(array, std::move(one));
  }
  /// Begins a call and does not wait for its answer.
  void begin(const std::string& array, cim::MethodCall call) {
    tasks.spawn(world(), invoke(world(), testbed.provider(array), std::move(call), sim::seconds(60),
                                left_, left_done_));
  }
  provider::IoOutcome io(const std::string& host, const std::string& volume,
                         provider::IoRequest request) {
    provider::IoOutcome out;
    bool done = false;
    const auto access = testbed.open(host, volume);
    tasks.spawn(world(), submit(world(), testbed, access.value(), request, out, done));
    for (int i = 0; i < 7000 && !done; ++i) run(sim::milliseconds(10));
    return out;
  }
  provider::IoOutcome write(const std::string& host, const std::string& volume, std::uint64_t lba,
                            std::uint64_t blocks) {
    return io(host, volume, {provider::IoKind::Write, lba, blocks});
  }
  /// Waits until nothing is under way, at most 60 s.
  void settle() {
    for (int i = 0; i < 600; ++i) {
      run(sim::milliseconds(100));
      if (!testbed.busy()) return;
    }
  }

 private:
  std::optional<cim::MethodOutcome> left_;
  bool left_done_ = false;

  static sim::Task<void> invoke(sim::World& world, provider::Provider& provider,
                                cim::MethodCall call, sim::Duration give_up,
                                std::optional<cim::MethodOutcome>& out, bool& done) {
    auto answer = co_await provider.invoke(world, std::move(call), give_up);
    if (answer) out = std::move(*answer);
    done = true;
  }
  static sim::Task<void> submit(sim::World& world, provider::Testbed& testbed,
                                provider::HostVolumeId access, provider::IoRequest request,
                                provider::IoOutcome& out, bool& done) {
    out = co_await testbed.io(world, access, request);
    done = true;
  }
};

inline cim::Value u16(std::uint64_t value) {
  return cim::Value::unsigned_number(cim::Type::Uint16, value);
}
inline cim::Value text(std::string value) {
  return cim::Value::string(std::move(value));
}
inline cim::Value volume(const std::string& path) {
  return cim::Value::reference(services::volume_path(path));
}
inline cim::ObjectPath path(std::string class_name, std::string key, std::string value) {
  cim::ObjectPath out;
  out.class_name = std::move(class_name);
  out.keys.emplace_back(std::move(key), std::move(value));
  return out;
}
inline cim::Value pool(const std::string& name) {
  return cim::Value::reference(path("CIM_StoragePool", "InstanceID", name));
}

/// Arguments of a good call of CreateElementReplica.
inline provider::FaultSpec fault(const std::string& effect, const std::string& target) {
  provider::FaultSpec spec;
  spec.effect = effect;
  spec.target = target;
  spec.name = "fault";
  return spec;
}

inline Bench::Arguments good_create() {
  return {{"SyncType", u16(6)},
          {"SourceElement", volume("east/vol1")},
          {"TargetPool", pool("west/pool1")},
          {"WaitForCopyState", u16(4)}};
}

/// A mirror of east/vol1 in west/pool1, Synchronized.
inline cim::ObjectPath make_mirror(Bench& bench) {
  const auto outcome = bench.call("east", "CreateElementReplica", good_create());
  bench.settle();
  if (!outcome || outcome->get("Synchronization").is_null()) return {};
  return outcome->get("Synchronization").as_reference();
}

}  // namespace replsim::testbed::test
