// From rows to JSON Schema.
#include "harness/language/schema.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/language/table.h"

namespace replsim::harness {
namespace {

using nlohmann::json;

std::string definition(std::string_view name) {
  std::string result(name);
  for (char& c : result)
    if (c == ' ') c = '-';
  return result;
}

json reference_to(std::string_view name) {
  return {{"$ref", "#/$defs/" + definition(name)}};
}

json pattern(std::string_view regex) {
  return {{"type", "string"}, {"pattern", std::string(regex)}};
}

json choice(const std::vector<std::string_view>& words) {
  json list = json::array();
  for (const std::string_view word : words) list.push_back(std::string(word));
  return {{"enum", list}};
}

enum class Sign : std::uint8_t { Positive, Either };

/// A number with a unit.
json quantity(std::string_view units, Sign sign = Sign::Positive) {
  std::string regex = sign == Sign::Either ? "^-?" : "^";
  return pattern(regex.append(R"([0-9]+(\.[0-9]+)? *)").append(units).append("$"));
}

/// Clocks alone may be behind, or lose.
Sign sign_of(const KeyRow& row) {
  return row.section.starts_with("clock") ? Sign::Either : Sign::Positive;
}

/// What a value of a type looks like, references aside.
json type_schema(ValueType type, std::string_view words, Sign sign = Sign::Positive) {
  switch (type) {
    case ValueType::Duration: return quantity("(ns|us|ms|s|min|h|d)", sign);
    case ValueType::Size: return quantity("([KMGTP]i)?B");
    case ValueType::Rate: return quantity("(([KMG]i)?B|[kMGT]?bit)?/s");
    case ValueType::ByteRate: return quantity("(([KMG]i)?B|[kMGT]?bit)/s");
    case ValueType::Share: return quantity("%", sign);
    case ValueType::Count:
      return {{"anyOf",
               json::array({{{"type", "integer"}, {"minimum", 0}}, pattern("^0x[0-9A-Fa-f]+$")})}};
    case ValueType::Number: return {{"type", "number"}};
    case ValueType::Truth: return {{"type", "boolean"}};
    case ValueType::Text:
    case ValueType::File: return {{"type", "string"}};
    case ValueType::Name: return pattern(R"(^[A-Za-z][A-Za-z0-9_.-]*$)");
    case ValueType::Word: {
      const auto list = split_words(words);
      return list.empty() ? json{{"type", "string"}} : choice(list);
    }
    case ValueType::SizeRange:
      return pattern(
          R"(^[0-9]+(\.[0-9]+)? ?([KMGTP]i)?B( ?\.\. ?[0-9]+(\.[0-9]+)? ?([KMGTP]i)?B)?$)");
    case ValueType::Entity:
    case ValueType::Subject:
      return pattern(R"(^\$?[A-Za-z][A-Za-z0-9_-]*(/[A-Za-z][A-Za-z0-9_-]*)*(\.[A-Za-z0-9_-]+)*$)");
    case ValueType::Reference:
    case ValueType::Birth: return pattern(R"(^\$[A-Za-z][A-Za-z0-9_-]*$)");
    case ValueType::Latency:
      return {
          {"anyOf", json::array({type_schema(ValueType::Duration, {}), reference_to("latency")})}};
    case ValueType::Value: return json::object();
    case ValueType::Map: return json::object();
    case ValueType::StepList: return {{"type", "array"}, {"items", reference_to("one step")}};
    case ValueType::Expectation: return {{"type", "object"}, {"minProperties", 1}};
  }
  return json::object();
}

json with_reference(json schema) {
  if (schema.empty()) return schema;
  return {{"anyOf", json::array({std::move(schema), reference_to("reference")})}};
}

/// The version of the language, which every kind of file names.
bool is_version(const KeyRow& row) {
  return row.key == "version" && row.type == ValueType::Count;
}

json key_schema(const KeyRow& row) {
  if (is_version(row)) return {{"const", 1}, {"description", std::string(row.meaning)}};
  json schema = type_schema(row.type, row.words, sign_of(row));
  if (row.list && !schema.empty())
    schema = {{"anyOf", json::array({schema, {{"type", "array"}, {"items", schema}}})}};
  const bool top = row.type == ValueType::StepList || row.type == ValueType::Birth;
  if (!top) schema = with_reference(std::move(schema));
  schema["description"] = std::string(row.meaning);
  if (!row.fallback.empty()) schema["default"] = std::string(row.fallback);
  return schema;
}

/// Puts the keys of a section into an object schema.
void add_keys(json& object, std::string_view section) {
  for (const KeyRow* row : keys_of(section)) {
    if (row->status == Status::Later) continue;
    object["properties"][std::string(row->key)] = key_schema(*row);
    if (row->required) object["required"].push_back(std::string(row->key));
  }
}

json section_schema(std::string_view section) {
  json object = {{"type", "object"}, {"additionalProperties", false}};
  object["properties"] = json::object();
  add_keys(object, section);
  return object;
}

json step_schema(const StepRow& row) {
  json object = {{"type", "object"}, {"additionalProperties", false}};
  json main =
      row.kind == "workload" ? choice(words_of(row.kind)) : type_schema(row.main, row.words);
  main = with_reference(std::move(main));
  main["description"] = std::string(row.meaning);
  object["properties"][std::string(row.kind)] = std::move(main);
  object["required"].push_back(std::string(row.kind));
  add_keys(object, "step");
  add_keys(object, row.kind);
  if (row.kind == "repeat") object["properties"]["repeat"] = reference_to("rounds");
  return object;
}

json fault_schema(const FaultRow& row) {
  json object = {{"type", "object"}, {"additionalProperties", false}};
  object["properties"]["fault"] = {{"const", std::string(row.word)},
                                   {"description", std::string(row.meaning)}};
  object["required"].push_back("fault");
  for (const std::string_view section :
       {std::string_view("step"), std::string_view("fault"), row.word})
    add_keys(object, section);
  return object;
}

/// `fault: $effect`: which one it is decides the cell, so it may have the keys of any.
json any_fault_schema() {
  json object = {{"type", "object"}, {"additionalProperties", false}};
  for (const FaultRow& row : fault_table()) add_keys(object, row.word);
  object.erase("required");  // What one of them requires another does not have.
  add_keys(object, "step");
  add_keys(object, "fault");
  object["properties"]["fault"] = reference_to("reference");
  object["required"].push_back("fault");
  return object;
}

json steps_schema() {
  json list = json::array();
  for (const StepRow& row : step_table())
    if (row.kind != "fault") list.push_back(step_schema(row));
  for (const FaultRow& row : fault_table()) list.push_back(fault_schema(row));
  list.push_back(any_fault_schema());
  return {{"oneOf", std::move(list)}};
}

/// Maps of named things: {name: section}.
void name_parts(json& definitions) {
  struct Part {
    std::string_view section, key, of;
  };
  constexpr std::array<Part, 12> parts = {{{"topology", "hosts", "host"},
                                           {"topology", "arrays", "array"},
                                           {"topology", "links", "link"},
                                           {"inline topology", "hosts", "host"},
                                           {"inline topology", "arrays", "array"},
                                           {"inline topology", "links", "link"},
                                           {"array", "disks", "disk"},
                                           {"array", "pools", "pool"},
                                           {"scenario", "runbooks", "runbook"},
                                           {"scenario", "measure", "measure"},
                                           {"library", "runbooks", "runbook"},
                                           {"array", "volumes", "volume"}}};
  for (const Part& part : parts) {
    json of = reference_to(part.of);
    if (part.of == "volume")
      of = {{"anyOf", json::array({with_reference(type_schema(ValueType::Size, {})), of})}};
    json& key = definitions[definition(part.section)]["properties"][std::string(part.key)];
    key["type"] = "object";
    key["additionalProperties"] = std::move(of);
  }
}

}  // namespace

json json_schema() {
  json definitions = json::object();
  definitions["reference"] = pattern(R"(^\$[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$)");
  for (const auto& table : key_tables())
    for (const KeyRow& row : table)
      if (!definitions.contains(definition(row.section)))
        definitions[definition(row.section)] = section_schema(row.section);
  definitions["inline-topology"] = section_schema("inline topology");
  definitions["one-step"] = steps_schema();
  name_parts(definitions);
  json& topology = definitions["scenario"]["properties"]["topology"];
  topology["anyOf"].push_back(reference_to("topology use"));
  topology["anyOf"].push_back(reference_to("inline topology"));
  json files = json::array();
  for (const std::string_view kind : {"scenario", "library", "topology", "profile"})
    files.push_back(reference_to(kind));
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "replsim: scenario, topology, profile and library files, version 1"},
          {"oneOf", std::move(files)},
          {"$defs", std::move(definitions)}};
}

}  // namespace replsim::harness
