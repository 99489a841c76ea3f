// Messages of arrays: with hosts (1..9), with management clients (10..19, bodies belong to the
// services), between arrays (20..). Words and bodies are plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/cim/method.h"
#include "model/engine/relation.h"
#include "model/engine/types.h"
#include "sim/message.h"

namespace replsim::engine {

enum class Wire : std::uint16_t {
  // Host <-> array. `request` names the I/O within the host's incarnation; a repeated request is
  // answered again, never applied again.
  HostRead = 1,   ///< words: volume, lba, blocks
  HostWrite = 2,  ///< words: volume, lba, blocks, stamp, lowest request still open at the host
  HostFlush = 3,  ///< words: volume
  HostReply = 4,  ///< words: trace::IoAnswer; a read's body is StampsBody
  // Management client <-> array: see services.
  Management = 10,
  ManagementReply = 11,
  // Array <-> array.
  Hello = 20,       ///< words: incarnation; body PairsBody: the relations with this peer
  HelloReply = 21,  ///< body PairsBody
  MirrorWrite =
      22,  ///< words: pair, lba, blocks, stamp, sequence, lowest open sequence, counter, array
  CopyWrite = 23,  ///< as MirrorWrite; body StampsBody; word 3 = CopyReason
  DataReply = 24,  ///< words: pair, sequence, DataAnswer
  JournalWrite =
      25,  ///< request: session; words: pair, lba, blocks, stamp, journal (high half) and
           ///< number, what comes before it, counter, array
  JournalReply = 26,  ///< words: pair, journal and number, DataAnswer, all below are kept there
  Control = 30,       ///< body ControlBody
  ControlReply = 31,  ///< body ControlReplyBody
};

/// A journal and a number in it, in one word: 24 and 40 bits.
struct JournalPlace {
  std::uint32_t journal = 0;
  std::uint64_t number = 0;
  static constexpr unsigned number_bits = 40;
  constexpr std::uint64_t word() const { return std::uint64_t{journal} << number_bits | number; }
  static constexpr JournalPlace of(std::uint64_t word) {
    return {.journal = static_cast<std::uint32_t>(word >> number_bits),
            .number = word & ((std::uint64_t{1} << number_bits) - 1)};
  }
};

struct StampsBody final : sim::BodyOf<StampsBody> {
  std::vector<std::uint64_t> stamps;
};

/// One change of state with its cause code.
struct Move {
  cim::CopyState state;
  std::uint16_t cause;
  bool operator==(const Move&) const = default;
};

struct PairsBody final : sim::BodyOf<PairsBody> {
  std::uint32_t incarnation = 0;
  std::uint32_t session = 0;  ///< Counts the sender's losses of this contact.
  std::vector<PairFacts> pairs;
};

enum class DataAnswer : std::uint16_t { Ok = 0, WriteError = 1, NotConnected = 2, Full = 3 };

/// Control exchanges between the two ends of a relation.
enum class Verb : std::uint8_t {
  Create,        ///< Make the target end, provisionally.
  CreateCommit,  ///< The source end exists: the target end is committed.
  CreateUndo,
  Check,      ///< May the operation go on at your end?
  Tell,       ///< Answer with your facts.
  Meet,       ///< New session: make `moves`, then data may flow.
  Follow,     ///< Enter `state` by `cause`; the other end has.
  CopyBegin,  ///< A copy from the sender to you begins; answer with what you tracked.
  CopyEnd,    ///< Everything is on your side: enter SYN.
  Synced,     ///< This end is SYN too: jobs at your end that wait for it are done.
  Fence,      ///< Failover at the target: stop host writes, drain, refuse.
  Swap,       ///< Reverse Roles: take the other role.
  Remove,     ///< The association is gone.
  Break,      ///< An element failed: enter BRK.
  Journal,    ///< Open journal `journal` with `mode`; 0: none is open.
  Drain,      ///< Answer when everything up to `marker` is applied.
  Operate,    ///< Run the operation at your end (called at the end that does not drive it).
  Skew,       ///< A host is about to write to the target of a suspended pair: enter SKW.
};

struct ControlBody final : sim::BodyOf<ControlBody> {
  Verb verb = Verb::Check;
  PairId pair;
  EndpointNumber from;      ///< The end that asks, at its array.
  std::uint16_t cause = 0;  ///< Cause code of the change of state.
  cim::CopyState state = cim::CopyState::Initialized;
  cim::Operation operation = cim::Operation::Abort;
  bool force = false;
  CopyDirection direction = CopyDirection::Forward;
  cim::CopyState restore_from = cim::CopyState::NotApplicable;  ///< CopyBegin: of a Restore.
  Lineage lineage;
  std::uint32_t role_epoch = 0;
  std::uint32_t turns = 0;  ///< Meet: those of the facts that it was decided on.
  cim::CopyState own = cim::CopyState::Initialized;  ///< Meet: what the end that asks is in.
  std::uint32_t told_at = 0;                         ///< Relation::turns of the end that asks.
  cim::Mode mode = cim::Mode::Synchronous;
  std::uint32_t journal = 0;  ///< RelationRecord::journal of the end that asks.
  std::uint64_t marker = 0;   ///< Drain: a number in it.
  bool manual = false;        ///< Meet: `state` is Suspended by CopyRecoveryMode Manual.
  bool split_brain = false;   ///< Follow.
  bool everything = false;    ///< CopyBegin: tell all that is written, not what was tracked.
  bool asked = false;         ///< Check: by an operation that this end asked for.
  bool probe = false;         ///< Check: try the element itself,
  std::vector<Extent> dirty;  ///< also in these blocks.
  // Create only.
  std::string source_volume;
  std::string target_volume;  ///< Given target, or empty.
  std::string target_pool;    ///< Given pool, or empty.
  std::string element_name;
  std::uint64_t bytes = 0;
  std::uint32_t block = 4096;
  RelationSettings settings;
  Provisioning provisioning = Provisioning::PoolDecides;
  cim::CopyState rest_at = cim::CopyState::Unsynchronized;
  std::uint32_t granule_blocks = 16;
};

struct ControlReplyBody final : sim::BodyOf<ControlReplyBody> {
  cim::ReturnCode code = cim::ReturnCode::Completed;
  cim::Error error;
  std::string target_volume;  ///< Create.
  std::vector<Extent> dirty;  ///< CopyBegin, Create: what this end tracked or holds.
  cim::TargetImage target_image = cim::TargetImage::Never;
  Lineage lineage;
  std::uint32_t journal = 0;  ///< CopyBegin: the one that is open at this end.
  std::uint64_t marker = 0;   ///< Fence: the last number of the journal.
  bool jobs_wait = false;     ///< CopyEnd: tell when you are SYN too.
  PairFacts facts;            ///< Fence; Meet, when it was decided on what is not so any more.
};

/// A request about a relation to its other end, with what every request tells.
ControlBody address(const Relation& relation, Verb verb);

constexpr std::uint16_t number(Wire kind) {
  return static_cast<std::uint16_t>(kind);
}

}  // namespace replsim::engine
