// The effects of language.md section 12 and what each one is to the hardware: one row an effect.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/provider/testbed.h"
#include "sim/fault.h"

namespace replsim::testbed {

/// What a fault strikes. Of an array: its link with the management client, its management
/// service, or its wall clock.
enum class TargetKind : std::uint8_t { Link, Array, Host, Disk, Site, ClientLink, Service, Clock };
/// What it does to it.
enum class Effect : std::uint8_t {
  LinkCut,
  LinkLoss,
  LinkLatency,
  LinkDuplicate,
  LinkReorder,
  LinkBurstLoss,
  LinkBandwidth,
  LinkClog,
  LinkFilter,
  Crash,
  Pause,
  PowerLoss,
  ReadError,
  WriteError,
  DiskLatency,
  Hang,
  Full,
  LatentError,
  BitRot,
  LostWrite,
  MisdirectedWrite,
  IgnoredFlush,
  TornEpoch,
  Credit,
  LateReply,
  LostReply,
  RepeatRequest,
  ServiceRestart,
  LostIndication,
  LateIndication,
  EndlessJob,
  ClockOffset,
  ClockDrift,
  ClockJump,
  ClockFrozen,
  Slow,
  StaleRead
};

struct EffectRow {
  std::string_view name;
  TargetKind target;
  Effect effect;
};

/// Null when there is no such effect.
const EffectRow* find_effect(std::string_view name);

/// The way that it strikes on the link with the client: requests, else replies.
bool strikes_requests(Effect effect);

/// The fault of a link or disk without its id and its stream.
sim::LinkFault link_fault(Effect effect, const provider::FaultSpec& spec);
sim::DiskFault disk_fault(Effect effect, const provider::FaultSpec& spec);

/// The kinds of messages of a class of `link.filter`, one bit each; 0 for an unknown word.
std::uint64_t wire_kinds(std::string_view word);

/// What a fault of a disk meets.
struct Meets {
  bool reads = false;
  bool writes = false;
  bool flushes = false;
};
Meets meets(Effect effect);
/// It strikes data alone, never the records of an array.
bool spares_records(Effect effect);

/// The effect holds, cuts or delays what it strikes; errors do not.
bool delays(Effect effect);

}  // namespace replsim::testbed
