// Typed reading of a map of the language: the table says which keys there are and what they take;
// everything wrong is reported where it stands.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/language/quantity.h"
#include "harness/language/scope.h"
#include "harness/language/table.h"

namespace replsim::harness {

// Scalars of one type; nothing after a report.
std::optional<sim::Duration> read_duration(Context& context, Cursor at);
std::optional<std::uint64_t> read_size(Context& context, Cursor at);
std::optional<Rate> read_rate(Context& context, Cursor at);
std::optional<std::uint64_t> read_byte_rate(Context& context, Cursor at);
std::optional<std::int64_t> read_share(Context& context, Cursor at);
std::optional<std::uint64_t> read_count(Context& context, Cursor at);
std::optional<Number> read_number(Context& context, Cursor at);
std::optional<bool> read_truth(Context& context, Cursor at);
std::optional<std::string> read_text(Context& context, Cursor at);
std::optional<std::string> read_name(Context& context, Cursor at);
std::optional<std::string> read_word(Context& context, Cursor at,
                                     const std::vector<std::string_view>& words);
/// Begin and end in bytes.
std::optional<std::pair<std::uint64_t, std::uint64_t>> read_size_range(Context& context, Cursor at);

/// The scalar after following references; nothing (reported) for null, lists, maps and names
/// that have no value before the run.
const Node* read_scalar(Context& context, Cursor& at, std::string_view wanted);

/// The elements of a list, or the value itself.
std::vector<Cursor> elements(Context& context, Cursor at);

/// A map of the language, checked against sections of the table when it is made.
class Fields final {
 public:
  /// Reports keys that no section has, required keys that are missing, and parts not in this
  /// version. `free` keys are taken besides.
  Fields(Context& context, Cursor map, std::initializer_list<std::string_view> sections,
         std::initializer_list<std::string_view> free = {});

  bool valid() const { return map_.node != nullptr; }
  /// The value after following references; empty when absent or not in this version.
  Cursor get(std::string_view key) const;
  bool has(std::string_view key) const { return static_cast<bool>(raw(key)); }
  /// The value as written.
  Cursor raw(std::string_view key) const;
  const Location& location() const;

  std::optional<sim::Duration> duration(std::string_view key);
  /// A duration that may not be negative nor zero where `positive`.
  std::optional<sim::Duration> span(std::string_view key, bool positive = false);
  std::optional<std::uint64_t> size(std::string_view key);
  std::optional<std::int64_t> share(std::string_view key, std::int64_t ppb_max = 1'000'000'000,
                                    std::int64_t ppb_min = 0);
  std::optional<std::uint64_t> count(std::string_view key, std::uint64_t min = 0,
                                     std::uint64_t max = UINT64_MAX);
  std::optional<bool> truth(std::string_view key);
  std::optional<std::string> text(std::string_view key);
  std::optional<std::string> name(std::string_view key);
  /// One of the row's words.
  std::optional<std::string> word(std::string_view key);
  std::vector<std::string> texts(std::string_view key);

 private:
  Context& context_;
  Cursor map_;
  std::vector<std::string_view> sections_;
};

/// Reports that `at` is not what `wanted` says.
void report_type(Context& context, const Node& at, std::string_view wanted, std::string hint = {});
/// Reports a part that this build does not have.
void report_later(Context& context, const Location& at, std::string_view what);

}  // namespace replsim::harness
