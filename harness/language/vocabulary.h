// The closed word lists of the language as enumerations, for code that switches over them.
// Their names, types, units and documentation are rows of the one table (table.h).
// Source: language.md sections 5, 7, 12.
#pragma once

#include <cstdint>
#include <string_view>

namespace replsim::harness {

/// What a topology path or a reference can name.
enum class EntityKind : std::uint8_t { Site, Host, Array, Disk, Pool, Volume, Link };

/// Lower-case parts after a dot (language.md section 7).
enum class Metric : std::uint8_t {
  // relation
  Copied,
  Lost,
  LostAge,
  Exists,
  Indications,
  IndicationsReceived,
  Rpo,
  RpoBytes,
  Journal,
  // volume (Content also of a read step)
  Content,
  Writes,
  Holds,
  // pool
  Size,
  Free,
  // link, disk
  Utilisation,
  Bytes,
  // result of a call
  Duration,
  Code,
  // workload
  Throughput,
  Latency,
  Errors,
  Acknowledged,
  FirstAck,
  Done,
  Skipped,
  // fault
  Fired,
  Hits,
  Active,
};

/// Statistic of a gauge over the window.
enum class Statistic : std::uint8_t { Max, Min, Mean, P50, P99, P999 };

/// Workloads of this version.
enum class WorkloadKind : std::uint8_t { Sequential, Random, Hotspot, Dependent };

/// Fault effects (language.md section 12).
enum class FaultKind : std::uint8_t {
  LinkCut,
  LinkLoss,
  LinkLatency,
  LinkDuplicate,
  LinkReorder,
  LinkBurstLoss,
  LinkBandwidth,
  LinkClog,
  LinkFilter,
  ArrayCrash,
  ArrayPause,
  ArrayPowerLoss,
  HostCrash,
  HostPause,
  HostPowerLoss,
  DiskReadError,
  DiskWriteError,
  DiskLatency,
  DiskHang,
  DiskFull,
  DiskLatentError,
  DiskBitRot,
  DiskLostWrite,
  DiskMisdirectedWrite,
  DiskIgnoredFlush,
  DiskTornEpoch,
  DiskCredit,
  SiteCrash,
  SitePowerLoss,
  SiteCut,
  ProviderLateReply,
  ProviderLostReply,
  ProviderRepeatRequest,
  ProviderRestart,
  ProviderLostIndication,
  ProviderLateIndication,
  ProviderEndlessJob,
  ClockOffset,
  ClockDrift,
  ClockJump,
  ClockFrozen,
  ArraySlow,
  HostSlow,
  DiskStaleRead,
};

/// Direction of a link fault; forward runs from the link's `from` to its `to`.
enum class LinkDirection : std::uint8_t { Both, Forward, Backward };

/// Kinds for `when: {event: ...}`.
enum class EventKind : std::uint8_t {
  MessageSent,
  MessageDelivered,
  DiskWrite,
  DiskFlush,
  HostWrite,
  HostAck,
  StateChange,
  JobChange,
  Call,
  Reply,
};

/// Whether a trigger fires before or after the event takes effect.
enum class EventPhase : std::uint8_t { Before, After };

/// What a host I/O is expected to answer.
enum class IoReturn : std::uint8_t { Ok, Refused, Error, Timeout };

/// Power states of a host.
enum class PowerState : std::uint8_t { Running, Stopped };

/// Words of the language, as written in files: "first-ack", "link.cut", "message-sent", ...
std::string_view word(EntityKind kind);
std::string_view word(Metric metric);
std::string_view word(Statistic statistic);
std::string_view word(WorkloadKind kind);
std::string_view word(FaultKind kind);
std::string_view word(LinkDirection direction);
std::string_view word(EventKind kind);
std::string_view word(EventPhase phase);
std::string_view word(IoReturn result);
std::string_view word(PowerState state);

}  // namespace replsim::harness
