// The images' part of the checkers' view: which blocks of a relation differ, visibly and stably,
// and which visible stamps a power loss would take back. Calls and jobs are taken in here too.
#include <algorithm>

#include "harness/check_view.h"

namespace replsim::harness {

namespace {

/// One element of several relations: what a copy brings over one is no business of the others'.
bool brought_by_another(const VolumeView& volume, const PairView& pair) {
  if (volume.pairs.size() < 2 || pair.brings_to(volume)) return false;
  return std::any_of(volume.pairs.begin(), volume.pairs.end(), [&](const PairView* other) {
    return other != &pair && !other->gone && other->brings_to(volume);
  });
}

}  // namespace

void CheckView::changed(sim::EntityId entity, std::uint64_t lba, std::uint64_t blocks,
                        const OnChange& told) {
  VolumeView* volume = this->volume(entity);
  if (volume == nullptr || volume->image == nullptr) return;
  for (std::uint64_t at = lba; at < lba + blocks; ++at) {
    const std::uint64_t before = volume->seen.at(at);
    const std::uint64_t stamp = volume->image->at(at);
    if (before != stamp) volume->seen.set(at, stamp);
    const bool stable = volume->image->stable_at(at) == stamp;
    const std::size_t size = volume->unstable.size();
    volume->unstable.set(at, !stable);
    unstable_ = unstable_ - size + volume->unstable.size();
    if (volume->pairs.empty()) continue;
    const WriteInfo* write = stamp == 0 ? nullptr : ledger_.find(stamp);
    const bool by_host = stamp != 0 && volume->writes(stamp);
    for (PairView* pair : volume->pairs) {
      if (pair->source == nullptr || pair->target == nullptr) continue;
      compare(*pair, at);
      compare_stable(*pair, at);
      const bool by_peer = !by_host && !brought_by_another(*volume, *pair);
      told({*pair, *volume, volume == pair->target, at, before, stamp, write, by_peer});
    }
  }
}

void CheckView::lost(sim::EntityId entity, std::uint64_t lba, std::uint64_t blocks) {
  changed(entity, lba, blocks, [](const BlockChange&) {});
}

void CheckView::compare(PairView& pair, std::uint64_t lba) {
  pair.diff.set(lba, pair.source->seen.at(lba) != pair.target->seen.at(lba));
}

void CheckView::compare_stable(PairView& pair, std::uint64_t lba) {
  const auto stable = [lba](const VolumeView& volume) {
    return volume.unstable.contains(lba) ? volume.stable_at(lba) : volume.seen.at(lba);
  };
  pair.stable_diff.set(lba, stable(*pair.source) != stable(*pair.target));
}

void CheckView::compare_all(PairView& pair) {
  for (VolumeView* volume : {pair.source, pair.target}) {
    if (volume->image == nullptr) return;
  }
  for (VolumeView* volume : {pair.source, pair.target}) {
    volume->image->for_each_written(0, volume->image->blocks(),
                                    [&](std::uint64_t lba, std::uint64_t) {
                                      compare(pair, lba);
                                      compare_stable(pair, lba);
                                    });
    for (const std::uint64_t lba : volume->unstable.blocks()) compare_stable(pair, lba);
  }
}

void CheckView::settle_unstable() {
  if (flushes_ > 0) --flushes_;
  if (unstable_ == 0) return;
  for (const auto& volume : volumes_) {
    if (volume == nullptr || volume->unstable.empty()) continue;
    // From the back: erasing moves the last one into the hole.
    for (std::size_t at = volume->unstable.size(); at-- > 0;) {
      const std::uint64_t lba = volume->unstable.blocks()[at];
      const bool settled = volume->image->stable_at(lba) == volume->seen.at(lba);
      if (settled) {
        volume->unstable.erase(lba);
        --unstable_;
      }
      for (PairView* pair : volume->pairs) {
        if (pair->source != nullptr && pair->target != nullptr) compare_stable(*pair, lba);
      }
    }
  }
}

void CheckView::job_event(const sim::TraceEvent& event) {
  JobView& job = calls_.job_changed(event);
  if (job.pair == nullptr) job.pair = pair_of(job.endpoint);
  if (job.pair == nullptr || job.final()) return;
  for (const auto& end : job.pair->ends) {
    if (end->gone || !job.copies() || !end->in(cim::CopyState::Unsynchronized)) continue;
    // A mirror may have fallen behind just before its roles are reversed; and another operation may
    // have been first.
    const auto by = cim::operation_of(end->cause);
    const bool back = job.is(cim::Operation::Failback) ||  // never one that runs already
                      job.is(cim::Operation::RestoreFromReplica);
    const bool others =
        by && cim::number(*by) != job.operation && (back || end->entered >= job.begun);
    if (!others && !job.is(cim::Operation::ReverseRoles)) job.copied = true;
  }
}

void CheckView::call_event(const sim::TraceEvent& event) {
  if (event.kind == trace::call_answered.number) {
    CallView* call = calls_.answered(event);
    if (call == nullptr || call->pair == nullptr) return;
    if (call->accepted() && call->promotes() && !call->pair->consistent()) {
      call->pair->forced = true;
    }
    if (call->refused()) call_taken_back(*call);
    return;
  }
  CallView& call = calls_.received(event);
  call.pair = pair_of(call.endpoint);
  if (call.pair == nullptr) return;
  PairView& pair = *call.pair;
  if (const EndView* end = pair.find(call.endpoint)) {
    call.state = end->state;
    call.progress = end->progress;
  }
  // While roles change sides each array knows its own image only.
  if (pair.roles_agree()) call.target_image = pair.target_image;
  // A copy has begun at the called end, and the other one has not heard of it yet.
  const EndView* called = pair.find(call.endpoint);
  const EndView* target = pair.target_end();
  const bool ahead = called != nullptr && target != nullptr && called != target &&
                     called->in(cim::CopyState::Unsynchronized) && called->state != target->state;
  if (ahead) {
    if (const auto own = facts(*called)) call.target_image = own->target_image;
  }
  call.calm = faults_.calm() && !calls_.running(pair, &call);
  call.before = {pair.forced, pair.source_trusted, pair.called_to_target, pair.called_to_source};
  if (call.promotes()) pair.forced = true;
  if (call.trusts_the_source()) pair.source_trusted = true;
  using Op = cim::Operation;
  const bool to_source =
      call.is(Op::Failback) || call.is(Op::RestoreFromReplica) || call.is(Op::ReverseRoles);
  if (to_source) pair.called_to_source = event.time;
  if (call.is(Op::Activate) || call.is(Op::Resume) || call.is(Op::ResyncReplica)) {
    (pair.backward ? pair.called_to_source : pair.called_to_target) = event.time;
    // Out of a split brain it is Forward whatever went on before (R6).
    const bool invalid = call.state == cim::number(cim::CopyState::Invalid);
    if (call.is(Op::ResyncReplica) && invalid) pair.called_to_target = event.time;
  }
}

/// A refused call has no effect (R1): it excuses nothing.
void CheckView::call_taken_back(const CallView& call) {
  PairView& pair = *call.pair;
  if (call.promotes() && !call.before.forced) pair.forced = false;
  if (call.trusts_the_source() && !call.before.source_trusted) pair.source_trusted = false;
  if (pair.called_to_target == call.received) {
    pair.called_to_target = call.before.called_to_target;
  }
  if (pair.called_to_source == call.received) {
    pair.called_to_source = call.before.called_to_source;
  }
}

}  // namespace replsim::harness
