// Fields of a record as words. The reader never trusts what it reads: the first thing that does not
// fit makes it failed, from then on it gives zeros, and the caller asks complete() once at the end.
//
//   WordWriter w;  w.number(state).text(name).numbers(lbas);   records.put(world, key, w.words()..)
//   WordReader r(words);
//   Relation relation{.state = r.number<CopyState>(), .name = r.text(), .lbas = r.numbers()};
//   if (!r.complete()) return std::nullopt;
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace replsim::store {

/// Appends fields to a list of words.
class WordWriter {
 public:
  /// An integer, bool or enumeration; signed ones as two's complement.
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) WordWriter& number(T value) {
    words_.push_back(static_cast<std::uint64_t>(value));
    return *this;
  }
  /// Its length in bytes, then eight bytes a word, the first in the lowest.
  WordWriter& text(std::string_view text);
  /// How many, then each.
  WordWriter& numbers(std::span<const std::uint64_t> numbers);

  std::span<const std::uint64_t> words() const { return words_; }
  std::vector<std::uint64_t> take() { return std::move(words_); }

 private:
  std::vector<std::uint64_t> words_;
};

/// Takes fields off a list of words that outlives it.
class WordReader {
 public:
  explicit WordReader(std::span<const std::uint64_t> words) : rest_(words) {}

  /// The next word, or nothing when there is none (the reader is failed then).
  std::optional<std::uint64_t> next();
  /// An integer, bool or enumeration; fails when the word is not a value of T. Whether an
  /// enumeration's number is one of its enumerators is the caller's to check.
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) T number() {
    const std::uint64_t word = next().value_or(0);
    const T value = static_cast<T>(word);
    if (static_cast<std::uint64_t>(value) != word) return fail<T>();
    return value;
  }
  std::string text();
  std::vector<std::uint64_t> numbers();

  bool failed() const { return failed_; }
  /// Nothing failed and nothing is left.
  bool complete() const { return !failed_ && rest_.empty(); }

 private:
  template <class T>
  T fail() {
    failed_ = true;
    rest_ = {};
    return T{};
  }

  std::span<const std::uint64_t> rest_;
  bool failed_ = false;
};

}  // namespace replsim::store
