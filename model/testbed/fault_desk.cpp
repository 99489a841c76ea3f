// Beginning, ending, counting.
#include "model/testbed/fault_desk.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "model/engine/record_layout.h"
#include "model/store/record.h"
#include "sim/check.h"
#include "sim/trace_kinds.h"

namespace replsim::testbed {
FaultDesk::FaultDesk(Hardware& hardware) : hardware_(hardware) {
  hardware_.world().trace().add_observer(*this);
}

FaultDesk::~FaultDesk() {
  hardware_.world().trace().remove_observer(*this);
}

std::expected<FaultDesk::Fault, std::string> FaultDesk::find_target(
    const provider::FaultSpec& spec) const {
  const EffectRow* row = find_effect(spec.effect);
  if (row == nullptr) {
    return std::unexpected(fmt::format("there is no fault {}", spec.effect));
  }
  Fault fault;
  fault.spec = spec;
  fault.target = row->target;
  fault.effect = row->effect;
  switch (row->target) {
    case TargetKind::Link: fault.link = hardware_.link(spec.target); break;
    case TargetKind::Disk: fault.disk = hardware_.disk(spec.target); break;
    case TargetKind::Array:
      if (hardware_.array(spec.target) != nullptr) fault.node = hardware_.node(spec.target);
      break;
    case TargetKind::Host:
      if (hardware_.host(spec.target) != nullptr) fault.node = hardware_.node(spec.target);
      break;
    case TargetKind::Site:
      if (parts_of(fault).empty()) break;
      fault.entity = hardware_.world().trace().entity(spec.target);
      break;
    case TargetKind::ClientLink: {
      const ArrayMachine* array = hardware_.array(spec.target);
      if (array == nullptr) break;
      fault.link = &hardware_.client_link(*array);
      const bool to_array = &fault.link->second() == array->node.get();
      fault.spec.forward = to_array == strikes_requests(row->effect);
      fault.spec.backward = !fault.spec.forward;
      break;
    }
    case TargetKind::Clock:
    case TargetKind::Service:
      fault.array = hardware_.array(spec.target);
      if (fault.array != nullptr) fault.entity = fault.array->node->entity();
      break;
  }
  if (fault.link != nullptr) fault.entity = fault.link->entity();
  if (fault.disk != nullptr) fault.entity = fault.disk->entity();
  if (fault.node != nullptr) fault.entity = fault.node->entity();
  if (fault.entity == sim::EntityId{}) {
    return std::unexpected(fmt::format("{} does not strike {}", spec.effect, spec.target));
  }
  return fault;
}

sim::Stream FaultDesk::stream_of(const provider::FaultSpec& spec) {
  const std::string key = fmt::format("{} {} {}", spec.name, spec.effect, spec.target);
  const std::uint64_t count = ++activations_[key];
  return hardware_.world().stream(key, fmt::format("activation {}", count));
}

std::expected<sim::FaultId, std::string> FaultDesk::begin(const provider::FaultSpec& spec) {
  auto found = find_target(spec);
  if (!found) return std::unexpected(std::move(found.error()));
  const std::size_t index = faults_.size();
  const sim::FaultId id{static_cast<std::uint32_t>(index + 1)};
  faults_.push_back(std::move(*found));
  Fault& fault = faults_.back();
  ++active_;
  sim::World& world = hardware_.world();
  world.emit(sim::kind::fault_begun, fault.entity, 0, id.value);
  switch (fault.target) {
    case TargetKind::ClientLink:
    case TargetKind::Link: begin_link(id, fault); break;
    case TargetKind::Service: begin_service(id, fault); break;
    case TargetKind::Clock: begin_clock(id, fault); break;
    case TargetKind::Disk: begin_disk(id, fault); break;
    case TargetKind::Array:
    case TargetKind::Host: world.between_events([this, index] { strike(index); }); break;
    case TargetKind::Site: {
      std::vector<sim::FaultId> parts;
      for (const provider::FaultSpec& part : parts_of(fault)) {
        const auto begun = begin(part);  // `fault` may have moved
        REPLSIM_CHECK(begun.has_value());
        parts.push_back(*begun);
      }
      faults_[index].parts = std::move(parts);
      break;
    }
  }
  return id;
}

std::vector<provider::FaultSpec> FaultDesk::parts_of(const Fault& fault) const {
  std::vector<provider::FaultSpec> parts;
  const std::string& site = fault.spec.target;
  const auto add = [&](std::string_view kind, const std::string& target) {
    provider::FaultSpec part = fault.spec;
    part.effect =
        fmt::format("{}.{}", kind, fault.spec.effect.substr(fault.spec.effect.find('.') + 1));
    part.target = target;
    parts.push_back(std::move(part));
  };
  if (fault.effect == Effect::LinkCut) {
    const auto inside = [&](sim::Node& node) {
      const ArrayMachine* array = hardware_.array(node.name());
      if (array != nullptr) return array->spec->site == site;
      const HostMachine* host = hardware_.host(node.name());
      return host != nullptr && host->spec->site == site;
    };
    for (const auto& link : hardware_.links()) {
      if (inside(link->first()) != inside(link->second())) add("link", link->name());
    }
    return parts;
  }
  for (const auto& array : hardware_.arrays()) {
    if (array->spec->site == site) add("array", array->spec->name);
  }
  for (const auto& host : hardware_.hosts()) {
    if (host->spec->site == site) add("host", host->spec->name);
  }
  return parts;
}

void FaultDesk::begin_link(sim::FaultId id, Fault& fault) {
  sim::LinkFault link = link_fault(fault.effect, fault.spec);
  link.id = id;
  link.chance = stream_of(fault.spec);
  fault.link->add_fault(hardware_.world(), std::move(link));
}

void FaultDesk::begin_disk(sim::FaultId id, Fault& fault) {
  sim::DiskFault disk = disk_fault(fault.effect, fault.spec);
  disk.id = id;
  disk.chance = stream_of(fault.spec);
  fault.disk->add_fault(hardware_.world(), std::move(disk));
}

void FaultDesk::end(sim::FaultId id) {
  if (id.value == 0 || id.value > faults_.size()) return;
  const std::size_t index = id.value - 1;
  Fault& fault = faults_[index];
  if (!fault.active) return;
  fault.active = false;
  --active_;
  sim::World& world = hardware_.world();
  if (fault.link != nullptr) fault.link->remove_fault(world, id);
  if (fault.disk != nullptr) fault.disk->remove_fault(world, id);
  if (fault.node != nullptr) world.between_events([this, index] { lift(index); });
  if (fault.target == TargetKind::Service) end_service(id, fault);
  if (fault.target == TargetKind::Clock) end_clock(id, fault);
  for (const sim::FaultId part : fault.parts) end(part);
  world.emit(sim::kind::fault_ended, fault.entity, 0, id.value);
}

// Nodes
// --------------------------------------------------------------------------------------------

FaultDesk::Hold& FaultDesk::hold_of(sim::Node& node) {
  const auto at = std::ranges::find(holds_, &node, &Hold::node);
  if (at != holds_.end()) return *at;
  holds_.push_back({&node});
  return holds_.back();
}

void FaultDesk::settle_node(const Hold& hold) {
  sim::World& world = hardware_.world();
  sim::Node& node = *hold.node;
  if (hold.stopped || hold.down > 0) {
    if (hold.stopped && hold.down == 0) node.go_down(world, sim::DownReason::ShutDown);
    return;
  }
  node.start(world);
  if (hold.paused > 0) {
    node.pause(world);
  } else {
    node.resume(world);
  }
}

void FaultDesk::strike(std::size_t index) {
  Fault& fault = faults_[index];
  if (!fault.active) return;  // ended in the instant in which it began
  sim::World& world = hardware_.world();
  Hold& hold = hold_of(*fault.node);
  fault.struck = true;
  const bool met = fault.effect == Effect::PowerLoss || fault.node->state() != sim::NodeState::Down;
  fault.counts.met = met ? 1 : 0;
  if (fault.effect != Effect::Slow) fault.counts.hits = fault.counts.met;
  if (fault.effect == Effect::Slow) {
    fault.node->slow(sim::FaultId{static_cast<std::uint32_t>(index + 1)}, fault.spec.factor);
    return;
  }
  if (fault.effect == Effect::Pause) {
    ++hold.paused;
    fault.node->pause(world);
    return;
  }
  ++hold.down;
  fault.node->go_down(world, fault.effect == Effect::PowerLoss ? sim::DownReason::PowerLoss
                                                               : sim::DownReason::Crash);
}

void FaultDesk::lift(std::size_t index) {
  Fault& fault = faults_[index];
  if (!std::exchange(fault.struck, false)) return;
  if (fault.effect == Effect::Slow) {
    fault.node->unslow(sim::FaultId{static_cast<std::uint32_t>(index + 1)});
    return;
  }
  Hold& hold = hold_of(*fault.node);
  --(fault.effect == Effect::Pause ? hold.paused : hold.down);
  settle_node(hold);
}

std::expected<void, std::string> FaultDesk::power(std::string_view host, std::string_view state) {
  HostMachine* machine = hardware_.host(host);
  if (machine == nullptr) return std::unexpected(fmt::format("there is no host {}", host));
  if (state != "running" && state != "stopped") {
    return std::unexpected(fmt::format("a host cannot be {}", state));
  }
  sim::Node& node = *machine->node;
  hardware_.world().between_events([this, &node, stopped = state == "stopped"] {
    Hold& hold = hold_of(node);
    hold.stopped = stopped;
    settle_node(hold);
  });
  return {};
}

bool FaultDesk::quiet() const {
  return std::ranges::none_of(faults_, [this](const Fault& fault) {
    if (!fault.active || fault.target == TargetKind::Host) return false;
    if (fault.target == TargetKind::Site) return false;  // its parts tell
    if (fault.target == TargetKind::ClientLink || fault.array != nullptr) return false;
    if (fault.target == TargetKind::Link) return hardware_.between_arrays(*fault.link);
    return delays(fault.effect);
  });
}

// Counts
// -------------------------------------------------------------------------------------------

provider::FaultCounts FaultDesk::counts(sim::FaultId id) const {
  if (id.value == 0 || id.value > faults_.size()) return {};
  provider::FaultCounts counts = faults_[id.value - 1].counts;
  // What was already under way when the fault began is met by being hit.
  counts.met = std::max(counts.met, counts.hits);
  for (const sim::FaultId part : faults_[id.value - 1].parts) {
    const provider::FaultCounts one = this->counts(part);
    counts.met += one.met;
    counts.hits += one.hits;
  }
  return counts;
}

void FaultDesk::observe(const sim::TraceEvent& event) {
  if (faults_.empty()) return;
  if (event.kind == sim::kind::fault_hit.number) {
    if (event.a >= 1 && event.a <= faults_.size()) ++faults_[event.a - 1].counts.hits;
    return;
  }
  if (active_ == 0) return;
  if (event.kind == sim::kind::message_sent.number) {
    count_message(event);
  } else if (event.kind == trace::indication.number) {
    count_indication(event);
  } else if (event.kind >= sim::kind::disk_write.number &&
             event.kind <= sim::kind::disk_flush.number) {
    count_disk(event);
  }
}

void FaultDesk::count_message(const sim::TraceEvent& event) {
  const bool backward = event.cause % 2 == 1;
  for (Fault& fault : faults_) {
    if (!fault.active || fault.link == nullptr || fault.entity != event.entity) continue;
    const bool filter = fault.effect == Effect::LinkFilter;
    if (filter && (wire_kinds(fault.spec.word) >> event.a & 1) == 0) continue;
    if (backward ? fault.spec.backward : fault.spec.forward) ++fault.counts.met;
  }
}

bool FaultDesk::touches(const Fault& fault, const sim::TraceEvent& event) const {
  const bool write = event.kind == sim::kind::disk_write.number;
  const bool read = event.kind == sim::kind::disk_read.number;
  const Meets met = meets(fault.effect);
  if (!write && !read) return met.flushes;  // a flush touches the whole disk
  if (!(write ? met.writes : met.reads)) return false;
  if (event.a == store::record_area.value && spares_records(fault.effect)) return false;
  const bool whole = fault.spec.first == 0 && fault.spec.bytes == UINT64_MAX;
  if (whole) return true;
  const std::string_view path = fault.spec.target;
  const ArrayMachine* array = hardware_.array(path.substr(0, path.find('/')));
  std::uint64_t first = event.b * 4096;
  std::uint64_t bytes = event.c * 4096;
  if (event.a != store::record_area.value) {
    const engine::VolumeNumber number{static_cast<std::uint32_t>(event.a)};
    const auto words = array->records().find(engine::volume_key(number));
    const auto payload = words.empty() ? std::nullopt : store::record_payload(words);
    const auto volume = payload ? engine::decode_volume(*payload) : std::nullopt;
    if (!volume) return false;
    first = volume->disk_offset + event.b * volume->block;
    bytes = event.c * volume->block;
  }
  const bool behind = first >= fault.spec.first && first - fault.spec.first >= fault.spec.bytes;
  return !behind && first + bytes > fault.spec.first;
}

void FaultDesk::count_disk(const sim::TraceEvent& event) {
  for (Fault& fault : faults_) {
    if (!fault.active || fault.disk == nullptr || fault.entity != event.entity) continue;
    if (touches(fault, event)) ++fault.counts.met;
  }
}

}  // namespace replsim::testbed
