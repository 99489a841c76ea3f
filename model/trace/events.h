// What the model says of itself: the trace kinds 100..199. Checkers, reports and the database read
// these; they are the only way in which a running engine is observed (besides images and
// Introspection).
//   Endpoint: the association instance of one array; entity `<array>:<number>`, for example
//   `east:3`. Pair ids are the same at both ends of a relation.
//   Cause of a state change: 1..99 the Operation; 100 + cim::EventCause an event; 200 creation.
#pragma once

#include <array>

#include "sim/trace.h"

namespace replsim::trace {

using sim::TraceKind;

// clang-format off
/// entity = endpoint, cause = cause code, a = from, b = to (0 = CREATE or REMOVED), c = pair id.
inline constexpr TraceKind state_change   {100, "state-change",   {"from", "to", "pair"}, true, true};
/// entity = endpoint; a = pair id, b = 1 source end / 2 target end / 3 both (local pair), c = entity of the local volume.
inline constexpr TraceKind endpoint_born  {101, "endpoint-born",  {"pair", "role", "volume"}, true, true};
/// entity = endpoint; the association instance is gone. c: 1 = an aspect was left.
inline constexpr TraceKind endpoint_gone  {102, "endpoint-gone",  {"pair", "", "aspect"}, true, true};
/// entity = job; cause = operation or 0 for create; a = from JobState, b = to, c = percent << 32 | endpoint entity.
inline constexpr TraceKind job_change     {103, "job-change",     {"from", "to", "percent"}, true, true};
/// entity = endpoint; a property changed: a = Property (below), b = old, c = new value.
inline constexpr TraceKind property_change{104, "property-change", {"property", "old", "new"}, true, true};
/// entity = endpoint; one indication sent to subscribers: a = 1 InstCreation, 2 InstModification, 3 InstDeletion; b = previous CopyState, c = CopyState.
inline constexpr TraceKind indication     {105, "indication",     {"kind", "previous", "state"}, true, true};
/// entity = array; cause = call id; a = Operation or 0 for create, b = endpoint named or 0, c = Force | 2 of a job | WaitForCopyState << 8.
inline constexpr TraceKind call_received  {106, "call-received",  {"operation", "endpoint", "force-wait"}, true, true};
/// entity = array; cause = call id; a = code, b = CIM status, c = Operation or 0 for create.
inline constexpr TraceKind call_answered  {107, "call-answered",  {"code", "status", "operation"}, true, true};
/// entity = volume; cause = stamp; host I/O at the array: a = lba, b = blocks, c = IoAnswer.
inline constexpr TraceKind host_write     {110, "host-write",     {"lba", "blocks", ""}, true, false};
inline constexpr TraceKind host_ack       {111, "host-ack",       {"lba", "blocks", "answer"}, true, false};
inline constexpr TraceKind host_read      {112, "host-read",      {"lba", "blocks", "answer"}, true, false};
/// entity = endpoint; cause = sequence; data moved between the ends and acknowledged stably: a = lba, b = blocks, c = CopyReason.
inline constexpr TraceKind copied         {113, "copied",         {"lba", "blocks", "reason"}, true, false};
/// entity = endpoint; generation bumped: a = counter, b = hash of the array's name, c = ancestors known.
inline constexpr TraceKind generation     {114, "generation",     {"counter", "array", "ancestors"}, true, true};
/// entity = endpoint; a full copy was decided: a = FullCopyCause.
inline constexpr TraceKind full_copy      {115, "full-copy",      {"cause", "", ""}, true, true};
/// entity = endpoint; cut instant of Fracture, Split, Suspend, Failover, Deactivate: a = Operation.
inline constexpr TraceKind cut            {116, "cut",            {"operation", "", ""}, true, true};
/// entity = endpoint; peer lost (a = 0) or found (a = 1).
inline constexpr TraceKind peer           {117, "peer",           {"found", "", ""}, true, true};
/// entity = endpoint; the peer acknowledged or was sent a fence: a = 1 answered, 2 no answer.
inline constexpr TraceKind fence          {118, "fence",          {"answered", "", ""}, true, true};
/// entity = volume; created (a = 1) or deleted (a = 0); b = size in bytes.
inline constexpr TraceKind volume         {119, "volume",         {"exists", "bytes", ""}, true, true};
/// entity = pool; a = bytes allocated now, b = size, c = change (two's complement).
inline constexpr TraceKind pool           {120, "pool",           {"allocated", "size", "change"}, true, true};
/// entity = endpoint; a host write found no room in the journals of its array: a = bytes in use, b = size.
inline constexpr TraceKind journal_full   {121, "journal-full",   {"used", "size", ""}, true, true};
/// entity = volume; its thin pool has no space for a write: a = bytes asked for, b = bytes free.
inline constexpr TraceKind pool_full      {122, "pool-full",      {"asked", "free", ""}, true, true};
/// entity = endpoint; the indication before it is on no straight way to its subscribers: a = 1 lost, 2 late; b = ns until it comes.
inline constexpr TraceKind indication_strayed{123, "indication-strayed", {"how", "late", ""}, true, true};
/// entity = endpoint; a late indication has come, with the fields that it was sent with.
inline constexpr TraceKind indication_late{124, "indication-late", {"kind", "previous", "state"}, true, true};
// clang-format on

inline constexpr std::array<const TraceKind*, 23> all{&state_change,
                                                      &endpoint_born,
                                                      &endpoint_gone,
                                                      &job_change,
                                                      &property_change,
                                                      &indication,
                                                      &call_received,
                                                      &call_answered,
                                                      &host_write,
                                                      &host_ack,
                                                      &host_read,
                                                      &copied,
                                                      &generation,
                                                      &full_copy,
                                                      &cut,
                                                      &peer,
                                                      &fence,
                                                      &volume,
                                                      &pool,
                                                      &journal_full,
                                                      &pool_full,
                                                      &indication_strayed,
                                                      &indication_late};

/// Property numbers of property_change.
enum class Property : std::uint16_t {
  TargetImage = 1,    ///< 0 Never, 1 Inconsistent, 2 Consistent
  SourceImage = 2,    ///< 1 Inconsistent, 2 Consistent
  CopyDirection = 3,  ///< 0 Forward, 1 Backward
  ProgressStatus = 4,
  RequestedCopyState = 5,
  SourceFenced = 6,  ///< 1: the source end refuses host writes
  Mode = 7,
};

/// Answer to a host I/O.
enum class IoAnswer : std::uint16_t { Ok = 0, Refused = 1, Error = 2, Timeout = 3 };

/// Why data crossed from one end to the other.
enum class CopyReason : std::uint16_t {
  Mirror = 1,
  FirstCopy = 2,
  Resync = 3,
  Failback = 4,
  Restore = 5
};

/// Why a full copy was needed (invariant A13).
enum class FullCopyCause : std::uint16_t {
  FirstCopy = 1,
  Unprepare = 2,
  MetadataLoss = 3,
  UnrelatedGeneration = 4,
  Invalid = 5,
  AbortRestart = 6,
  SplitBrain = 7,
};

}  // namespace replsim::trace
