// Introspection of the built-in arrays: their stable records, decoded, whether they run or not.
//   M1  Only what a power loss now would leave counts as stable.
// Source: invariants.md A11-A13; engine/record_layout.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "harness/provider/introspection.h"
#include "model/engine/relation.h"
#include "model/store/record.h"
#include "model/testbed/hardware.h"

namespace replsim::testbed {

class Metadata final : public provider::Introspection {
 public:
  explicit Metadata(Hardware& hardware);
  Metadata(const Metadata&) = delete;
  Metadata& operator=(const Metadata&) = delete;
  ~Metadata() override;

  using VisitBlocks = std::function<void(std::uint64_t lba, std::uint64_t blocks)>;
  std::vector<provider::EndpointFacts> endpoints() const override;
  bool covered(sim::EntityId endpoint, std::uint64_t lba) const override;
  void for_each_dirty(sim::EntityId endpoint, const VisitBlocks& visit) const override;
  void for_each_active(sim::EntityId endpoint, const VisitBlocks& visit) const override;
  void for_each_journaled(sim::EntityId endpoint, const VisitBlocks& visit) const override;
  void for_each_volatile_dirty(sim::EntityId endpoint, const VisitBlocks& visit) const override;

 private:
  class DiskWatch;
  using Words = std::vector<std::uint64_t>;
  /// One end of a relation on one array; a local pair has a hidden second one.
  struct End {
    std::size_t array;
    engine::RelationRecord record;
    std::uint32_t block;         ///< Bytes.
    std::uint64_t total_blocks;  ///< Of the volume.
  };

  /// The payload of a record as it is stably; empty when there is none.
  std::span<const std::uint64_t> stable(std::size_t array, store::RecordKey key) const;
  void rebuild(std::size_t array) const;
  std::optional<std::pair<std::size_t, engine::EndpointNumber>> parse(sim::EntityId entity) const;
  std::optional<End> end_of(std::size_t array, engine::EndpointNumber number) const;
  /// The instance's own end and, for a local pair, the hidden one.
  std::vector<End> ends_of(sim::EntityId endpoint) const;
  std::vector<engine::RelationRecord> relations(std::size_t array) const;
  provider::EndpointFacts facts_of(std::size_t array, const engine::RelationRecord& record) const;
  std::uint64_t granule_blocks(const End& end) const;
  std::uint64_t extent_blocks(const End& end) const;
  std::uint64_t version(std::size_t array) const;

  /// The stable entries of a journal, by what its running software needs still; all that the head
  /// leaves when the array is down.
  using VisitEntry = std::function<void(const engine::JournalRecord&)>;
  void for_each_entry(const End& end, const VisitEntry& visit) const;
  /// A stable entry of the end's journal covers the block.
  bool journaled(const End& end, std::uint64_t lba) const;
  std::optional<engine::JournalRecord> entry(const End& end, std::uint32_t slot) const;

  /// What the stable records of one end cover, decoded as it is asked for.
  struct Cover {
    End end;
    std::map<std::uint32_t, engine::DirtyBitmap::Page> pages{};
    std::vector<std::uint64_t> extents{};  ///< Sorted.
    bool extents_read = false;
    bool holds(const Metadata& metadata, std::uint64_t lba);
  };
  /// Of an endpoint; holds while the records of its array do not change.
  struct Covers {
    bool read = false;
    std::uint64_t version = 0;
    std::vector<Cover> ends;
  };

  Hardware& hardware_;
  /// Stable payloads of an array with a write cache, as of the last look.
  struct Snapshot {
    bool cached = false;  ///< The disk has a write cache; without one everything is stable.
    bool outdated = true;
    std::uint64_t rebuilds = 0;
    std::map<store::RecordKey, Words> payloads;
  };
  mutable std::vector<Covers> covers_;  ///< By entity.
  mutable std::vector<Snapshot> snapshots_;
  std::vector<std::unique_ptr<DiskWatch>> watches_;
  mutable std::vector<std::pair<std::uint32_t, engine::EndpointNumber>> parsed_;  // by entity
};

}  // namespace replsim::testbed
