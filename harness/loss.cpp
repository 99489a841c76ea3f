// Walks the blocks of the source that the ledger knows, once.
#include "harness/loss.h"

#include <algorithm>

namespace replsim::harness {

void LossWindow::entered(cim::CopyState state, bool source, sim::Instant time, cim::CauseCode cause,
                         bool asynchronous) {
  using State = cim::CopyState;
  const auto operation = cim::operation_of(cause);
  back_ = back_ || operation == cim::Operation::Failback ||
          operation == cim::Operation::RestoreFromReplica;
  if (state == State::Synchronized && source) {
    // A copy drops what the volume that it goes to had; what is on its way is not dropped.
    if (!asynchronous || back_) agreed_ = time;
    if (!asynchronous || !back_) target_agreed_ = time;
    back_ = false;
  }
  if (state == State::Synchronized || state == State::Unsynchronized) apart_ = never;
  const bool parts = state == State::Fractured || state == State::Split || state == State::Skewed;
  if (parts) apart_ = std::min(apart_, time);
}

Loss loss_set(const Ledger& ledger, const LossEnds& ends, const LossWindow& window) {
  Loss loss;
  ledger.for_each_block(ends.source, [&](std::uint64_t lba) {
    const std::uint64_t shown = lba < ends.image.blocks() ? ends.image.at(lba) : 0;
    const bool blank = shown == 0 || !ledger.issued(shown);
    const WriteInfo* info = blank ? nullptr : ledger.find(shown);
    const bool own = info != nullptr && info->volume == ends.target;
    const auto absent = [&](const WriteInfo& write) {
      if (write.acked == never || write.acked <= window.agreed()) return false;
      if (blank || (own && write.submitted >= window.apart())) return true;
      return ledger.happens_before(shown, write.stamp);
    };
    bool lost = false;
    ledger.for_each_version(ends.source, lba, [&](const WriteInfo& write) {
      if (!absent(write)) return;
      lost = true;
      loss.blocks.push_back({lba, write.stamp});
      if (write.acked < loss.oldest) loss.oldest = write.acked;
    });
    if (!lost) return;
    loss.bytes += ends.image.block_bytes();
    ledger.for_each_latest_acked(ends.source, lba, [&](const WriteInfo& write) {
      if (absent(write)) loss.stamps.push_back(write.stamp);
    });
  });
  std::sort(loss.stamps.begin(), loss.stamps.end());
  loss.stamps.erase(std::unique(loss.stamps.begin(), loss.stamps.end()), loss.stamps.end());
  loss.writes = loss.stamps.size();
  return loss;
}

}  // namespace replsim::harness
