// Words of the enumerations, looked up in the one table.
#include "harness/language/vocabulary.h"

#include "harness/language/table.h"

namespace replsim::harness {
namespace {

template <typename E>
std::string_view look_up(std::string_view list, E value) {
  for (const WordRow& row : word_table())
    if (row.list == list && row.status == Status::Ready &&
        row.number == static_cast<std::uint8_t>(value))
      return row.word;
  return {};
}

}  // namespace

std::string_view word(EntityKind kind) {
  return look_up("entity", kind);
}
std::string_view word(Metric metric) {
  for (const MetricRow& row : metric_table())
    if (row.metric == metric && row.status == Status::Ready) return row.word;
  return {};
}
std::string_view word(Statistic statistic) {
  return look_up("statistic", statistic);
}
std::string_view word(WorkloadKind kind) {
  return look_up("workload", kind);
}
std::string_view word(FaultKind kind) {
  for (const FaultRow& row : fault_table())
    if (row.kind == kind) return row.word;
  return {};
}
std::string_view word(LinkDirection direction) {
  return look_up("direction", direction);
}
std::string_view word(EventKind kind) {
  for (const EventRow& row : event_table())
    if (row.kind == kind) return row.word;
  return {};
}
std::string_view word(EventPhase phase) {
  return look_up("phase", phase);
}
std::string_view word(IoReturn result) {
  return look_up("io", result);
}
std::string_view word(PowerState state) {
  return look_up("power", state);
}

std::string_view word(Owner owner) {
  switch (owner) {
    case Owner::Site: return "site";
    case Owner::Host: return "host";
    case Owner::Array: return "array";
    case Owner::Disk: return "disk";
    case Owner::Pool: return "pool";
    case Owner::Volume: return "volume";
    case Owner::Link: return "link";
    case Owner::Relation: return "relation";
    case Owner::Group: return "group";
    case Owner::Job: return "job";
    case Owner::Instance: return "instance";
    case Owner::Call: return "call";
    case Owner::Write: return "write";
    case Owner::Read: return "read";
    case Owner::Workload: return "workload";
    case Owner::Fault: return "fault";
    case Owner::Window: return "window";
    case Owner::Content: return "content";
    case Owner::Value: return "value";
  }
  return {};
}

}  // namespace replsim::harness
