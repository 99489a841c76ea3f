// Rows of the effects, and their figures.
#include "model/testbed/fault_effects.h"

#include <algorithm>
#include <array>

#include "model/engine/wire.h"
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
    WireClass{"acknowledgements", engine::Wire::HostReply},
    WireClass{"acknowledgements", engine::Wire::DataReply},
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

sim::DiskFaultKind disk_kind(Effect effect) {
  switch (effect) {
    case Effect::ReadError: return sim::DiskFaultKind::ReadError;
    case Effect::WriteError: return sim::DiskFaultKind::WriteError;
    case Effect::DiskLatency: return sim::DiskFaultKind::Latency;
    case Effect::Hang: return sim::DiskFaultKind::Hang;
    case Effect::Full: return sim::DiskFaultKind::Full;
    case Effect::LinkCut:
    case Effect::LinkLoss:
    case Effect::LinkLatency:
    case Effect::LinkDuplicate:
    case Effect::LinkReorder:
    case Effect::LinkBurstLoss:
    case Effect::LinkBandwidth:
    case Effect::LinkClog:
    case Effect::LinkFilter:
    case Effect::Crash:
    case Effect::Pause:
    case Effect::PowerLoss: break;
  }
  REPLSIM_CHECK(false, check_value(effect));
  return sim::DiskFaultKind::Latency;
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

sim::LinkFault link_fault(Effect effect, const provider::FaultSpec& spec) {
  sim::LinkFault link;
  link.forward = spec.forward;
  link.backward = spec.backward;
  link.cut = effect == Effect::LinkCut;
  link.clog = effect == Effect::LinkClog;
  if (effect == Effect::LinkLoss) link.loss_ppb = spec.rate_ppb;
  if (effect == Effect::LinkLatency) link.add = spec.add;
  if (effect == Effect::LinkDuplicate) link.duplicate_ppb = spec.rate_ppb;
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
  sim::DiskFault disk;
  disk.kind = disk_kind(effect);
  disk.first = spec.first;
  disk.bytes = spec.bytes;
  disk.chance_ppb = spec.chance_ppb;
  disk.add = spec.add;
  return disk;
}

bool delays(Effect effect) {
  return effect != Effect::ReadError && effect != Effect::WriteError && effect != Effect::Full;
}

}  // namespace replsim::testbed
