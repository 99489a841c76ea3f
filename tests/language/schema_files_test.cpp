// The schema on real files: what ships is valid, and what the loader refuses by shape is not. The
// validator below knows the keywords of JSON Schema that ours uses, and throws for any other.
#include <regex.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "harness/language/schema.h"
#include "model/cim/characters.h"
#include "tests/catch.h"

namespace replsim::harness {
namespace {

namespace fs = std::filesystem;

bool digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, cim::is_digit);
}
/// `-?[0-9]+`
bool whole(std::string_view text) {
  return digits(text.substr(text.starts_with('-') ? 1 : 0));
}
/// `-?[0-9]+\.[0-9]+`
bool decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  return point != text.npos && whole(text.substr(0, point)) && digits(text.substr(point + 1));
}

/// A plain scalar is what YAML 1.2's core schema makes of it; a quoted one is text.
nlohmann::json json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = json_of(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& item : node) list.push_back(json_of(item));
    return list;
  }
  if (!node.IsDefined() || node.IsNull()) return nullptr;
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (text == "true" || text == "false") return text == "true";
  if (whole(text)) return std::stoll(text);
  if (text.starts_with("0x")) return std::stoll(text, nullptr, 16);
  if (decimal(text)) return std::stod(text);
  return text;
}

/// A pattern that means the same in JSON Schema and as an extended expression of POSIX.
class Pattern final {
 public:
  explicit Pattern(const std::string& text) {
    bool shared = text.find("(?") == text.npos;  // and no class by a letter: \d, \w
    for (std::size_t at = 0; (at = text.find('\\', at)) != text.npos; at += 2) {
      shared = shared && at + 1 < text.size() && std::ispunct(text[at + 1]) != 0;
    }
    if (!shared || ::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB) != 0) {
      throw std::logic_error("the validator does not know the pattern " + text);
    }
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() { ::regfree(&compiled_); }

  bool found_in(const std::string& text) const {
    return ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
};

class SchemaValidator final {
 public:
  explicit SchemaValidator(nlohmann::json schema) : root_(std::move(schema)) {}

  bool valid(const nlohmann::json& value) const { return fits(root_, value); }

 private:
  using json = nlohmann::json;

  bool fits(const json& schema, const json& value) const {
    for (const auto& [keyword, rule] : schema.items()) {
      if (!holds(schema, keyword, rule, value)) return false;
    }
    return true;
  }

  bool holds(const json& schema, const std::string& keyword, const json& rule,
             const json& value) const {
    if (keyword == "$ref") return fits(root_.at(json::json_pointer(rule_path(rule))), value);
    if (keyword == "const") return value == rule;
    if (keyword == "enum") return std::ranges::find(rule, value) != rule.end();
    if (keyword == "type") return is_type(rule.get<std::string>(), value);
    if (keyword == "anyOf") return count(rule, value) >= 1;
    if (keyword == "oneOf") return count(rule, value) == 1;
    if (keyword == "pattern") return !value.is_string() || matches(rule, value);
    if (keyword == "minimum") return !value.is_number() || value >= rule;
    if (keyword == "items") return !value.is_array() || all(rule, value);
    if (keyword == "minProperties") return !value.is_object() || value.size() >= rule;
    if (keyword == "required") {
      return !value.is_object() ||
             std::ranges::all_of(rule, [&](const json& key) { return value.contains(key); });
    }
    if (keyword == "properties") return !value.is_object() || known_fit(rule, value);
    if (keyword == "additionalProperties") return !value.is_object() || rest(schema, rule, value);
    const bool says_nothing = keyword == "description" || keyword == "default" ||
                              keyword == "title" || keyword == "$schema" || keyword == "$defs";
    if (!says_nothing) throw std::logic_error("the validator does not know " + keyword);
    return true;
  }

  static std::string rule_path(const json& rule) { return rule.get<std::string>().substr(1); }
  static bool matches(const json& rule, const json& value) {
    return Pattern(rule.get<std::string>()).found_in(value.get<std::string>());
  }
  static bool is_type(const std::string& type, const json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    throw std::logic_error("the validator does not know the type " + type);
  }
  std::ptrdiff_t count(const json& schemas, const json& value) const {
    return std::ranges::count_if(schemas, [&](const json& one) { return fits(one, value); });
  }
  bool all(const json& schema, const json& list) const {
    return std::ranges::all_of(list, [&](const json& one) { return fits(schema, one); });
  }
  bool known_fit(const json& properties, const json& value) const {
    for (const auto& [key, rule] : properties.items()) {
      if (value.contains(key) && !fits(rule, value[key])) return false;
    }
    return true;
  }
  bool rest(const json& schema, const json& rule, const json& value) const {
    for (const auto& [key, part] : value.items()) {
      if (schema.contains("properties") && schema["properties"].contains(key)) continue;
      if (rule.is_boolean() ? !rule.get<bool>() : !fits(rule, part)) return false;
    }
    return true;
  }

  json root_;
};

const SchemaValidator& validator() {
  static const SchemaValidator one(json_schema());
  return one;
}

bool valid_text(const std::string& text) {
  return validator().valid(json_of(YAML::Load(text)));
}

std::string scenario_with(const std::string& step, const std::string& top = "version: 1") {
  return top + "\nscenario: s\ntopology: std:two-arrays\nprovider: east\nsteps:\n  - " + step +
         "\n";
}

}  // namespace

TEST_CASE("every file that ships is valid by the schema", "[language][schema]") {
  const fs::path root = REPLSIM_SOURCE_DIR;
  std::size_t files = 0;
  for (const auto* folder : {"scenarios", "fixtures/topologies", "fixtures/profiles"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".yaml") continue;
      CAPTURE(entry.path().string());
      CHECK(validator().valid(json_of(YAML::LoadFile(entry.path().string()))));
      ++files;
    }
  }
  CHECK(files > 50);
}

TEST_CASE("the schema refuses what the table does not have", "[language][schema]") {
  CHECK(valid_text(scenario_with("wait: 1.5 s")));
  CHECK(valid_text(scenario_with("wait: $pause")));
  CHECK_FALSE(valid_text(scenario_with("wait: 1.5 s", "version: 2")));
  CHECK_FALSE(valid_text(scenario_with("wait: -1 s")));
  CHECK_FALSE(valid_text(scenario_with("wait: 1")));
  CHECK_FALSE(valid_text(scenario_with("wait: 1 m")));
  CHECK_FALSE(valid_text(scenario_with("frob: 1")));
  CHECK_FALSE(valid_text(scenario_with("{wait: 1 s, frob: 1}")));
  CHECK(valid_text(scenario_with("{workload: random, volume: east/vol1}")));
  CHECK(valid_text(scenario_with("{workload: $kind, volume: east/vol1}")));
  CHECK_FALSE(valid_text(scenario_with("{workload: frob, volume: east/vol1}")));
  CHECK_FALSE(valid_text(scenario_with("{workload: random}")));
  CHECK_FALSE(valid_text(scenario_with("{write: east/vol1, length: 4 KB}")));
}

TEST_CASE("a fault that a cell names may have the keys of every fault", "[language][schema]") {
  CHECK(valid_text(scenario_with("{fault: $effect, target: east, for: 5 s}")));
  CHECK(valid_text(scenario_with("{fault: $effect, target: east/d0, chance: 50%, add: 1 ms}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: $effect, for: 5 s}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: $effect, target: east, frob: 1}")));
  CHECK(valid_text(scenario_with("{fault: link.cut, target: east-west, direction: forward}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: link.cut, target: east-west, rate: 5%}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: link.loss, target: east-west}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: link.frob, target: east-west}")));
}

TEST_CASE("only clocks may be behind", "[language][schema]") {
  const auto topology = [](const std::string& host) {
    return "version: 1\ntopology: t\nhosts: {h1: " + host + "}\narrays: {east: {}}\n";
  };
  CHECK(valid_text(topology("{clock: {offset: 1 s, drift: 0.1%}}")));
  CHECK_FALSE(valid_text(topology("{speed: -5%}")));
  CHECK(valid_text(scenario_with("{fault: clock.jump, target: east, by: -1 h}")));
  CHECK(valid_text(scenario_with("{fault: clock.drift, target: east, gain: -1%}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: clock.drift, target: east, by: 1 h}")));
  CHECK_FALSE(valid_text(scenario_with("{fault: link.latency, target: east-west, add: -1 s}")));
}

}  // namespace replsim::harness
