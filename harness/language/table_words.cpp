// Rows of metrics, events and small word lists (language.md 5, 7, 12).
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
    MetricRow{M::IndicationsReceived, "indications-received", O::Relation, Count, false,
              "Indications that reached their subscribers in the window."},
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
static_assert(unique_words(events));

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
