// Keeps relations, ends and volumes from the trace. The images' part is in check_view_images.cpp,
// what a relation and a volume tell of themselves in check_view_parts.cpp.
#include "harness/check_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/trace_kinds.h"

namespace replsim::harness {

namespace {

constexpr std::uint16_t synchronized = cim::number(cim::CopyState::Synchronized);
constexpr std::uint16_t unsynchronized = cim::number(cim::CopyState::Unsynchronized);
constexpr std::uint16_t partitioned = cim::number(cim::CopyState::Partitioned);

std::string array_of(std::string_view path, char end) {
  return std::string(path.substr(0, path.find(end)));
}

}  // namespace

PairView* CheckView::pair(std::uint64_t id) const {
  for (const auto& known : pairs_) {
    if (known->id == id) return known.get();
  }
  return nullptr;
}

PairView* CheckView::pair_of(sim::EntityId endpoint) const {
  return endpoint.value < by_endpoint_.size() ? by_endpoint_[endpoint.value] : nullptr;
}

VolumeView* CheckView::volume(sim::EntityId entity) const {
  return entity.value < volumes_.size() ? volumes_[entity.value].get() : nullptr;
}

const std::string& CheckView::name(sim::EntityId entity) const {
  return testbed_.world().trace().name(entity);
}

VolumeView& CheckView::volume_of(sim::EntityId entity) {
  if (volumes_.size() <= entity.value) volumes_.resize(entity.value + 1);
  std::unique_ptr<VolumeView>& view = volumes_[entity.value];
  if (view == nullptr) {
    view = std::make_unique<VolumeView>();
    view->entity = entity;
    view->path = name(entity);
    view->array = array_of(view->path, '/');
    view->family = entity.value;
  }
  return *view;
}

PairView& CheckView::pair_with(std::uint64_t id) {
  if (PairView* known = pair(id)) return *known;
  pairs_.push_back(std::make_unique<PairView>());
  pairs_.back()->id = id;
  pairs_.back()->index = pairs_.size() - 1;
  pairs_.back()->called_to_target = now();  // the creation asks for the first copy
  return *pairs_.back();
}

void CheckView::observe(const sim::TraceEvent& event) {
  calls_.settle();
  if (flushes_ > 0) settle_unstable();
  if (event.kind >= trace::host_write.number && event.kind <= trace::host_read.number) {
    host_event(event);
  } else if (is(event, sim::kind::disk_flush)) {
    flushes_ = unstable_ > 0 ? 2 : 0;
    settle_unstable();
  } else if (event.kind <= sim::kind::fault_hit.number) {
    node_event(event);
  } else if (is(event, trace::endpoint_born)) {
    born(event);
  } else if (is(event, trace::state_change)) {
    state_changed(event);
  } else if (is(event, trace::endpoint_gone)) {
    removed(event);
  } else if (is(event, trace::job_change)) {
    job_event(event);
  } else if (is(event, trace::call_received) || is(event, trace::call_answered)) {
    call_event(event);
  } else if (is(event, trace::pool_full)) {
    space_lacked(event);
  } else if (event.kind != trace::copied.number) {
    property_changed(event);
  }
}

void CheckView::host_event(const sim::TraceEvent& event) {
  if (is(event, trace::host_read)) return;
  VolumeView& volume = volume_of(event.entity);
  const auto known =
      std::find_if(volume.in_flight.begin(), volume.in_flight.end(),
                   [&](const InFlight& write) { return write.stamp == event.cause; });
  if (is(event, trace::host_write)) {
    volume.outlived.clear();  // an array serves once its disks have ended what was before
    if (known == volume.in_flight.end()) {
      volume.in_flight.push_back({event.cause, event.a, event.b});
    }
  } else if (known != volume.in_flight.end()) {
    *known = volume.in_flight.back();
    volume.in_flight.pop_back();
  }
}

void CheckView::node_event(const sim::TraceEvent& event) {
  faults_.observe(event);
  if (is(event, sim::kind::fault_hit) &&
      event.b == static_cast<std::uint64_t>(sim::ServiceHit::JobKept)) {
    calls_.job_kept(event.entity);
  }
  if (!is(event, sim::kind::node_down)) return;
  calls_.array_down(event.entity);
  for (const auto& volume : volumes_) {
    if (volume == nullptr || volume->array != name(event.entity)) continue;
    // A second crash before anything was served: what outlived the first one still may come.
    volume->outlived.insert(volume->outlived.end(), volume->in_flight.begin(),
                            volume->in_flight.end());
    volume->in_flight.clear();
  }
}

void CheckView::born(const sim::TraceEvent& event) {
  PairView& pair = pair_with(event.a);
  if (by_endpoint_.size() <= event.entity.value) by_endpoint_.resize(event.entity.value + 1);
  by_endpoint_[event.entity.value] = &pair;
  if (pair.find(event.entity) == nullptr) {
    pair.ends.push_back(std::make_unique<EndView>());
    EndView& fresh = *pair.ends.back();
    fresh.endpoint = event.entity;
    fresh.array = array_of(name(event.entity), ':');
    fresh.entered = event.time;
  }
  EndView& end = *pair.find(event.entity);  // known already after a swap of roles
  ++pair.epoch;
  end.role = static_cast<provider::EndRole>(event.b);
  end.own_role = end.role;
  end.access_changed = event.time;
  VolumeView& local = volume_of({static_cast<std::uint32_t>(event.c)});
  if (event.b == 1) attach(local, pair);
  if (event.b == 2) attach(local, pair);
  refresh(pair);
  pair.complete = pair.source_end() != nullptr && pair.target_end() != nullptr;
}

void CheckView::attach(VolumeView& volume, PairView& pair) {
  if (std::find(volume.pairs.begin(), volume.pairs.end(), &pair) != volume.pairs.end()) return;
  volume.pairs.push_back(&pair);
  if (volume.image == nullptr) {
    volume.image = testbed_.image(volume.entity);
    if (volume.image == nullptr) return;
    volume.image->for_each_written(0, volume.image->blocks(),
                                   [&](std::uint64_t lba, std::uint64_t stamp) {
                                     volume.seen.set(lba, stamp);
                                     if (volume.image->stable_at(lba) == stamp) return;
                                     volume.unstable.insert(lba);
                                     ++unstable_;
                                   });
  }
}

void CheckView::refresh(PairView& pair) {
  const std::optional<provider::RelationInfo> info = testbed_.relation(pair.id);
  if (info) {
    const auto source = testbed_.volume(info->source_volume);
    const auto target = testbed_.volume(info->target_volume);
    if (source && target) {
      VolumeView& first = volume_of(source->entity);
      VolumeView& second = volume_of(target->entity);
      attach(first, pair);
      attach(second, pair);
      const bool swapped = pair.source == &second && pair.target == &first;
      const bool fresh = pair.source == nullptr;
      if (swapped) pair.losing.swapped();
      pair.source = &first;
      pair.target = &second;
      const std::uint32_t family = first.family;
      for (const auto& volume : volumes_) {
        if (volume != nullptr && volume->family == family) volume->family = second.family;
      }
      if (swapped) {
        pair.called_to_source = pair.called_to_target;
        pair.called_to_target = now();
        pair.swapped = now();
      }
      if (fresh) compare_all(pair);
      pair.remote = first.array != second.array;
      for (const auto& end : pair.ends) {
        if (!pair.remote) end->role = provider::EndRole::Both;
        if (pair.remote) {
          end->role =
              end->array == first.array ? provider::EndRole::Source : provider::EndRole::Target;
        }
      }
    }
  }
  read_facts(pair);
}

void CheckView::read_facts(PairView& pair) {
  const provider::Introspection* stable = testbed_.introspection();
  if (stable == nullptr || pair.gone) return;
  for (const provider::EndpointFacts& facts : stable->endpoints()) {
    if (facts.pair != pair.id || facts.endpoint.value >= by_endpoint_.size()) continue;
    EndView* end = pair.find(facts.endpoint);
    if (end == nullptr || end->gone) continue;
    pair.set_backward(*end, facts.backward, now());
    pair.mode = facts.mode;
    // Each end keeps its own record; what counts is the target's for the target's image.
    if (end->target()) pair.target_image = facts.target_image;
    if (end->source() && facts.source_image != 0) pair.source_image = facts.source_image;
  }
}

std::optional<provider::EndpointFacts> CheckView::facts(const EndView& end) const {
  const provider::Introspection* stable = testbed_.introspection();
  if (stable == nullptr) return std::nullopt;
  for (provider::EndpointFacts& facts : stable->endpoints()) {
    if (facts.endpoint == end.endpoint) return std::move(facts);
  }
  return std::nullopt;
}

void CheckView::state_changed(const sim::TraceEvent& event) {
  PairView* pair = pair_of(event.entity);
  EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
  if (end == nullptr) return;
  const std::uint16_t to = cim::number(entered_node(event));
  end->previous = end->state;
  end->left = end->held;
  end->left_entered = end->held_entered;
  end->cause = static_cast<cim::CauseCode>(event.cause);
  end->state = to;
  end->entered = event.time;
  end->access_changed = event.time;
  ++pair->epoch;
  if (to == cim::number(cim::Node::Removed)) return;  // endpoint_gone tells the rest
  refresh(*pair);
  if (to == unsynchronized && cim::operation_of(end->cause)) end->called = true;
  if (to != unsynchronized && to != partitioned) end->called = false;
  if (to != partitioned) {
    end->held = to;
    end->held_entered = event.time;
  }
  if (end->source() && end->previous == synchronized) pair->copy_operation = 0;
  if (to == unsynchronized) copy_begun(*pair, *end);
  pair->losing.entered(static_cast<cim::CopyState>(to), end->source(), event.time, end->cause,
                       !pair->synchronous());
  if (to == unsynchronized) directed(*pair, *end);
  const bool failed_over = to == cim::number(cim::CopyState::Failedover) && end->target() &&
                           end->cause == cim::cause_code(cim::Operation::Failover);
  if (failed_over && pair->fence != 1) pair->unfenced = true;
  if (end->source() && to == synchronized) {
    pair->synced_before = std::exchange(pair->synced, event.time);
    pair->fence = 0;
    pair->unfenced = false;
  }
  if (end->source() && end->previous == synchronized) pair->separated = event.time;
  if (pair->consistent()) pair->forced = false;
  if (to == unsynchronized) calls_.copying(*pair, end->cause);
  calls_.entered(*pair, to, end->cause);
}

/// A Resume goes on with what was suspended, and so do others with a Backward copy (R6).
void CheckView::copy_begun(PairView& pair, const EndView& end) {
  const auto operation = cim::operation_of(end.cause);
  if (!operation || *operation == cim::Operation::Resume) return;
  const bool other =
      *operation == cim::Operation::ResyncReplica || *operation == cim::Operation::Activate;
  if (other && pair.backward) return;
  if (pair.copy_operation != end.cause) pair.copy_from = end.previous;
  pair.copy_operation = end.cause;
}

std::optional<std::uint16_t> PairView::abort_end() const {
  const auto operation = cim::operation_of(copy_operation);
  if (operation == cim::Operation::Failback) return cim::number(cim::CopyState::Failedover);
  if (operation == cim::Operation::RestoreFromReplica) return copy_from;
  return std::nullopt;
}

/// An operation takes effect at the end that is overwritten when that end enters UNS by it: until
/// then its hosts may write there.
void CheckView::directed(PairView& pair, const EndView& end) {
  const auto operation = cim::operation_of(end.cause);
  if (!operation) return;
  if (end.source() && pair.backward) pair.called_to_source = end.entered;
  if (end.target() && !pair.backward) pair.called_to_target = end.entered;
}

void CheckView::removed(const sim::TraceEvent& event) {
  PairView* pair = pair_of(event.entity);
  EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
  if (end == nullptr) return;
  end->gone = true;
  end->aspect = event.c == 1;
  ++pair->epoch;
  pair->gone =
      std::all_of(pair->ends.begin(), pair->ends.end(), [](const auto& one) { return one->gone; });
  if (!pair->gone) return;
  for (VolumeView* volume : {pair->source, pair->target}) {
    if (volume != nullptr) std::erase(volume->pairs, pair);
  }
  pair->diff.clear();
  pair->stable_diff.clear();
}

}  // namespace replsim::harness
