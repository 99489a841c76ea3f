// Rows of metrics, faults, events and small word lists (language.md 5, 7, 12).
#include <algorithm>
#include <array>

#include "harness/language/table_rows.h"

namespace replsim::harness {
namespace tables {
namespace {

using M = Metric;
using O = Owner;

constexpr std::array metrics = {
    MetricRow{M::Copied, "copied", O::Relation, Size, false,
              "Bytes that copying moved in the window."},
    MetricRow{M::Lost, "lost", O::Relation, Size, false,
              "Acknowledged bytes that the last failover left behind."},
    MetricRow{M::LostAge, "lost-age", O::Relation, Duration, false,
              "Age of the oldest of them at the failover."},
    MetricRow{M::Exists, "exists", O::Relation, Truth, false, "The relation is there."},
    MetricRow{M::Indications, "indications", O::Relation, Count, false,
              "Indications sent in the window."},
    MetricRow{M::Rpo, "rpo", O::Relation, Duration, true,
              "Age of the oldest acknowledged write not on the target; 0 s if none."},
    MetricRow{M::RpoBytes, "rpo-bytes", O::Relation, Size, true,
              "Bytes of the blocks whose last acknowledged data is not on the target."},
    MetricRow{M::Journal, "journal", O::Relation, Size, true,
              "Bytes that the journal of the source end holds for it."},
    MetricRow{M::Content, "members", O::Group, Count, false, "Pairs of the group.", Status::Later},
    MetricRow{M::Content, "cut-spread", O::Group, Duration, false,
              "Time between the first and the last cut.", Status::Later},
    MetricRow{M::Exists, "exists", O::Instance, Truth, false, "The instance is there."},
    MetricRow{M::Exists, "exists", O::Job, Truth, false, "The job is there."},
    MetricRow{M::Content, "content", O::Volume, Value, false, "Every block."},
    MetricRow{M::Writes, "writes", O::Volume, Count, false,
              "Host writes acknowledged in the window."},
    MetricRow{M::Holds, "holds", O::Volume, Value, false,
              "Compared with a write step: all its blocks are there, whole."},
    MetricRow{M::Exists, "exists", O::Volume, Truth, false, "The volume is there."},
    MetricRow{M::Size, "size", O::Pool, Size, false, "Capacity."},
    MetricRow{M::Free, "free", O::Pool, Size, true, "Space not taken."},
    MetricRow{M::Utilisation, "utilisation", O::Link, Share, true,
              "Share of the window in which it was busy."},
    MetricRow{M::Bytes, "bytes", O::Link, Size, false, "Bytes carried in the window."},
    MetricRow{M::Utilisation, "utilisation", O::Disk, Share, true,
              "Share of the window in which it was busy."},
    MetricRow{M::Bytes, "bytes", O::Disk, Size, false, "Bytes read and written in the window."},
    MetricRow{M::Duration, "duration", O::Call, Duration, false,
              "From the request to the end of the step."},
    MetricRow{M::Code, "code", O::Call, Count, false, "Return code."},
    MetricRow{M::Content, "content", O::Read, Value, false, "What was read."},
    MetricRow{M::Throughput, "throughput", O::Workload, Rate, true,
              "I/Os acknowledged per second."},
    MetricRow{M::Latency, "latency", O::Workload, Duration, true, "Time of an acknowledged I/O."},
    MetricRow{M::Errors, "errors", O::Workload, Count, false,
              "I/Os that failed or were refused in the window."},
    MetricRow{M::Acknowledged, "acknowledged", O::Workload, Count, false,
              "I/Os acknowledged in the window."},
    MetricRow{
        M::FirstAck, "first-ack", O::Workload, Duration, false,
        "From the window's start to the first acknowledged write; the RTO as its host feels it."},
    MetricRow{M::Done, "done", O::Workload, Truth, false, "It has ended."},
    MetricRow{M::Skipped, "skipped", O::Workload, Count, false,
              "I/Os that `rate` asked for and nobody could issue."},
    MetricRow{M::Fired, "fired", O::Fault, Count, false,
              "Activations that met at least one event of their kind."},
    MetricRow{M::Hits, "hits", O::Fault, Count, false, "Events that it changed."},
    MetricRow{M::Active, "active", O::Fault, Truth, false, "It is in force."},
};

constexpr std::array faults = {
    FaultRow{FaultKind::LinkCut, "link.cut", EntityKind::Link,
             "Nothing passes; nobody is told. One `direction` alone is a half-open path: what is "
             "sent that way goes into a black hole, while the other way delivers.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::LinkLoss, "link.loss", EntityKind::Link,
             "A share of the messages is lost and sent again after a time-out.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::LinkLatency, "link.latency", EntityKind::Link,
             "Every message takes longer.", "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::LinkDuplicate, "link.duplicate", EntityKind::Link,
             "A share of the messages arrives twice.", "fault_catalogue.md (TigerBeetle)"},
    FaultRow{FaultKind::LinkReorder, "link.reorder", EntityKind::Link,
             "A share of the messages comes later, behind others that were sent after them.",
             "fault_catalogue.md (Chaos Mesh)"},
    FaultRow{FaultKind::LinkBurstLoss, "link.burst-loss", EntityKind::Link,
             "Messages are lost in bursts, in the long run a share of them.",
             "fault_catalogue.md (Gilbert-Elliott)"},
    FaultRow{FaultKind::LinkBandwidth, "link.bandwidth", EntityKind::Link,
             "The line has less bandwidth; messages queue for it.",
             "fault_catalogue.md (toxiproxy, tc)"},
    FaultRow{FaultKind::LinkClog, "link.clog", EntityKind::Link,
             "Nothing arrives while it lasts; then all that was held arrives at once, in order.",
             "fault_catalogue.md (TigerBeetle, FoundationDB)"},
    FaultRow{FaultKind::LinkFilter, "link.filter", EntityKind::Link,
             "Messages of one class are dropped; all others, and the path's own probes, pass.",
             "fault_catalogue.md (TigerBeetle, DRBD packet ids)"},
    FaultRow{FaultKind::ArrayCrash, "array.crash", EntityKind::Array,
             "The software dies; disks and their caches stay. `for` is the time until the restart.",
             "DESIGN 4"},
    FaultRow{FaultKind::ArrayPause, "array.pause", EntityKind::Array,
             "The software stands still and goes on after `for`.", "DESIGN 4"},
    FaultRow{FaultKind::ArrayPowerLoss, "array.power-loss", EntityKind::Array,
             "The software dies and un-flushed disk writes are lost or torn. `for` is the time "
             "until the restart.",
             "DESIGN 4"},
    FaultRow{FaultKind::HostCrash, "host.crash", EntityKind::Host,
             "The host dies. `for` is the time until the restart.", "DESIGN 4"},
    FaultRow{FaultKind::HostPause, "host.pause", EntityKind::Host,
             "The host stands still and goes on after `for`.", "DESIGN 4"},
    FaultRow{FaultKind::HostPowerLoss, "host.power-loss", EntityKind::Host,
             "The host loses power. `for` is the time until the restart.", "DESIGN 4"},
    FaultRow{FaultKind::DiskReadError, "disk.read-error", EntityKind::Disk, "Reads fail.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskWriteError, "disk.write-error", EntityKind::Disk, "Writes fail.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskLatency, "disk.latency", EntityKind::Disk, "Operations take longer.",
             "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskHang, "disk.hang", EntityKind::Disk,
             "Operations are not answered until it ends.", "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskFull, "disk.full", EntityKind::Disk,
             "Writes to space not used before fail.", "language.md 12; fault_catalogue.md"},
    FaultRow{FaultKind::DiskLatentError, "disk.latent-error", EntityKind::Disk,
             "Reads of a share of the data blocks fail until these are written again.",
             "fault_catalogue.md (TigerBeetle)"},
    FaultRow{FaultKind::DiskBitRot, "disk.bit-rot", EntityKind::Disk,
             "Reads of a share of the data blocks show what nobody wrote, and nobody is told, "
             "until these are written again or the fault is lifted.",
             "fault_catalogue.md (FoundationDB, dm-flakey)"},
    FaultRow{FaultKind::DiskLostWrite, "disk.lost-write", EntityKind::Disk,
             "Data that is written and acknowledged is not there: reads show what was there "
             "before, until the next write of the block or the lifting of the fault.",
             "fault_catalogue.md (dm-flakey drop_writes)"},
    FaultRow{FaultKind::DiskMisdirectedWrite, "disk.misdirected-write", EntityKind::Disk,
             "Data that is written lands elsewhere in its volume: reads show there what was "
             "written and here what was before, until the next write or the lifting of the fault.",
             "fault_catalogue.md (TigerBeetle)"},
    FaultRow{FaultKind::DiskIgnoredFlush, "disk.ignored-flush", EntityKind::Disk,
             "Flushes, and writes that are to be stable at once, are acknowledged and make no data "
             "stable; a power loss tells. The records of an array are spared.",
             "fault_catalogue.md (turmoil, lying cache)"},
    FaultRow{FaultKind::DiskTornEpoch, "disk.torn-epoch", EntityKind::Disk,
             "Says what a power loss leaves of the writes that were not flushed, of data and "
             "records alike.",
             "fault_catalogue.md (CrashMonkey, LazyFS); DESIGN 4"},
    FaultRow{FaultKind::DiskCredit, "disk.credit", EntityKind::Disk,
             "The disk grants so many operations at once and then one an interval; what is more "
             "waits.",
             "fault_catalogue.md (IOPS credit)"},
    FaultRow{FaultKind::SiteCrash, "site.crash", EntityKind::Site,
             "The software of all arrays and hosts of the site dies. `for` is the time until the "
             "restart.",
             "language.md 11; fault_catalogue.md (correlated)"},
    FaultRow{FaultKind::SitePowerLoss, "site.power-loss", EntityKind::Site,
             "All arrays and hosts of the site lose power. `for` is the time until the restart.",
             "language.md 11; fault_catalogue.md (correlated)"},
    FaultRow{FaultKind::SiteCut, "site.cut", EntityKind::Site,
             "Every link that leaves the site is cut, those of the management client too.",
             "language.md 11; fault_catalogue.md (partition)"},
};

constexpr std::array events = {
    EventRow{EventKind::MessageSent, "message-sent", "link host array", "A message enters a link."},
    EventRow{EventKind::MessageDelivered, "message-delivered", "link host array",
             "A message leaves a link; foreseen when it entered.", true},
    EventRow{EventKind::DiskWrite, "disk-write", "disk array", "A disk write takes effect."},
    EventRow{EventKind::DiskFlush, "disk-flush", "disk array", "A disk flush makes writes stable."},
    EventRow{EventKind::HostWrite, "host-write", "volume host array", "A host submits a write."},
    EventRow{EventKind::HostAck, "host-ack", "volume host array",
             "A host's write is acknowledged."},
    EventRow{EventKind::StateChange, "state-change", "relation array", "A CopyState changes."},
    EventRow{EventKind::JobChange, "job-change", "job array", "A JobState changes."},
    EventRow{EventKind::Call, "call", "array", "A management call arrives."},
    EventRow{EventKind::Reply, "reply", "array", "A management call is answered."},
};

template <typename E>
constexpr std::uint8_t n(E value) {
  return static_cast<std::uint8_t>(value);
}

constexpr std::array words = {
    WordRow{"statistic", n(Statistic::Max), "max", "Largest value in the window."},
    WordRow{"statistic", n(Statistic::Min), "min", "Smallest value in the window."},
    WordRow{"statistic", n(Statistic::Mean), "mean", "Mean over the window."},
    WordRow{"statistic", n(Statistic::P50), "p50", "Half are not above it."},
    WordRow{"statistic", n(Statistic::P99), "p99", "99 of 100 are not above it."},
    WordRow{"statistic", n(Statistic::P999), "p999", "999 of 1000 are not above it."},
    WordRow{"workload", n(WorkloadKind::Sequential), "sequential", "Ascending, around the range."},
    WordRow{"workload", n(WorkloadKind::Random), "random", "Anywhere in the range, evenly."},
    WordRow{"workload", n(WorkloadKind::Hotspot), "hotspot",
            "A hot share of the range gets 90% of the I/O."},
    WordRow{"workload", n(WorkloadKind::Dependent), "dependent",
            "A chain over the volumes in turn: each I/O is submitted when the one before was "
            "acknowledged, and again until it is."},
    WordRow{"workload", 0, "trace", "Replays a recorded trace.", Status::Later},
    WordRow{"entity", n(EntityKind::Site), "site", "A site."},
    WordRow{"entity", n(EntityKind::Host), "host", "A host."},
    WordRow{"entity", n(EntityKind::Array), "array", "An array."},
    WordRow{"entity", n(EntityKind::Disk), "disk", "A disk of an array: east/d0."},
    WordRow{"entity", n(EntityKind::Pool), "pool", "A pool of an array: east/pool1."},
    WordRow{"entity", n(EntityKind::Volume), "volume", "A volume of an array: east/vol1."},
    WordRow{"entity", n(EntityKind::Link), "link", "A link: east-west."},
    WordRow{"direction", n(LinkDirection::Both), "both", "Both ways."},
    WordRow{"direction", n(LinkDirection::Forward), "forward", "From the first end to the second."},
    WordRow{"direction", n(LinkDirection::Backward), "backward",
            "From the second end to the first."},
    WordRow{"phase", n(EventPhase::Before), "before",
            "Before the event takes effect; only message-delivered is foreseen."},
    WordRow{"phase", n(EventPhase::After), "after", "After the event took effect."},
    WordRow{"io", n(IoReturn::Ok), "ok", "Acknowledged."},
    WordRow{"io", n(IoReturn::Refused), "refused", "The volume does not take I/O of hosts now."},
    WordRow{"io", n(IoReturn::Error), "error", "The data cannot be read or written."},
    WordRow{"io", n(IoReturn::Timeout), "timeout", "No answer came."},
    WordRow{"power", n(PowerState::Running), "running", "On."},
    WordRow{"power", n(PowerState::Stopped), "stopped", "Off."},
    WordRow{"power", 0, "saved", "Saved to disk.", Status::Later},
};

template <typename Rows>
constexpr bool unique_words(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      if (rows[i].word == rows[j].word) return false;
  return true;
}
static_assert(unique_words(faults) && unique_words(events));

}  // namespace
}  // namespace tables

std::span<const MetricRow> metric_table() {
  return tables::metrics;
}
const MetricRow* find_metric(Owner owner, std::string_view word) {
  for (const MetricRow& row : tables::metrics)
    if (row.owner == owner && row.word == word) return &row;
  return nullptr;
}
std::span<const FaultRow> fault_table() {
  return tables::faults;
}
const FaultRow* find_fault(std::string_view word) {
  const auto found = std::ranges::find(tables::faults, word, &FaultRow::word);
  return found == tables::faults.end() ? nullptr : &*found;
}
std::span<const EventRow> event_table() {
  return tables::events;
}
const EventRow* find_event(std::string_view word) {
  const auto found = std::ranges::find(tables::events, word, &EventRow::word);
  return found == tables::events.end() ? nullptr : &*found;
}
std::span<const WordRow> word_table() {
  return tables::words;
}
const WordRow* find_word(std::string_view list, std::string_view word) {
  for (const WordRow& row : tables::words)
    if (row.list == list && row.word == word) return &row;
  return nullptr;
}
std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> result;
  for (const WordRow& row : tables::words)
    if (row.list == list && row.status == Status::Ready) result.push_back(row.word);
  return result;
}

}  // namespace replsim::harness
