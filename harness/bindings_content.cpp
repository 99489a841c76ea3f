// Contents: two passes over what was written on either side find every difference once.
#include "harness/bindings_content.h"

#include <fmt/format.h>

#include <algorithm>

namespace replsim::harness {

ContentSnapshot::ContentSnapshot(const provider::VolumeImage& image)
    : blocks_(image.blocks()), block_bytes_(image.block_bytes()) {
  image.for_each_written(0, blocks_, [this](std::uint64_t lba, std::uint64_t stamp) {
    if (stamp != 0) written_.push_back({lba, stamp});
  });
  std::ranges::sort(written_, {}, &Block::lba);
}

ContentSnapshot::ContentSnapshot(std::uint64_t first, const std::vector<std::uint64_t>& stamps,
                                 std::uint32_t block_bytes)
    : first_(first), blocks_(first + stamps.size()), block_bytes_(block_bytes) {
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    if (stamps[i] != 0) written_.push_back({first + i, stamps[i]});
  }
}

std::uint64_t ContentSnapshot::at(std::uint64_t lba) const {
  const auto found = std::ranges::lower_bound(written_, lba, {}, &Block::lba);
  return found != written_.end() && found->lba == lba ? found->stamp : 0;
}

void ContentSnapshot::for_each_written(
    std::uint64_t first, std::uint64_t blocks,
    const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const {
  for (auto at = std::ranges::lower_bound(written_, first, {}, &Block::lba);
       at != written_.end() && at->lba - first < blocks; ++at) {
    visit(at->lba, at->stamp);
  }
}

std::optional<ContentDifference> ContentSnapshot::compare_with(const provider::VolumeImage& other,
                                                               std::uint64_t first,
                                                               std::uint64_t blocks) const {
  const std::optional<std::uint64_t> changes = other.changes();
  const bool known = changes && last_.changes == changes && last_.other == &other &&
                     last_.first == first && last_.blocks == blocks;
  if (!known) last_ = {&other, changes, first, blocks, compare(*this, other, first, blocks)};
  return last_.difference;
}

std::optional<ContentDifference> compare(const provider::VolumeImage& left,
                                         const provider::VolumeImage& right, std::uint64_t first,
                                         std::uint64_t blocks) {
  ContentDifference difference;
  if (left.block_bytes() != right.block_bytes()) {
    difference.other_blocks = true;
    return difference;
  }
  const auto stamp_at = [](const provider::VolumeImage& image, std::uint64_t lba) {
    return lba < image.blocks() ? image.at(lba) : std::uint64_t{0};
  };
  const auto differs = [&](std::uint64_t lba, std::uint64_t on_left, std::uint64_t on_right) {
    if (difference.blocks++ == 0 || lba < difference.lba) {
      difference.lba = lba;
      difference.left = on_left;
      difference.right = on_right;
    }
  };
  const auto within = [&](const provider::VolumeImage& image) {
    return first < image.blocks() ? std::min(blocks, image.blocks() - first) : 0;
  };
  left.for_each_written(first, within(left), [&](std::uint64_t lba, std::uint64_t stamp) {
    const std::uint64_t other = stamp_at(right, lba);
    if (other != stamp) differs(lba, stamp, other);
  });
  right.for_each_written(first, within(right), [&](std::uint64_t lba, std::uint64_t stamp) {
    // What both have was compared in the first pass.
    if (stamp != 0 && stamp_at(left, lba) == 0) differs(lba, 0, stamp);
  });
  if (difference.blocks == 0) return std::nullopt;
  return difference;
}

std::string stamp_text(std::uint64_t stamp) {
  if (stamp == 0) return "never written";
  return fmt::format("write {} of host {}", stamp & 0xFFFFFFFFFFFFu, stamp >> 48);
}

std::string text(const ContentDifference& difference) {
  if (difference.other_blocks) return "the block sizes differ";
  return fmt::format("{} block{}; the first is block {}: {} | {}", difference.blocks,
                     difference.blocks == 1 ? " differs" : "s differ", difference.lba,
                     stamp_text(difference.left), stamp_text(difference.right));
}

}  // namespace replsim::harness
