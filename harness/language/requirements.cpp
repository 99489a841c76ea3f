// Judging `requires` against profiles.
#include "harness/language/requirements.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "harness/language/quantity.h"
#include "model/cim/schema.h"

namespace replsim::harness {
namespace {

struct Capability {
  std::string_view word;
  std::string_view enumeration;  ///< Empty: methods.
};

constexpr std::array capabilities = {
    Capability{"SyncType", "SyncType"},
    Capability{"Mode", "Mode"},
    Capability{"Operation", "Operation"},
    Capability{"Feature", "Feature"},
    Capability{"Method", ""},
};

bool offers(const cim::Profile& profile, std::string_view word, std::uint16_t number) {
  if (word == "SyncType") return profile.sync_types.contains(number);
  if (word == "Mode") return profile.modes.contains(number);
  if (word == "Operation") return profile.operations.contains(number);
  return profile.features.contains(number);
}

std::optional<std::uint16_t> number_of(const cim::Enumeration& scale, const std::string& value) {
  const auto* found = scale.find(std::string_view(value));
  const auto number = parse_unsigned(value);
  if (found == nullptr && number && *number <= 0xFFFF)
    found = scale.find(static_cast<std::uint32_t>(*number));
  if (found == nullptr) return std::nullopt;
  return static_cast<std::uint16_t>(found->value);
}

bool is_method(std::string_view name) {
  return std::ranges::any_of(
      cim::classes(), [&](const cim::ClassInfo& one) { return one.find_method(name) != nullptr; });
}

}  // namespace

std::vector<std::string> missing_capabilities(Context& context, const Run& run) {
  std::vector<std::string> result;
  for (const Named& need : run.requires_) {
    const std::size_t space = std::min(need.name.find(' '), need.name.size());
    const std::string word = need.name.substr(0, space);
    const std::string value = need.name.substr(std::min(space + 1, need.name.size()));
    const auto row = std::ranges::find(capabilities, word, &Capability::word);
    if (row == capabilities.end() || value.empty()) {
      std::vector<std::string_view> words;
      for (const Capability& one : capabilities) words.push_back(one.word);
      context.report.add("unknown-name", need.location,
                         fmt::format("`{}` is no capability", need.name), word_hint(word, words));
      continue;
    }
    std::optional<std::uint16_t> number;
    const cim::Enumeration* scale = cim::find_enumeration(row->enumeration);
    if (scale != nullptr) {
      number = number_of(*scale, value);
      if (!number) {
        std::vector<std::string_view> words;
        for (const auto& one : scale->values) words.push_back(one.name);
        context.report.add("unknown-name", need.location,
                           fmt::format("`{}` is no value of {}", value, scale->name),
                           word_hint(value, words));
        continue;
      }
    }
    if (scale == nullptr && !is_method(value)) {
      context.report.add("unknown-name", need.location,
                         fmt::format("the schema has no method {}", value),
                         word_hint(value, cim::method_names()));
      continue;
    }
    const auto has = [&](const provider::ArraySpec& array) {
      if (!run.provider.empty() && array.name != run.provider) return false;
      return number ? offers(array.profile, word, *number) : array.profile.methods.contains(value);
    };
    if (std::ranges::any_of(run.topology.arrays, has)) continue;
    result.push_back(fmt::format("{} is not in the profile", need.name));
  }
  return result;
}

}  // namespace replsim::harness
