// The JSON Schema and the reference are made from the table and leave nothing out.
#include "harness/language/schema.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/language/explain.h"
#include "harness/language/table.h"
#include "tests/catch.h"

namespace replsim::harness {

TEST_CASE("the schema has every key that works, with its meaning", "[language][schema]") {
  const auto schema = json_schema();
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  std::size_t keys = 0;
  for (const auto& table : key_tables())
    for (const KeyRow& row : table) {
      std::string section(row.section);
      std::ranges::replace(section, ' ', '-');
      const auto& properties = schema["$defs"][section]["properties"];
      CAPTURE(row.section, row.key);
      CHECK(properties.contains(std::string(row.key)) == (row.status == Status::Ready));
      ++keys;
    }
  CHECK(keys > 100);
  const auto& steps = schema["$defs"]["one-step"]["oneOf"];
  // Each step, each fault, and the fault that a cell names.
  CHECK(steps.size() == step_table().size() + fault_table().size());
}

TEST_CASE("every reference inside the schema leads to a definition", "[language][schema]") {
  const auto schema = json_schema();
  std::size_t seen = 0;
  const auto walk = [&](const auto& self, const nlohmann::json& node) -> void {
    if (node.is_object() && node.contains("$ref") && node["$ref"].is_string()) {
      const std::string target = node["$ref"].get<std::string>().substr(8);
      CAPTURE(target);
      CHECK(schema["$defs"].contains(target));
      ++seen;
    }
    if (!node.is_structured()) return;
    for (const auto& child : node) self(self, child);
  };
  walk(walk, schema);
  CHECK(seen > 50);
}

TEST_CASE("every word can be explained", "[language][explain]") {
  const auto step = explain_word("call");
  REQUIRE(step.size() > 5);
  CHECK(step[0].kind == "step");
  CHECK(std::ranges::any_of(step, [](const auto& one) { return one.name == "call.within"; }));
  const auto metric = explain_word("first-ack");
  REQUIRE(metric.size() == 1);
  CHECK(metric[0].name == "workload.first-ack");
  CHECK(metric[0].source == "language.md 7");
  const auto fault = explain_word("link.loss");
  CHECK(std::ranges::any_of(fault, [](const auto& one) { return one.name == "link.loss.rate"; }));
  const auto topology = explain_word("topology");
  CHECK(std::ranges::any_of(topology, [](const auto& one) {
    return one.name == "disk.queue-depth" && !one.fallback.empty();
  }));
  CHECK(explain_word("no-such-word").empty());
  for (const Explanation& one : reference()) {
    CAPTURE(one.name);
    CHECK(!one.text.empty());
    CHECK(!one.source.empty());
    CHECK(!explain_word(one.name).empty());
  }
}

TEST_CASE("defaults in the table are values of their type", "[language][table]") {
  for (const auto& table : key_tables())
    for (const KeyRow& row : table) {
      CAPTURE(row.section, row.key);
      CHECK(row.meaning.back() != ' ');
      if (row.type == ValueType::Word && !row.fallback.empty()) {
        const auto words = split_words(row.words);
        CHECK(std::ranges::find(words, row.fallback) != words.end());
      }
      CHECK_FALSE((row.required && !row.fallback.empty()));
    }
}

}  // namespace replsim::harness
