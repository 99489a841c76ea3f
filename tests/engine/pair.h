// Two arrays with the engine alone on them (no services, no testbed), a link, and a host with a
// path to each that notes the answers. Volumes of 64 blocks, so that a test can compare them whole
// after every step. What an operation does is seen in the trace and in the stable records.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/cim/state_graph.h"
#include "model/engine/array.h"
#include "model/engine/jobs.h"
#include "model/engine/record_layout.h"
#include "model/engine/relations.h"
#include "model/engine/volumes.h"
#include "model/engine/wire.h"
#include "model/store/disk_content.h"
#include "model/trace/events.h"
#include "sim/link.h"
#include "sim/node.h"

namespace replsim::engine::test {

constexpr std::uint64_t volume_blocks = 64;
constexpr std::uint64_t granule_blocks = 2;

/// The answers of host writes, by request.
class HostSoftware final : public sim::Software {
 public:
  explicit HostSoftware(std::map<std::uint64_t, trace::IoAnswer>& answers) : answers_(answers) {}
  void receive(sim::World&, sim::Node&, sim::Message message) override {
    answers_[message.request] = static_cast<trace::IoAnswer>(message.words[0]);
  }

 private:
  std::map<std::uint64_t, trace::IoAnswer>& answers_;
};

/// The engine of one array as the software of its node.
class ArraySoftware final : public sim::Software {
 public:
  ArraySoftware(sim::World& world, sim::Node& node, const ArrayConfig& config)
      : array(world, node, config) {}
  void receive(sim::World& world, sim::Node& from, sim::Message message) override {
    array.receive(world, from, std::move(message));
  }
  Array array;
};

/// Calls a function at every change of content of a disk.
class OnChange final : public store::ContentObserver {
 public:
  using Then = std::function<void(sim::AreaId, std::uint64_t lba, std::uint64_t blocks)>;
  OnChange(store::DiskContent& content, Then then) : content_(content), then_(std::move(then)) {
    content_.add_observer(*this);
  }
  OnChange(const OnChange&) = delete;
  OnChange& operator=(const OnChange&) = delete;
  ~OnChange() override { content_.remove_observer(*this); }
  void changed(sim::AreaId area, std::uint64_t lba, std::uint64_t blocks) override {
    then_(area, lba, blocks);
  }
  void lost(sim::AreaId, std::uint64_t, std::uint64_t) override {}

 private:
  store::DiskContent& content_;
  Then then_;
};

struct Figures {
  std::uint64_t seed = 1;
  sim::Duration disk_write = sim::microseconds(20);
  sim::Duration link_latency = sim::microseconds(200);
  cim::CopyRecoveryMode recovery = cim::CopyRecoveryMode::Automatic;
};

/// One array: hardware that outlives crashes.
struct Site {
  Site(sim::World& world, const std::string& name, const std::string& peer, sim::Lane lane,
       const Figures& figures);
  sim::Node node;
  store::DiskContent content;
  sim::Disk disk;
  ArrayConfig config;

  Array& array() { return static_cast<ArraySoftware&>(*node.software()).array; }
  /// The relation of this array; null when there is none or the array is down.
  Relation* relation();
  /// Its record as a power loss now would leave it.
  std::optional<RelationRecord> stable_record() const;
  /// Granules of the stable bitmap pages; and of the stable activity log.
  bool stably_tracked(std::uint64_t lba) const;
  const store::BlockImage& image() const { return content.image(sim::AreaId{volume}); }
  std::uint32_t volume = 1;  ///< Number of the element of the relation.
};

/// A call and what came of it; stays empty when the array crashed meanwhile.
struct Call {
  bool done = false;
  CallResult result;
};

class Pair : public sim::TraceObserver {
 public:
  explicit Pair(const Figures& figures = {});
  ~Pair() override;
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  sim::World world;
  sim::Node host;
  Site east, west;
  sim::Link link, east_path, west_path;
  std::map<std::uint64_t, trace::IoAnswer> answers;
  /// State changes in order: "east FRA Fracture".
  std::vector<std::string> changes;
  std::vector<sim::TraceEvent> events;  ///< All, of all kinds that the model emits.

  void run(sim::Duration time) { world.run_until(world.now() + time); }
  /// Until the arrays have nothing to do, at least a second and at most `limit`.
  void settle(sim::Duration limit = sim::seconds(120));
  bool busy();

  /// A mirror of east/vol1 at west (vol1, or a new element in its pool).
  Call& create(bool in_pool, std::optional<cim::CopyState> wait = cim::CopyState::Synchronized);
  Call& modify(Site& site, cim::Operation operation, bool force = false);
  /// Post a host write; returns its request number, which is also its count in the stamp.
  std::uint64_t write(Site& site, std::uint64_t lba, std::uint64_t blocks = 1);
  /// Post it and run until it is answered; nothing after 60 s.
  std::optional<trace::IoAnswer> write_now(Site& site, std::uint64_t lba, std::uint64_t blocks = 1);
  /// A synchronized mirror with some blocks written.
  void mirror(bool in_pool = false);

  void crash(Site& site, sim::DownReason why = sim::DownReason::Crash);
  void start(Site& site) { site.node.start(world); }
  /// Everything goes down; true when no event and no frame is left a second later.
  bool leaves_nothing();
  void cut();
  void heal();

  cim::CopyState state(Site& site);
  /// Blocks that differ between the elements, as reads see them.
  std::vector<std::uint64_t> differences() const;
  /// Blocks that differ stably and that no stable metadata of either end covers (A12).
  std::vector<std::uint64_t> uncovered() const;
  void observe(const sim::TraceEvent& event) override;
  std::string history() const;

 private:
  void boot(Site& site);
  std::deque<Call> calls_;
  std::uint64_t writes_ = 0;
};

}  // namespace replsim::engine::test
