// Maps checked against the table.
#include "harness/language/fields.h"

#include <fmt/core.h>

#include <algorithm>

namespace replsim::harness {

void report_later(Context& context, const Location& at, std::string_view what) {
  context.report.add("not-in-this-version", at, fmt::format("{} is not in this version", what));
}

Fields::Fields(Context& context, Cursor map, std::initializer_list<std::string_view> sections,
               std::initializer_list<std::string_view> free)
    : context_(context), map_(follow(context, map)), sections_(sections) {
  if (map_.node == nullptr) return;
  if (!map_.node->is_map()) {
    report_type(context, *map_.node, "a map");
    map_.node = nullptr;
    return;
  }
  std::vector<std::string_view> words(free);
  for (const std::string_view section : sections_) {
    for (const KeyRow* row : keys_of(section)) {
      words.push_back(row->key);
      const Node* value = map_.node->find(row->key);
      if (row->required && value == nullptr)
        context.report.add("missing-key", map_.node->location,
                           fmt::format("the key `{}` is missing", row->key),
                           fmt::format("{}: {}", row->key, describe(row->type)));
    }
  }
  for (const Entry& entry : map_.node->entries) {
    const std::string_view key = entry.key.text;
    if (std::ranges::find(words, key) == words.end()) {
      context.report.add("unknown-key", entry.key.location,
                         fmt::format("there is no key `{}` here", key), word_hint(key, words));
      continue;
    }
    for (const std::string_view section : sections_) {
      const KeyRow* row = find_key(section, key);
      if (row != nullptr && row->status == Status::Later)
        report_later(context, entry.key.location, fmt::format("`{}`", key));
    }
  }
}

Cursor Fields::raw(std::string_view key) const {
  if (map_.node == nullptr) return {};
  for (const std::string_view section : sections_) {
    const KeyRow* row = find_key(section, key);
    if (row != nullptr && row->status == Status::Later) return {};
  }
  return {map_.node->find(key), map_.scope};
}

Cursor Fields::get(std::string_view key) const {
  return follow(context_, raw(key));
}

const Location& Fields::location() const {
  static const Location nowhere;
  return map_.node == nullptr ? nowhere : map_.node->location;
}

std::optional<sim::Duration> Fields::duration(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return read_duration(context_, raw(key));
}

std::optional<sim::Duration> Fields::span(std::string_view key, bool positive) {
  const auto value = duration(key);
  if (!value) return std::nullopt;
  const bool wrong = positive ? *value <= sim::Duration{0} : *value < sim::Duration{0};
  if (!wrong) return value;
  context_.report.add(
      "out-of-range", get(key).node->location,
      fmt::format("`{}` must {}", key, positive ? "be longer than 0 s" : "not be negative"));
  return std::nullopt;
}

std::optional<std::uint64_t> Fields::size(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return read_size(context_, raw(key));
}

std::optional<std::int64_t> Fields::share(std::string_view key, std::int64_t ppb_max,
                                          std::int64_t ppb_min) {
  if (!has(key)) return std::nullopt;
  const auto value = read_share(context_, raw(key));
  if (!value) return std::nullopt;
  if (*value >= ppb_min && *value <= ppb_max) return value;
  context_.report.add(
      "out-of-range", get(key).node->location,
      fmt::format("`{}` is {} to {}", key, share_text(ppb_min), share_text(ppb_max)));
  return std::nullopt;
}

std::optional<std::uint64_t> Fields::count(std::string_view key, std::uint64_t min,
                                           std::uint64_t max) {
  if (!has(key)) return std::nullopt;
  const auto value = read_count(context_, raw(key));
  if (!value) return std::nullopt;
  if (*value >= min && *value <= max) return value;
  context_.report.add("out-of-range", get(key).node->location,
                      *value < min ? fmt::format("`{}` is at least {}", key, min)
                                   : fmt::format("`{}` is at most {}", key, max));
  return std::nullopt;
}

std::optional<bool> Fields::truth(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return read_truth(context_, raw(key));
}

std::optional<std::string> Fields::text(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return read_text(context_, raw(key));
}

std::optional<std::string> Fields::name(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return read_name(context_, raw(key));
}

std::optional<std::string> Fields::word(std::string_view key) {
  if (!has(key)) return std::nullopt;
  for (const std::string_view section : sections_)
    if (const KeyRow* row = find_key(section, key))
      return read_word(context_, raw(key), split_words(row->words));
  return std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> result;
  for (const Cursor one : elements(context_, raw(key)))
    if (const auto value = read_text(context_, one)) result.push_back(*value);
  return result;
}

}  // namespace replsim::harness
