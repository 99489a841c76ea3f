// Matching events: an integer comparison for the kind, a cached answer for the entity.
#include "harness/trigger.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "model/trace/events.h"
#include "sim/trace_kinds.h"

namespace replsim::harness {

namespace {

std::uint16_t kind_number(const EventFilter& filter) {
  switch (filter.kind) {
    case EventKind::MessageSent: return sim::kind::message_sent.number;
    case EventKind::MessageDelivered:
      return filter.before ? sim::kind::message_sent.number : sim::kind::message_delivered.number;
    case EventKind::DiskWrite: return sim::kind::disk_write.number;
    case EventKind::DiskFlush: return sim::kind::disk_flush.number;
    case EventKind::HostWrite: return trace::host_write.number;
    case EventKind::HostAck: return trace::host_ack.number;
    case EventKind::StateChange: return trace::state_change.number;
    case EventKind::JobChange: return trace::job_change.number;
    case EventKind::Call: return trace::call_received.number;
    case EventKind::Reply: return trace::call_answered.number;
  }
  std::unreachable();
}

constexpr int stamp_host_shift = 48;

/// `east` covers itself, what stands in it (`east/d0`), and its instances (`east:3`). A link is
/// named by its two ends (`h1-east`): an end covers it too.
bool covers(const std::string& wanted, const std::string& name) {
  if (name == wanted) return true;
  if (name.starts_with(wanted)) {
    const char next = name[wanted.size()];
    if (next == '/' || next == ':' || next == '-') return true;
  }
  return name.ends_with("-" + wanted) || name.starts_with("replsim:" + wanted + ":");
}

}  // namespace

TriggerBoard::TriggerBoard(sim::World& world) : world_(world) {
  world_.trace().add_observer(*this);
}

TriggerBoard::~TriggerBoard() {
  world_.trace().remove_observer(*this);
}

TriggerBoard::Handle TriggerBoard::arm(EventFilter filter, std::function<void()> action) {
  Armed armed;
  armed.handle = next_++;
  armed.kind = kind_number(filter);
  armed.filter = std::move(filter);
  armed.action = std::move(action);
  armed_.push_back(std::move(armed));
  return armed_.back().handle;
}

void TriggerBoard::disarm(Handle handle) {
  std::erase_if(armed_, [&](const Armed& armed) { return armed.handle == handle; });
}

bool TriggerBoard::matches(Armed& armed, const sim::TraceEvent& event) const {
  if (armed.kind != event.kind) return false;
  if (armed.filter.pair) {
    if (armed.filter.kind == EventKind::StateChange) return event.c == *armed.filter.pair;
  }
  if (armed.filter.host != 0) return event.cause >> stamp_host_shift == armed.filter.host;
  if (armed.filter.entity.empty()) return true;
  const auto entity = static_cast<std::size_t>(event.entity.value);
  if (armed.matches.size() <= entity) armed.matches.resize(entity + 1, 0);
  std::int8_t& known = armed.matches[entity];
  if (known == 0) {
    known = covers(armed.filter.entity, world_.trace().name(event.entity)) ? 1 : -1;
  }
  return known > 0;
}

void TriggerBoard::observe(const sim::TraceEvent& event) {
  bool any = false;
  for (Armed& armed : armed_) {
    if (!armed.action || !matches(armed, event)) continue;
    if (++armed.count < armed.filter.nth) continue;
    if (!armed.filter.chance.chance(armed.filter.chance_ppb)) continue;
    world_.between_events(std::exchange(armed.action, nullptr));
    any = true;
  }
  if (any) std::erase_if(armed_, [](const Armed& armed) { return !armed.action; });
}

}  // namespace replsim::harness
