// Contents of volumes: comparing two images block by block, and keeping one as it is now.
// Linear in what was written, never in the virtual size.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/provider/introspection.h"

namespace replsim::harness {

/// Where two contents differ.
struct ContentDifference {
  std::uint64_t blocks = 0;  ///< How many blocks differ.
  std::uint64_t lba = 0;     ///< The first of them.
  std::uint64_t left = 0;    ///< Its stamps.
  std::uint64_t right = 0;
  bool other_blocks = false;  ///< Block sizes differ: nothing was compared.
};

/// A content as it was: what hosts saw, cache included.
class ContentSnapshot final : public provider::VolumeImage {
 public:
  explicit ContentSnapshot(const provider::VolumeImage& image);
  /// What a read saw: one stamp a block from `first`; the rest of the volume is not part of it.
  ContentSnapshot(std::uint64_t first, const std::vector<std::uint64_t>& stamps,
                  std::uint32_t block_bytes);

  std::uint64_t blocks() const override { return blocks_; }
  std::uint32_t block_bytes() const override { return block_bytes_; }
  std::uint64_t at(std::uint64_t lba) const override;
  std::uint64_t stable_at(std::uint64_t lba) const override { return at(lba); }
  void for_each_written(
      std::uint64_t first, std::uint64_t blocks,
      const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const override;
  /// compare(*this, other, first, blocks). An expectation asks again after every event: while the
  /// other content rests the last answer stands.
  std::optional<ContentDifference> compare_with(const provider::VolumeImage& other,
                                                std::uint64_t first, std::uint64_t blocks) const;
  /// First block and count that the content speaks of (a read: its range).
  std::uint64_t first() const { return first_; }

 private:
  struct Block {
    std::uint64_t lba;
    std::uint64_t stamp;
  };
  struct Compared {
    const provider::VolumeImage* other = nullptr;
    std::optional<std::uint64_t> changes;  ///< Of the other content when they were compared.
    std::uint64_t first = 0;
    std::uint64_t blocks = 0;
    std::optional<ContentDifference> difference;
  };
  std::vector<Block> written_;  // ascending by lba
  mutable Compared last_;
  std::uint64_t first_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint32_t block_bytes_ = 0;
};

/// None when every block is equal in [first, first + blocks); a block beyond an end counts as
/// never written.
std::optional<ContentDifference> compare(const provider::VolumeImage& left,
                                         const provider::VolumeImage& right,
                                         std::uint64_t first = 0,
                                         std::uint64_t blocks = UINT64_MAX);

/// `12 blocks differ, the first is block 7: h1 write 3 | never written`; `host` 0 has no name.
std::string text(const ContentDifference& difference);
/// `write 3 of host 1`, or `never written`.
std::string stamp_text(std::uint64_t stamp);

}  // namespace replsim::harness
