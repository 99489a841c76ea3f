// What every part of an array's software may use. Owned by Array; parts hold a reference.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "model/engine/config.h"
#include "model/engine/control.h"
#include "model/engine/host_path.h"
#include "model/engine/jobs.h"
#include "model/engine/journals.h"
#include "model/engine/mover.h"
#include "model/engine/peers.h"
#include "model/engine/receiver.h"
#include "model/engine/reconcile.h"
#include "model/engine/record_layout.h"
#include "model/engine/relations.h"
#include "model/engine/sender.h"
#include "model/engine/volumes.h"
#include "model/store/records.h"
#include "sim/node.h"

namespace replsim::engine {

struct Context {
  Context(sim::World& w, sim::Node& n, const ArrayConfig& c)
      : world(w), node(n), config(c), records(*c.disks.at(0).disk, *c.disks.at(0).content) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  sim::World& world;
  sim::Node& node;
  const ArrayConfig& config;
  store::Records records;
  Counters counters;
  bool recovering = true;  ///< Until the records are read and jobs and copies go on.
  Volumes volumes{*this};
  Relations relations{*this};
  Jobs jobs{*this};
  Peers peers{*this};
  Sender sender{*this};
  Receiver receiver{*this};
  Journals journals{*this};
  Mover mover{*this};
  HostPath host_path{*this};
  Reconcile reconcile{*this};
  Control control{*this};

  /// What the array's own clock shows, ns since 2000. It may lie: for times that are told, never
  /// for deciding what happens when.
  std::int64_t clock() const { return config.wall_clock->at(world.now()); }
  /// This mistake is planted in the array.
  bool defect(cim::Defect planted) const { return config.defects.has(planted); }
  /// Start a Task that lives until it ends or this array crashes.
  void spawn(sim::Task<void> task) { node.tasks().spawn(world, std::move(task)); }
  /// "west/pool1-1"
  std::string path(const std::string& local) const { return config.name + "/" + local; }
  /// The disk and the content that a volume lies on.
  const DiskPort& port(const VolumeRecord& volume) const { return config.disks[volume.disk]; }
  sim::DiskExtent extent(const VolumeRecord& volume, std::uint64_t lba,
                         std::uint64_t blocks) const {
    return {.area = sim::AreaId{volume.number.value},
            .lba = lba,
            .blocks = static_cast<std::uint32_t>(blocks),
            .block_bytes = volume.block,
            .disk_offset = volume.disk_offset + lba * volume.block};
  }
};

}  // namespace replsim::engine
