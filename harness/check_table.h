// The invariants as data: one row each, in own words, with what makes an evaluation count, the
// weight of a violation and the source. The checkers report by these rows, `explain A22` prints
// them. `now` is false for rules whose operations or media do not exist yet.
// Source: invariants.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "harness/record/verdict.h"

namespace replsim::harness {

// clang-format off
/// Numbers of the invariants, in the order of the table.
enum class Check : std::uint8_t {
  A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, A18, A19, A20, A21,
  A22, A23, A24, A25, A26, A27, A28, A29, A30, A31, A32,
  B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13, B14, B15, B16, B17,
  C1, C2, C3, C4, C5, C6, C7, C8, C9,
  D1, D2, D3, D4, D5, D6, D7, D8, D9,
};
// clang-format on

/// One invariant.
struct CheckRow {
  Check id;
  std::string_view number;        ///< "A22"
  char severity;                  ///< H data loss or corruption, M protocol, L reporting.
  record::Confidence confidence;  ///< Of the rule; an edge or cell may bring its own.
  bool now;                       ///< A checker of this version evaluates it.
  std::string_view sentence;
  std::string_view premise;  ///< What makes an evaluation non-trivial.
  std::string_view source;
};

namespace check_rows {

inline constexpr auto spec = record::Confidence::Spec;
inline constexpr auto derived = record::Confidence::SpecDerived;
inline constexpr auto inferred = record::Confidence::Inferred;

}  // namespace check_rows

// clang-format off
inline constexpr std::array check_table = {
    CheckRow{Check::A1, "A1", 'H', check_rows::spec, true,
     "A write acknowledged while a synchronous pair shows Synchronized is stably on the target.",
     "an acknowledgement on the source of a synchronous pair in SYN; a power loss while in SYN",
     "invariants.md A1; Mode Synchronous; data_plane.md 1"},
    CheckRow{Check::A2, "A2", 'H', check_rows::derived, true,
     "A block of a replica holds nothing that no host wrote to that position of the relation.",
     "data that came to a volume from its peer", "invariants.md A2"},
    CheckRow{Check::A3, "A3", 'H', check_rows::derived, true,
     "A target whose image is Consistent is the image of a set of writes closed under order.",
     "a Consistent target that differs from its source", "invariants.md A3; rulings R5"},
    CheckRow{Check::A4, "A4", 'H', check_rows::derived, true,
     "In SYN the target holds what was acknowledged; asynchronous: all but the last RPO's worth.",
     "a pair in SYN with writes", "invariants.md A4"},
    CheckRow{Check::A5, "A5", 'H', check_rows::derived, true,
     "Between two Consistent instants a target only gains writes.",
     "a Consistent target checked again after its image changed", "invariants.md A5"},
    CheckRow{Check::A6, "A6", 'H', check_rows::derived, true,
     "Batches reach a target whole or not at all, also over a crash.",
     "a batch applied", "invariants.md A6; data_plane.md 12"},
    CheckRow{Check::A7, "A7", 'H', check_rows::spec, false,
     "One cut explains all targets of a group with consistency.",
     "a group with two members written", "invariants.md A7"},
    CheckRow{Check::A8, "A8", 'H', check_rows::spec, true,
     "After FRA, SPL, SUS or INA was announced replication leaves the target image alone.",
     "data that came to a target, or a write at the source, in one of these states",
     "invariants.md A8; data_plane.md 6"},
    CheckRow{Check::A9, "A9", 'H', check_rows::spec, true,
     "After Split from SYN the target is the source at the cut instant.",
     "SYN to SPL of a pair that was written", "invariants.md A9; operation_matrix.md S19"},
    CheckRow{Check::A10, "A10", 'H', check_rows::spec, true,
     "After Fracture from SYN the target holds every write acknowledged in SYN before the cut.",
     "SYN to FRA of a synchronous pair that was written", "invariants.md A10"},
    CheckRow{Check::A11, "A11", 'H', check_rows::spec, true,
     "When a copy ends in SYN both ends are equal but for writes in flight, and so is the bitmap.",
     "UNS or PAR to SYN of a pair with data", "invariants.md A11"},
    CheckRow{Check::A12, "A12", 'H', check_rows::derived, true,
     "Where the stable images differ some stable bitmap, activity log or `all` mark says so.",
     "stable images that differ", "invariants.md A12; data_plane.md 2"},
    CheckRow{Check::A13, "A13", 'M', check_rows::inferred, true,
     "An incremental resync copies only granules that were tracked or written since, and a full"
     " copy has a cause that is there.",
     "a granule copied by an incremental resync, or a full copy", "invariants.md A13"},
    CheckRow{Check::A14, "A14", 'H', check_rows::spec, true,
     "Resync overwrites what hosts wrote at the target; Restore what they wrote at the source.",
     "a resync that ended, of a target that hosts had written",
     "invariants.md A14; data_plane.md 5"},
    CheckRow{Check::A15, "A15", 'H', check_rows::derived, true,
     "A copy never puts an earlier write of one origin over a later one.",
     "data from the peer that replaced another write", "invariants.md A15; data_plane.md 5"},
    CheckRow{Check::A16, "A16", 'H', check_rows::spec, false,
     "A snapshot keeps its point in time.", "a read or comparison of a snapshot",
     "invariants.md A16"},
    CheckRow{Check::A17, "A17", 'H', check_rows::spec, false,
     "A snapshot without space breaks; it never shows wrong data, and the source loses nothing.",
     "delta space that ran out", "invariants.md A17"},
    CheckRow{Check::A18, "A18", 'H', check_rows::spec, false,
     "A point in time holds all writes acknowledged before the call, none submitted after it.",
     "an activated point-in-time copy", "invariants.md A18"},
    CheckRow{Check::A19, "A19", 'H', check_rows::spec, false,
     "After Restore the source is the chosen target; siblings keep their content.",
     "a completed Restore", "invariants.md A19"},
    CheckRow{Check::A20, "A20", 'H', check_rows::spec, false,
     "After Detach in SYN a clone and its source share no later write.",
     "writes on either side after Detach", "invariants.md A20"},
    CheckRow{Check::A21, "A21", 'H', check_rows::spec, false,
     "Reset Replica gives the original point in time.", "SKW to SYN", "invariants.md A21"},
    CheckRow{Check::A22, "A22", 'H', check_rows::spec, true,
     "A failover loses exactly the acknowledged writes the target lacks, and none if planned from"
     " SYN or if no acknowledgement was local only.",
     "a failover of a pair that was written", "invariants.md A22; rulings R8"},
    CheckRow{Check::A23, "A23", 'H', check_rows::inferred, true,
     "Both ends accept host writes only where the state or an unfenced failover allows it, and a"
     " pair written on both sides needs a direction before SYN.",
     "host writes accepted at an end whose peer accepted some too",
     "invariants.md A23; rulings R7, R8"},
    CheckRow{Check::A24, "A24", 'H', check_rows::spec, true,
     "Failback keeps what was acknowledged at the failover site; lost writes stay lost.",
     "a Failback that ended, of a target that hosts had written or that had lost writes",
     "invariants.md A24; data_plane.md 8"},
    CheckRow{Check::A25, "A25", 'H', check_rows::inferred, true,
     "A host I/O is refused exactly where the state of its end says so.",
     "an answered host I/O whose end rested in one state meanwhile",
     "invariants.md A25; rulings R12"},
    CheckRow{Check::A26, "A26", 'H', check_rows::spec, true,
     "A synchronous pair has stably left SYN, with a new generation after a loss of its peer,"
     " before the first acknowledgement that only one site backs.",
     "an acknowledgement without a stable target copy", "invariants.md A26; rulings R7"},
    CheckRow{Check::A27, "A27", 'H', check_rows::derived, true,
     "An end that acknowledges alone does not show SYN; its peer does for peer_timeout at most.",
     "an acknowledgement without a stable target copy", "invariants.md A27"},
    CheckRow{Check::A28, "A28", 'M', check_rows::spec, false,
     "Deactivate drops what hosts wrote to a snapshot.", "Deactivate, then Activate",
     "invariants.md A28"},
    CheckRow{Check::A29, "A29", 'H', check_rows::inferred, true,
     "An Inconsistent target is not promoted without Force, a Never one not at all.",
     "a promotion asked for while the target image was not Consistent",
     "invariants.md A29; rulings R5"},
    CheckRow{Check::A30, "A30", 'H', check_rows::derived, true,
     "A repeated, late or out-of-date transfer changes nothing.",
     "a transfer that repeated what was there, or came after a message was dropped",
     "invariants.md A30"},
    CheckRow{Check::A31, "A31", 'H', check_rows::inferred, true,
     "Without Force no image that is not Consistent becomes writable or a copy source.",
     "a host write to, or a copy from, a target that was not Consistent", "invariants.md A31"},
    CheckRow{Check::A32, "A32", 'H', check_rows::derived, true,
     "A block acknowledged at one end is overwritten from the other only by an operation of that"
     " direction called later.",
     "a copy over a block that hosts wrote at that end", "invariants.md A32; rulings R7"},
    CheckRow{Check::B1, "B1", 'M', check_rows::inferred, true,
     "Every change of CopyState is an edge of the graph, with a cause that is there.",
     "a change of state", "invariants.md B1; state_graph.md"},
    CheckRow{Check::B2, "B2", 'M', check_rows::inferred, true,
     "A call ends as its cell of the matrix says: code, end state, fate of the association.",
     "an answered call on a relation", "invariants.md B2; operation_matrix.md; rulings R1, R3, R5"},
    CheckRow{Check::B3, "B3", 'M', check_rows::spec, false,
     "What the capabilities say is what the service does.", "a capabilities answer and a call",
     "invariants.md B3"},
    CheckRow{Check::B4, "B4", 'M', check_rows::inferred, true,
     "ProgressStatus fits the CopyState, and Requires X lets X pass and little else.",
     "a shown ProgressStatus", "invariants.md B4; rulings R8"},
    CheckRow{Check::B5, "B5", 'M', check_rows::spec, true,
     "RequestedCopyState is the goal of the running operation and 15 afterwards.",
     "a RequestedCopyState other than 15", "invariants.md B5"},
    CheckRow{Check::B6, "B6", 'M', check_rows::inferred, true,
     "A call that waits for a state answers 0 only after it, and none outlives its limit.",
     "an answered call", "invariants.md B6; rulings R1, R3"},
    CheckRow{Check::B7, "B7", 'M', check_rows::spec, false,
     "SyncMaintained is true only in SYN of a mirror.", "a shown SyncMaintained",
     "invariants.md B7"},
    CheckRow{Check::B8, "B8", 'L', check_rows::spec, true,
     "When* times are set at their edges by the array's clock.", 
     "a state that has a time was entered", "invariants.md B8"},
    CheckRow{Check::B9, "B9", 'M', check_rows::spec, false,
     "A group shows the common state of its pairs, or Mixed.", "a group state",
     "invariants.md B9"},
    CheckRow{Check::B10, "B10", 'M', check_rows::spec, false,
     "Consistency operations may be repeated.", "a repeated consistency operation",
     "invariants.md B10"},
    CheckRow{Check::B11, "B11", 'M', check_rows::spec, true,
     "After a swap of roles each end has one association, with its ends swapped.",
     "a completed Reverse Roles", "invariants.md B11"},
    CheckRow{Check::B12, "B12", 'M', check_rows::spec, true,
     "A removed relation is listed nowhere, and leaves an aspect only where its cell says so.",
     "a removed relation", "invariants.md B12"},
    CheckRow{Check::B13, "B13", 'M', check_rows::spec, false,
     "Joining or leaving a group keeps the pair and its state.", "AddSyncPair, RemoveSyncPair",
     "invariants.md B13"},
    CheckRow{Check::B14, "B14", 'M', check_rows::spec, true,
     "After a reconnect Automatic goes on by itself and Manual waits in SUS.",
     "a pair that leaves PAR or is repaired", "invariants.md B14"},
    CheckRow{Check::B15, "B15", 'L', check_rows::spec, true,
     "A change of mode keeps the CopyState.", "a change of mode", "invariants.md B15"},
    CheckRow{Check::B16, "B16", 'M', check_rows::derived, false,
     "One seed gives one trace and one set of final images.", "a run made twice",
     "invariants.md B16; judged outside of a run"},
    CheckRow{Check::B17, "B17", 'M', check_rows::derived, true,
     "Left alone with its recovery calls made, every copy ends in SYN and every job ends.",
     "a relation asked for at the end of a run", "invariants.md B17; rulings R18"},
    CheckRow{Check::C1, "C1", 'M', check_rows::inferred, true,
     "A job's percentage never falls and is 100 exactly when it is Completed.",
     "a change of a job", "invariants.md C1"},
    CheckRow{Check::C2, "C2", 'M', check_rows::spec, true,
     "A job follows the graph of job states and stays for a while after its end.",
     "a change of a job's state", "invariants.md C2"},
    CheckRow{Check::C3, "C3", 'M', check_rows::inferred, true,
     "One job at most of a relation is in its control phase.",
     "a job, or a call turned away, beside another job at work",
     "invariants.md C3; rulings R4"},
    CheckRow{Check::C4, "C4", 'M', check_rows::spec, true,
     "4096 brings a job; 0 and the refusals bring none.", "an answered call on a relation",
     "invariants.md C4"},
    CheckRow{Check::C5, "C5", 'M', check_rows::spec, false,
     "The out parameters of a job are those of the call without one.", "a completed job",
     "invariants.md C5"},
    CheckRow{Check::C6, "C6", 'M', check_rows::inferred, true,
     "PercentSynced is below 100 and rising in UNS, 100 or NULL in SYN, else the last value.",
     "a shown PercentSynced", "invariants.md C6"},
    CheckRow{Check::C7, "C7", 'M', check_rows::inferred, true,
     "Each change of state makes one indication, in order, chained by PreviousInstance.",
     "an indication", "invariants.md C7"},
    CheckRow{Check::C8, "C8", 'M', check_rows::inferred, true,
     "A copy job that fails leaves BRK or INV; one that is ended leaves what ended it.",
     "a copy job that did not complete", "invariants.md C8"},
    CheckRow{Check::C9, "C9", 'L', check_rows::spec, false,
     "ConfirmTargetData answers 0 only when the target has all acknowledged writes.",
     "an answered ConfirmTargetData", "invariants.md C9"},
    CheckRow{Check::D1, "D1", 'H', check_rows::spec, false,
     "The latest recovery point is whole logs, all disks at one instant.", "a recovery point",
     "invariants.md D1; hyperv_flow.md"},
    CheckRow{Check::D2, "D2", 'H', check_rows::spec, false,
     "There are RecoveryHistory points and the latest, and old ones never change.",
     "a second recovery point", "invariants.md D2"},
    CheckRow{Check::D3, "D3", 'H', check_rows::spec, false,
     "A test failover leaves replica and replication alone.", "a test failover",
     "invariants.md D3"},
    CheckRow{Check::D4, "D4", 'H', check_rows::spec, false,
     "A planned failover loses nothing and is refused while the primary runs.",
     "a planned failover", "invariants.md D4"},
    CheckRow{Check::D5, "D5", 'H', check_rows::spec, false,
     "Revert drops the writes since InitiateFailover and no others.", "a Revert",
     "invariants.md D5"},
    CheckRow{Check::D6, "D6", 'M', check_rows::spec, false,
     "Commit flattens the points; Revert then answers 32775.", "a Commit", "invariants.md D6"},
    CheckRow{Check::D7, "D7", 'M', check_rows::spec, false,
     "Reverse needs Recovered or Committed.", "a Reverse", "invariants.md D7"},
    CheckRow{Check::D8, "D8", 'M', check_rows::spec, false,
     "Where tracking may be incomplete a resynchronisation is required.", "lost tracking",
     "invariants.md D8"},
    CheckRow{Check::D9, "D9", 'M', check_rows::spec, false,
     "The primary relation stays while an extended one exists.", "an extended relation",
     "invariants.md D9"},
};
// clang-format on

/// The row of an invariant.
constexpr const CheckRow& check_row(Check id) {
  return check_table[static_cast<std::size_t>(id)];
}

/// The row with this number ("A22"); null when there is none.
constexpr const CheckRow* find_check(std::string_view number) {
  for (const CheckRow& row : check_table) {
    if (row.number == number) return &row;
  }
  return nullptr;
}

namespace check_rows {

constexpr bool in_order() {
  for (std::size_t i = 0; i < check_table.size(); ++i) {
    if (static_cast<std::size_t>(check_table[i].id) != i) return false;
    if (check_table[i].sentence.empty() || check_table[i].premise.empty()) return false;
    if (find_check(check_table[i].number) != &check_table[i]) return false;
  }
  return true;
}
static_assert(in_order(), "one row an invariant, in the order of Check, numbers unique");
static_assert(check_table.size() == static_cast<std::size_t>(Check::D9) + 1);

}  // namespace check_rows
}  // namespace replsim::harness
