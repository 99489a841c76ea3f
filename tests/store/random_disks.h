// Disks under random writes, flushes, power losses and record puts, with a sink behind them.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "model/store/disk_content.h"
#include "model/store/rebuild.h"
#include "model/store/sink.h"
#include "sim/chance.h"

namespace replsim::store {

/// The stable content of some disks, comparable.
struct StableContent {
  std::vector<std::map<std::uint32_t, std::vector<std::pair<std::uint64_t, Stamp>>>> blocks;
  std::vector<std::map<RecordKey, RecordWords>> records;
  bool operator==(const StableContent&) const = default;
};

inline std::vector<std::pair<std::uint64_t, Stamp>> list(const BlockImage& image) {
  std::vector<std::pair<std::uint64_t, Stamp>> all;
  image.for_each_written([&all](std::uint64_t lba, Stamp s) { all.emplace_back(lba, s); });
  return all;
}

inline StableContent stable_content(const RebuiltRun& run) {
  StableContent content;
  for (const RebuiltDisk& disk : run.disks) {
    auto& areas = content.blocks.emplace_back();
    for (const auto& [area, image] : disk.images) {
      if (image.written() != 0) areas[area.value] = list(image);
    }
    content.records.push_back(disk.records);
  }
  return content;
}

class RandomDisks {
 public:
  RandomDisks(std::uint64_t seed, Sink& sink) : chance_(seed, "disks", "test") {
    for (const char* name : {"east/d0", "east/d1", "west/d0"}) {
      DiskContent& disk = disks_.emplace_back();
      disk.attach(sink.add_disk(std::string_view(name).substr(0, 4), name));
    }
  }

  void step() {
    DiskContent& disk = disks_[chance_.below(disks_.size())];
    const std::uint64_t what = chance_.below(1000);
    if (what < 700) {
      write_blocks(disk);
    } else if (what < 950) {
      write_record(disk);
    } else if (what < 985) {
      disk.harden();
    } else if (what < 999) {
      disk.lose(chance_);
    } else {
      disk.discard(sim::AreaId{1 + static_cast<std::uint32_t>(chance_.below(40))});
    }
  }

  StableContent stable() const {
    StableContent content;
    for (const DiskContent& disk : disks_) {
      auto& areas = content.blocks.emplace_back();
      for (const sim::AreaId area : disk.areas()) {
        const BlockImage image = disk.stable_image(area);
        if (image.written() != 0) areas[area.value] = list(image);
      }
      auto& records = content.records.emplace_back();
      disk.records().for_each(true, [&](RecordKey key, std::span<const std::uint64_t> encoded) {
        const auto payload = *record_payload(encoded);
        records[key] = RecordWords(payload.begin(), payload.end());
      });
    }
    return content;
  }

 private:
  void write_blocks(DiskContent& disk) {
    sim::DiskWrite write;
    write.extent.area = sim::AreaId{1 + static_cast<std::uint32_t>(chance_.below(4))};
    const bool sparse = write.extent.area.value % 2 == 0;
    write.extent.lba = chance_.below(sparse ? std::uint64_t{1} << 40 : 3000);
    const std::uint64_t blocks = 1 + chance_.below(sparse ? 3 : 400);
    write.extent.blocks = static_cast<std::uint32_t>(blocks);
    if (chance_.below(10) != 0) write.stamp = chance_.next();
    if (chance_.below(4) == 0) {
      for (std::uint64_t i = 0; i < blocks; ++i) write.words.push_back(chance_.next());
    }
    disk.write(write, chance_.below(5) == 0);
  }

  void write_record(DiskContent& disk) {
    RecordKey key;
    key.kind = static_cast<std::uint16_t>(chance_.below(3));
    key.owner = static_cast<std::uint32_t>(chance_.below(4));
    key.index = static_cast<std::uint32_t>(chance_.below(8));
    sim::DiskWrite write;
    write.words = encode_erasure(key);
    if (chance_.below(4) != 0) {
      RecordWords payload;
      const std::uint64_t length = chance_.below(20);
      for (std::uint64_t i = 0; i < length; ++i) payload.push_back(chance_.next());
      write.words = encode_record(key, payload);
    }
    disk.write(write, chance_.below(5) == 0);
  }

  sim::Stream chance_;
  std::deque<DiskContent> disks_;
};

}  // namespace replsim::store
