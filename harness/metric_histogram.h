// A histogram of durations in integers: exact to 1/128 of the value, 8 KiB a decade of use, so that
// a quantile over millions of I/Os needs no list of them. Windows are differences of two
// histograms.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace replsim::harness {

class Histogram {
 public:
  void add(std::uint64_t value) {
    const std::size_t bucket = bucket_of(value);
    if (counts_.size() <= bucket) counts_.resize(bucket + 1, 0);
    ++counts_[bucket];
    ++count_;
    sum_ += value;
  }

  std::uint64_t count() const { return count_; }

  /// What was added since `earlier`, a former state of this histogram.
  Histogram since(const Histogram& earlier) const {
    Histogram window = *this;
    for (std::size_t i = 0; i < earlier.counts_.size(); ++i)
      window.counts_[i] -= earlier.counts_[i];
    window.count_ -= earlier.count_;
    window.sum_ -= earlier.sum_;
    return window;
  }

  /// The value of rank ceil(count * share / 1000), its bucket's upper bound; 0 when empty.
  std::uint64_t quantile(std::uint64_t share_per_mille) const {
    const std::uint64_t rank = std::max<std::uint64_t>(1, (count_ * share_per_mille + 999) / 1000);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= rank) return upper_bound(i);
    }
    return 0;
  }
  std::uint64_t max() const { return quantile(1000); }
  /// Lower bound of the first bucket in use; 0 when empty.
  std::uint64_t min() const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > 0) return i == 0 ? 0 : upper_bound(i - 1) + 1;
    }
    return 0;
  }
  /// Rounded down; 0 when empty.
  std::uint64_t mean() const { return count_ == 0 ? 0 : sum_ / count_; }

 private:
  static constexpr std::uint64_t fine = 128;  // buckets a power of two
  static constexpr int fine_bits = 7;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < 2 * fine) return static_cast<std::size_t>(value);
    const int shift = static_cast<int>(std::bit_width(value)) - 1 - fine_bits;
    return static_cast<std::size_t>(static_cast<std::uint64_t>(shift) * fine + (value >> shift));
  }
  static std::uint64_t upper_bound(std::size_t bucket) {
    if (bucket < 2 * fine) return bucket;
    const std::uint64_t shift = bucket / fine - 1;
    const std::uint64_t top = bucket % fine + fine;
    return ((top + 1) << shift) - 1;
  }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace replsim::harness
