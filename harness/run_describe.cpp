// Names of trace kinds, from the tables of the kernel and of the model.
#include "harness/run_describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "harness/run_history.h"
#include "model/trace/events.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {

namespace {

constexpr std::array model_kinds = {
    &trace::state_change,    &trace::endpoint_born, &trace::endpoint_gone, &trace::job_change,
    &trace::property_change, &trace::indication,    &trace::call_received, &trace::call_answered,
    &trace::host_write,      &trace::host_ack,      &trace::host_read,     &trace::copied,
    &trace::generation,      &trace::full_copy,     &trace::cut,           &trace::peer,
    &trace::fence,           &trace::volume,        &trace::pool,          &trace::journal_full,
    &trace::pool_full};

const sim::TraceKind* find_kind(std::uint16_t number) {
  for (const sim::TraceKind* kind : sim::kind::all) {
    if (kind->number == number) return kind;
  }
  for (const sim::TraceKind* kind : model_kinds) {
    if (kind->number == number) return kind;
  }
  return nullptr;
}

}  // namespace

std::string describe(const sim::TraceEvent& event, const sim::Trace& trace) {
  const sim::TraceKind* kind = find_kind(event.kind);
  std::string text =
      fmt::format("{:>14}  {:<20} ", time_text(sim::ns(event.time)), trace.name(event.entity));
  if (kind == nullptr) {
    return text + fmt::format("kind {} {} {} {}", event.kind, event.a, event.b, event.c);
  }
  text += kind->name;
  const std::array<std::uint64_t, 3> values = {event.a, event.b, event.c};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!kind->fields[i].empty()) text += fmt::format(" {}={}", kind->fields[i], values[i]);
  }
  if (event.cause != 0) text += fmt::format(" cause={}", event.cause);
  return text;
}

std::vector<std::string> last_events(const sim::World& world, std::size_t most) {
  const sim::Trace& trace = world.trace();
  const auto recent = trace.recent();
  const auto& kept = trace.kept();
  const std::size_t from = kept.size() > most ? kept.size() - most : 0;
  std::vector<sim::TraceEvent> events;
  std::ranges::merge(recent.begin(), recent.end(), kept.begin() + static_cast<std::ptrdiff_t>(from),
                     kept.end(), std::back_inserter(events), {}, &sim::TraceEvent::time,
                     &sim::TraceEvent::time);
  std::vector<std::string> lines;
  for (std::size_t i = events.size() > most ? events.size() - most : 0; i < events.size(); ++i) {
    lines.push_back(describe(events[i], trace));
  }
  return lines;
}

}  // namespace replsim::harness
