// The stable records of an array, written through its first disk like data: a put takes time, can
// fail, be lost, and is stable only after a flush or with FUA. Restart reads what the disk holds.
//   awaits:  `auto ticket = records.put(world, key, words, false); auto result = co_await ticket;`
// A record whose checksum does not hold is absent for find and for_each, and listed by corrupt().
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/store/disk_content.h"
#include "model/store/record.h"
#include "sim/disk.h"

namespace replsim::store {

/// Bytes at the beginning of an array's first disk that belong to the records; volumes lie behind.
inline constexpr std::uint64_t record_region_bytes = std::uint64_t{64} << 20;

/// Part of the software of an array: built anew at each restart, holds nothing itself.
class Records {
 public:
  Records(sim::Disk& disk, DiskContent& content) : disk_(disk), content_(content) {}

  /// Write a record of at most 500 words: atomically, over the one of the same key. `payload`:
  /// bytes of data that go to the disk with it and that its words stand for.
  sim::DiskTicket put(sim::World& world, RecordKey key, std::span<const std::uint64_t> words,
                      bool fua, std::uint64_t payload = 0);
  /// After this there is no such record.
  sim::DiskTicket erase(sim::World& world, RecordKey key, bool fua);
  sim::DiskTicket flush(sim::World& world) { return disk_.flush(world); }

  /// The words of a record as the disk holds it now; empty when absent or corrupt (or of no words:
  /// see contains). Valid until the next write takes effect.
  std::span<const std::uint64_t> find(RecordKey key) const;
  bool contains(RecordKey key) const;
  /// f(key, words) for the records of a kind, ascending. f must not let writes take effect.
  template <class F>
  void for_each(std::uint16_t kind, F f) const {
    for_each_valid(kind, false, f);
  }
  /// The same for what would survive a power loss now.
  template <class F>
  void for_each_stable(std::uint16_t kind, F f) const {
    for_each_valid(kind, true, f);
  }
  /// Records whose checksum does not hold, ascending.
  std::vector<RecordKey> corrupt() const;

 private:
  template <class F>
  void for_each_valid(std::uint16_t kind, bool stable, F& f) const {
    content_.records().for_each(kind, stable,
                                [&f](RecordKey key, std::span<const std::uint64_t> encoded) {
                                  if (const auto payload = record_payload(encoded))
                                    f(key, *payload);
                                });
  }
  sim::DiskTicket write(sim::World& world, RecordKey key, RecordWords encoded, bool fua,
                        std::uint64_t payload);

  sim::Disk& disk_;
  DiskContent& content_;
};

}  // namespace replsim::store
