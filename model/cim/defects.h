// Planted defects: mistakes that real replication engines make, to be switched on by name. They
// prove that the harness finds them, and are the one kind of code that only a test uses. Each has
// one site in the engine and the invariants that must catch it. Source: DESIGN 6.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace replsim::cim {

enum class Defect : std::uint8_t {
  AcknowledgeEarly,
  ActivityLogVolatile,
  BitClearedAtSend,
  BitmapOneSided,
  BitmapVolatile,
  CompletedShort,
  CopyComplete100,
  CopyOvertakesWrite,
  DetachOneSided,
  FailoverUnguarded,
  FailoverUntracked,
  FenceIgnored,
  FullCopyAlways,
  GenerationKept,
  ImageTrusted,
  InUseIgnored,
  IndicationLost,
  IndicationTwice,
  JobEndless,
  JobFallsBack,
  JournalAppliedTwice,
  JournalNotFolded,
  JournalUnordered,
  JournalVolatile,
  MarkedExtentsForgotten,
  OtherTargetsForgotten,
  RecoveryAlwaysAutomatic,
  RefusedCallMakesJob,
  RequestedStateKept,
  SplitWithoutHold,
  SplitWithoutMarker,
  SynWhileCut,
  TargetUnflushed,
  TargetWritable,
  WrongCode,
};

struct DefectRow {
  Defect id;
  std::string_view name;
  std::string_view sentence;
  std::string_view caught_by;  ///< Numbers of invariants, one space between: each must catch it.
};

// clang-format off
inline constexpr std::array defect_table = {
    DefectRow{Defect::AcknowledgeEarly, "acknowledge-early",
     "A mirrored host write is acknowledged when it is stable here, whatever the peer says.",
     "A1"},
    DefectRow{Defect::ActivityLogVolatile, "activity-log-volatile",
     "Extents with writes in flight are marked in memory only: a crash forgets them.", "A12"},
    DefectRow{Defect::BitClearedAtSend, "bit-cleared-at-send",
     "The copy clears a bit when it sends the blocks, not when they are stable at the peer.", "A12"},
    DefectRow{Defect::BitmapOneSided, "bitmap-one-sided",
     "A copy brings what its own end tracked and forgets what the other one did.", "A11 A14"},
    DefectRow{Defect::BitmapVolatile, "bitmap-volatile",
     "What is written alone is tracked in memory only: a crash forgets it.", "A12"},
    DefectRow{Defect::CompletedShort, "completed-short",
     "A job is Completed with the percentage that it had.", "C1"},
    DefectRow{Defect::CopyComplete100, "copy-complete-100",
     "PercentSynced is 100 while the copy still runs.", "C6"},
    DefectRow{Defect::CopyOvertakesWrite, "copy-overtakes-write",
     "The copy does not wait for host writes to the same blocks.", "A3"},
    DefectRow{Defect::DetachOneSided, "detach-one-sided",
     "Detach removes the association at one array and does not tell the other one.", "B12"},
    DefectRow{Defect::FailoverUnguarded, "failover-unguarded",
     "An Inconsistent target is promoted without Force.", "A29"},
    DefectRow{Defect::FailoverUntracked, "failover-untracked",
     "What hosts write after a Failover is not tracked.", "A12 A24"},
    DefectRow{Defect::FenceIgnored, "fence-ignored",
     "A source that was fenced by a Failover goes on to accept host writes.", "A25"},
    DefectRow{Defect::FullCopyAlways, "full-copy-always",
     "Every resync copies everything.", "A13"},
    DefectRow{Defect::GenerationKept, "generation-kept",
     "A source that goes on alone keeps its generation.", "A26"},
    DefectRow{Defect::ImageTrusted, "image-trusted",
     "The target image is called Consistent while a copy overwrites it.", "A3"},
    DefectRow{Defect::InUseIgnored, "in-use-ignored",
     "An operation is accepted while another one is in its control phase.", "C3"},
    DefectRow{Defect::IndicationLost, "indication-lost",
     "Changes of state are not indicated.", "C7"},
    DefectRow{Defect::IndicationTwice, "indication-twice",
     "Each change of state is indicated twice.", "C7"},
    DefectRow{Defect::JobEndless, "job-endless",
     "A copy job does not end with its copy.", "B17"},
    DefectRow{Defect::JobFallsBack, "job-falls-back",
     "PercentComplete of a copy job goes down.", "C1"},
    DefectRow{Defect::JournalAppliedTwice, "journal-applied-twice",
     "A restarted target applies again what it had applied, over what came later.", "A5 A15"},
    DefectRow{Defect::JournalNotFolded, "journal-not-folded",
     "When an asynchronous flow ends, what is in its journal is not tracked.", "A12"},
    DefectRow{Defect::JournalUnordered, "journal-unordered",
     "The target applies its journal in any order.", "A3"},
    DefectRow{Defect::JournalVolatile, "journal-volatile",
     "The journal is kept in memory only: a crash forgets it.", "A12"},
    DefectRow{Defect::MarkedExtentsForgotten, "marked-extents-forgotten",
     "A restart does not track the extents that its activity log names.", "A12"},
    DefectRow{Defect::OtherTargetsForgotten, "other-targets-forgotten",
     "What a copy brings back to a source is not tracked for its other targets.", "A12"},
    DefectRow{Defect::RecoveryAlwaysAutomatic, "recovery-always-automatic",
     "CopyRecoveryMode Manual is stored and not obeyed.", "B14"},
    DefectRow{Defect::RefusedCallMakesJob, "refused-call-makes-job",
     "A call that is refused for the state leaves a job.", "B2"},
    DefectRow{Defect::RequestedStateKept, "requested-state-kept",
     "RequestedCopyState is not cleared when the operation has ended.", "B5"},
    DefectRow{Defect::SplitWithoutHold, "split-without-hold",
     "Split and Fracture do not hold host writes for the cut.", "A8"},
    DefectRow{Defect::SplitWithoutMarker, "split-without-marker",
     "An asynchronous Split does not wait until the target has come up to the cut.", "A9"},
    DefectRow{Defect::SynWhileCut, "syn-while-cut",
     "An end goes on to show Synchronized when its peer is lost.", "B14"},
    DefectRow{Defect::TargetUnflushed, "target-unflushed",
     "The target confirms a write that is still in its disk's volatile cache.", "A1"},
    DefectRow{Defect::TargetWritable, "target-writable",
     "The target of a synchronized mirror accepts host writes.", "A25"},
    DefectRow{Defect::WrongCode, "wrong-code",
     "An operation that is not possible in the state is answered In Use.", "B2"},
};
// clang-format on

/// Null when there is no such defect.
constexpr const DefectRow* find_defect(std::string_view name) {
  const auto at = std::ranges::find(defect_table, name, &DefectRow::name);
  return at == defect_table.end() ? nullptr : &*at;
}

/// What is planted in one run; empty unless a user asked for it.
class DefectSet {
 public:
  constexpr void plant(Defect defect) { bits_ |= bit(defect); }
  constexpr DefectSet operator|(DefectSet other) const {
    DefectSet both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }
  constexpr bool has(Defect defect) const { return (bits_ & bit(defect)) != 0; }

 private:
  static constexpr std::uint64_t bit(Defect defect) {
    return std::uint64_t{1} << static_cast<unsigned>(defect);
  }
  std::uint64_t bits_ = 0;
};
static_assert(defect_table.size() <= 64);
static_assert(
    [] {
      for (std::size_t i = 0; i < defect_table.size(); ++i) {
        if (static_cast<std::size_t>(defect_table[i].id) != i) return false;
        if (i > 0 && defect_table[i - 1].name >= defect_table[i].name) return false;
      }
      return true;
    }(),
    "one row for each, in the order of the names");

}  // namespace replsim::cim
