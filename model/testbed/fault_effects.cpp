// Rows of the effects, and their figures.
#include "model/testbed/fault_effects.h"

#include <algorithm>
#include <array>

#include "model/engine/wire.h"
#include "model/store/disk_content.h"
#include "sim/check.h"

namespace replsim::testbed {
namespace {

// Source: language.md section 12.
constexpr std::array effects = {
    EffectRow{"link.cut", TargetKind::Link, Effect::LinkCut},
    EffectRow{"link.loss", TargetKind::Link, Effect::LinkLoss},
    EffectRow{"link.latency", TargetKind::Link, Effect::LinkLatency},
    EffectRow{"link.duplicate", TargetKind::Link, Effect::LinkDuplicate},
    EffectRow{"link.reorder", TargetKind::Link, Effect::LinkReorder},
    EffectRow{"link.burst-loss", TargetKind::Link, Effect::LinkBurstLoss},
    EffectRow{"link.bandwidth", TargetKind::Link, Effect::LinkBandwidth},
    EffectRow{"link.clog", TargetKind::Link, Effect::LinkClog},
    EffectRow{"link.filter", TargetKind::Link, Effect::LinkFilter},
    EffectRow{"array.crash", TargetKind::Array, Effect::Crash},
    EffectRow{"array.pause", TargetKind::Array, Effect::Pause},
    EffectRow{"array.power-loss", TargetKind::Array, Effect::PowerLoss},
    EffectRow{"host.crash", TargetKind::Host, Effect::Crash},
    EffectRow{"host.pause", TargetKind::Host, Effect::Pause},
    EffectRow{"host.power-loss", TargetKind::Host, Effect::PowerLoss},
    EffectRow{"disk.read-error", TargetKind::Disk, Effect::ReadError},
    EffectRow{"disk.write-error", TargetKind::Disk, Effect::WriteError},
    EffectRow{"disk.latency", TargetKind::Disk, Effect::DiskLatency},
    EffectRow{"disk.hang", TargetKind::Disk, Effect::Hang},
    EffectRow{"disk.full", TargetKind::Disk, Effect::Full},
    EffectRow{"disk.latent-error", TargetKind::Disk, Effect::LatentError},
    EffectRow{"disk.bit-rot", TargetKind::Disk, Effect::BitRot},
    EffectRow{"disk.lost-write", TargetKind::Disk, Effect::LostWrite},
    EffectRow{"disk.misdirected-write", TargetKind::Disk, Effect::MisdirectedWrite},
    EffectRow{"disk.ignored-flush", TargetKind::Disk, Effect::IgnoredFlush},
    EffectRow{"disk.torn-epoch", TargetKind::Disk, Effect::TornEpoch},
    EffectRow{"disk.credit", TargetKind::Disk, Effect::Credit},
    EffectRow{"site.crash", TargetKind::Site, Effect::Crash},
    EffectRow{"site.power-loss", TargetKind::Site, Effect::PowerLoss},
    EffectRow{"site.cut", TargetKind::Site, Effect::LinkCut},
    EffectRow{"provider.late-reply", TargetKind::ClientLink, Effect::LateReply},
    EffectRow{"provider.lost-reply", TargetKind::ClientLink, Effect::LostReply},
    EffectRow{"provider.repeat-request", TargetKind::ClientLink, Effect::RepeatRequest},
    EffectRow{"provider.restart", TargetKind::Service, Effect::ServiceRestart},
    EffectRow{"provider.lost-indication", TargetKind::Service, Effect::LostIndication},
    EffectRow{"provider.late-indication", TargetKind::Service, Effect::LateIndication},
    EffectRow{"provider.endless-job", TargetKind::Service, Effect::EndlessJob},
    EffectRow{"clock.offset", TargetKind::Clock, Effect::ClockOffset},
    EffectRow{"clock.drift", TargetKind::Clock, Effect::ClockDrift},
    EffectRow{"clock.jump", TargetKind::Clock, Effect::ClockJump},
    EffectRow{"clock.frozen", TargetKind::Clock, Effect::ClockFrozen},
    EffectRow{"array.slow", TargetKind::Array, Effect::Slow},
    EffectRow{"host.slow", TargetKind::Host, Effect::Slow},
    EffectRow{"disk.stale-read", TargetKind::Disk, Effect::StaleRead},
};

constexpr bool unique_names() {
  for (std::size_t i = 0; i < effects.size(); ++i) {
    for (std::size_t j = i + 1; j < effects.size(); ++j) {
      if (effects[i].name == effects[j].name) return false;
    }
  }
  return true;
}
static_assert(unique_names(), "every effect has one row");

/// A class of messages of `link.filter`.
struct WireClass {
  std::string_view word;
  engine::Wire kind;
};

constexpr std::array wire_classes = {
    WireClass{"data", engine::Wire::HostRead},
    WireClass{"data", engine::Wire::HostWrite},
    WireClass{"data", engine::Wire::HostFlush},
    WireClass{"data", engine::Wire::MirrorWrite},
    WireClass{"data", engine::Wire::CopyWrite},
    WireClass{"data", engine::Wire::JournalWrite},
    WireClass{"acknowledgements", engine::Wire::HostReply},
    WireClass{"acknowledgements", engine::Wire::DataReply},
    WireClass{"acknowledgements", engine::Wire::JournalReply},
    WireClass{"control", engine::Wire::Management},
    WireClass{"control", engine::Wire::Hello},
    WireClass{"control", engine::Wire::Control},
    WireClass{"replies", engine::Wire::ManagementReply},
    WireClass{"replies", engine::Wire::HelloReply},
    WireClass{"replies", engine::Wire::ControlReply},
};
static_assert(std::ranges::all_of(wire_classes, [](const WireClass& row) {
  return engine::number(row.kind) < 64;
}));

/// What an effect on a disk is.
struct DiskRow {
  Effect effect;
  sim::DiskFaultKind kind;
  Meets meets;
  bool delays = false;
  bool spares_records = false;
};

constexpr std::array disk_rows = {
    DiskRow{Effect::ReadError, sim::DiskFaultKind::ReadError, {.reads = true}},
    DiskRow{Effect::WriteError, sim::DiskFaultKind::WriteError, {.writes = true}},
    DiskRow{Effect::DiskLatency, sim::DiskFaultKind::Latency, {true, true, true}, true},
    DiskRow{Effect::Hang, sim::DiskFaultKind::Hang, {true, true, true}, true},
    DiskRow{Effect::Full, sim::DiskFaultKind::Full, {.writes = true}},
    DiskRow{Effect::LatentError, sim::DiskFaultKind::LatentError, {.reads = true}, false, true},
    DiskRow{Effect::BitRot, sim::DiskFaultKind::BitRot, {.reads = true}, false, true},
    DiskRow{Effect::LostWrite, sim::DiskFaultKind::LostWrite, {.writes = true}, false, true},
    DiskRow{Effect::MisdirectedWrite,
            sim::DiskFaultKind::MisdirectedWrite,
            {.writes = true},
            false,
            true},
    DiskRow{
        Effect::IgnoredFlush, sim::DiskFaultKind::IgnoredFlush, {false, true, true}, false, true},
    DiskRow{Effect::TornEpoch, sim::DiskFaultKind::TornEpoch, {}},
    DiskRow{Effect::StaleRead, sim::DiskFaultKind::StaleRead, {.reads = true}, false, true},
    DiskRow{Effect::Credit, sim::DiskFaultKind::Credit, {true, true, true}, true},
};

const DiskRow* disk_row(Effect effect) {
  const auto row = std::ranges::find(disk_rows, effect, &DiskRow::effect);
  return row == disk_rows.end() ? nullptr : &*row;
}

sim::Survival survival(std::string_view word) {
  if (word == "none") return sim::Survival::None;
  if (word == "all") return sim::Survival::All;
  return sim::Survival::Random;
}

}  // namespace

const EffectRow* find_effect(std::string_view name) {
  const auto row = std::ranges::find(effects, name, &EffectRow::name);
  return row == effects.end() ? nullptr : &*row;
}

std::uint64_t wire_kinds(std::string_view word) {
  std::uint64_t kinds = 0;
  for (const WireClass& row : wire_classes) {
    if (row.word == word) kinds |= std::uint64_t{1} << engine::number(row.kind);
  }
  return kinds;
}

bool strikes_requests(Effect effect) {
  return effect == Effect::RepeatRequest;
}

sim::LinkFault link_fault(Effect effect, const provider::FaultSpec& spec) {
  sim::LinkFault link;
  link.forward = spec.forward;
  link.backward = spec.backward;
  link.cut = effect == Effect::LinkCut;
  link.clog = effect == Effect::LinkClog;
  if (effect == Effect::LinkLoss || effect == Effect::LostReply) link.loss_ppb = spec.rate_ppb;
  if (effect == Effect::LinkLatency || effect == Effect::LateReply) link.add = spec.add;
  if (effect == Effect::LinkDuplicate || effect == Effect::RepeatRequest) {
    link.duplicate_ppb = spec.rate_ppb;
  }
  if (effect == Effect::LinkReorder) {
    link.reorder_ppb = spec.rate_ppb;
    link.gap = spec.gap;
  }
  if (effect == Effect::LinkBurstLoss) {
    link.bursts = sim::LossBursts::of(spec.rate_ppb, spec.length);
  }
  if (effect == Effect::LinkBandwidth) link.bandwidth = spec.limit;
  if (effect == Effect::LinkFilter) {
    link.filter_kinds = wire_kinds(spec.word);
    link.filter_ppb = spec.chance_ppb;
  }
  return link;
}

sim::DiskFault disk_fault(Effect effect, const provider::FaultSpec& spec) {
  const DiskRow* row = disk_row(effect);
  REPLSIM_CHECK(row != nullptr, check_value(effect));
  sim::DiskFault disk;
  disk.kind = row->kind;
  disk.first = spec.first;
  disk.bytes = spec.bytes;
  disk.chance_ppb = spec.chance_ppb;
  disk.add = spec.add;
  disk.shift = spec.shift;
  disk.versions = spec.versions;
  disk.survival = survival(spec.word);
  disk.credit.size = spec.size;
  disk.credit.interval = spec.interval;
  if (row->spares_records) disk.spared_area = store::record_area.value;
  return disk;
}

Meets meets(Effect effect) {
  const DiskRow* row = disk_row(effect);
  return row == nullptr ? Meets{} : row->meets;
}

bool spares_records(Effect effect) {
  const DiskRow* row = disk_row(effect);
  return row != nullptr && row->spares_records;
}

bool delays(Effect effect) {
  const DiskRow* row = disk_row(effect);
  return row == nullptr || row->delays;
}

}  // namespace replsim::testbed
