// Capability profiles: names become the numbers of the schema.
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "harness/language/fields.h"
#include "harness/language/topology_loader.h"
#include "model/cim/profile_defaults.h"
#include "model/cim/schema.h"

namespace replsim::harness {
namespace {

/// Values of an enumeration by name or number; `all` takes the whole table.
std::set<std::uint16_t> read_set(Context& context, Cursor at, std::string_view enumeration,
                                 cim::SchemaVersion schema) {
  std::set<std::uint16_t> result;
  const cim::Enumeration* scale = cim::find_enumeration(enumeration);
  for (Cursor one : elements(context, at)) {
    const Node* node = read_scalar(context, one, "a name or number of the schema");
    if (node == nullptr || scale == nullptr) continue;
    if (node->text == "all" && at.node->is_scalar()) {
      for (const auto& value : scale->values)
        if (value.since <= schema) result.insert(static_cast<std::uint16_t>(value.value));
      continue;
    }
    const auto number = parse_unsigned(node->text);
    const cim::EnumValue* found = number ? (*number <= std::numeric_limits<std::uint16_t>::max()
                                                ? scale->find(static_cast<std::uint32_t>(*number))
                                                : nullptr)
                                         : scale->find(node->text);
    if (found != nullptr && found->since <= schema) {
      result.insert(static_cast<std::uint16_t>(found->value));
      continue;
    }
    std::vector<std::string_view> words;
    for (const auto& value : scale->values) words.push_back(value.name);
    context.report.add("unknown-name", node->location,
                       found != nullptr
                           ? fmt::format("`{}` is not in this schema version", node->text)
                           : fmt::format("`{}` is no value of {}", node->text, scale->name),
                       found != nullptr ? std::string() : word_hint(node->text, words));
  }
  return result;
}

std::set<std::string> read_methods(Context& context, Cursor at) {
  std::set<std::string> result;
  const auto words = cim::method_names();
  for (const Cursor one : elements(context, at)) {
    const auto name = read_name(context, one);
    if (!name) continue;
    if (*name == "all")
      result.insert(words.begin(), words.end());
    else if (std::ranges::find(words, *name) != words.end())
      result.insert(*name);
    else
      context.report.add("unknown-name", one.node->location,
                         fmt::format("the schema has no method {}", *name),
                         word_hint(*name, words));
  }
  return result;
}

void read_schema(Context& context, Fields& fields, cim::Profile& profile) {
  Cursor at = fields.get("schema");
  if (!at) return;
  const Node* node = read_scalar(context, at, "a schema version");
  if (node == nullptr) return;
  if (node->text == "2.28")
    profile.schema = cim::SchemaVersion::V2_28;
  else if (node->text == "2.41")
    profile.schema = cim::SchemaVersion::V2_41;
  else if (node->text == "2.49")
    profile.schema = cim::SchemaVersion::V2_49;
  else
    context.report.add("unknown-name", node->location,
                       fmt::format("`{}` is no schema version", node->text), "2.28, 2.41 or 2.49");
}

void read_vendor_codes(Context& context, Cursor at, cim::Profile& profile) {
  at = follow(context, at);
  if (!at) return;
  if (!at.node->is_map()) return report_type(context, *at.node, "a map {code: name}");
  for (const Entry& entry : at.node->entries) {
    const auto code = parse_unsigned(entry.key.text);
    const auto name = read_text(context, {&entry.value, at.scope});
    if (!code || *code > std::numeric_limits<std::uint32_t>::max())
      context.report.add("wrong-type", entry.key.location,
                         fmt::format("`{}` is no return code", entry.key.text));
    else if (name)
      profile.vendor_codes[static_cast<std::uint32_t>(*code)] = *name;
  }
}

cim::Profile read_tree(Context& context, const LoadedFile& file, int depth);

cim::Profile open(Context& context, Cursor at, const LoadedFile& from, int depth) {
  const Node* node = read_scalar(context, at, "a profile");
  if (node == nullptr) return cim::default_profile();
  if (depth > 8) {
    context.report.add("include-cycle", node->location, "profiles are based on each other");
    return cim::default_profile();
  }
  const LoadedFile* file = nullptr;
  const bool bare = is_name(node->text);
  const bool shipped = bare && node->text == context.options.default_profile;
  if (shipped && context.options.profile_folder.empty()) return cim::default_profile();
  if (bare && context.options.profile_folder.empty())
    context.report.add("unreadable-file", node->location,
                       fmt::format("no profile {} ships", node->text));
  else if (bare)
    file = context.documents.open_profile(node->text, node->location, context.report);
  else
    file = context.documents.open(node->text, from, node->location, context.report);
  return file == nullptr ? cim::default_profile() : read_tree(context, *file, depth + 1);
}

cim::Profile read_tree(Context& context, const LoadedFile& file, int depth) {
  Scope scope;
  Fields fields(context, {&file.document->root, &scope}, {"profile"});
  cim::Profile profile;
  if (!fields.valid()) return profile;
  if (fields.has("based-on")) profile = open(context, fields.get("based-on"), file, depth);
  if (fields.count("version").value_or(1) != 1)
    context.report.add("unsupported-version", fields.get("version").node->location,
                       "this is not version 1 of the language", "version: 1");
  profile.name = fields.name("profile").value_or("");
  read_schema(context, fields, profile);
  const auto set = [&](std::string_view key, std::string_view scale, auto& values) {
    if (fields.has(key)) values = read_set(context, fields.get(key), scale, profile.schema);
  };
  set("sync-types", "SyncType", profile.sync_types);
  set("modes", "Mode", profile.modes);
  set("replication-types", "ReplicationType", profile.replication_types);
  set("operations", "Operation", profile.operations);
  set("features", "Feature", profile.features);
  set("wait-for-copy-state", "CopyState", profile.wait_for_copy_state);
  if (fields.has("methods")) profile.methods = read_methods(context, fields.get("methods"));
  if (const auto jobs = fields.word("jobs"))
    profile.jobs = *jobs == "always"  ? cim::JobPolicy::Always
                   : *jobs == "never" ? cim::JobPolicy::Never
                                      : cim::JobPolicy::AsNeeded;
  if (const auto after = fields.span("job-after")) profile.job_after_ns = sim::ns(*after);
  if (const auto limit = fields.span("call-limit", true)) profile.call_limit_ns = sim::ns(*limit);
  if (fields.has("extra-parameters")) profile.extra_parameters = fields.texts("extra-parameters");
  read_vendor_codes(context, fields.raw("vendor-codes"), profile);
  read_knobs(context, fields.raw("knobs"), profile.knobs);
  return profile;
}

}  // namespace

void read_knobs(Context& context, Cursor at, std::map<std::string, std::string>& knobs) {
  at = follow(context, at);
  if (!at) return;
  if (!at.node->is_map()) return report_type(context, *at.node, "a map {knob: value}");
  std::vector<std::string_view> words;
  for (const auto& knob : cim::knobs()) words.push_back(knob.name);
  for (const Entry& entry : at.node->entries) {
    const cim::Knob* knob = cim::find_knob(entry.key.text);
    if (knob == nullptr) {
      context.report.add("unknown-name", entry.key.location,
                         fmt::format("there is no knob `{}`", entry.key.text),
                         word_hint(entry.key.text, words));
      continue;
    }
    Cursor value{&entry.value, at.scope};
    const Node* node = read_scalar(context, value, "a value of the knob");
    if (node == nullptr) continue;
    if (!knob->choices.empty()) {
      const std::vector<std::string_view> choices(knob->choices.begin(), knob->choices.end());
      if (const auto word = read_word(context, value, choices)) knobs[entry.key.text] = *word;
      continue;
    }
    const bool fine = knob->type == cim::KnobType::Duration
                          ? read_duration(context, value).has_value()
                          : read_count(context, value).has_value();
    if (fine) knobs[entry.key.text] = node->text;
  }
}

cim::Profile load_profile(Context& context, Cursor at, const LoadedFile& from) {
  at = follow(context, at);
  if (at) return open(context, at, from, 0);
  if (context.options.profile_folder.empty()) return cim::default_profile();
  const LoadedFile* file = context.documents.open_profile(
      context.options.default_profile, from.document->root.location, context.report);
  return file == nullptr ? cim::default_profile() : read_tree(context, *file, 0);
}

cim::Profile read_profile(Context& context, const LoadedFile& file) {
  return read_tree(context, file, 0);
}

}  // namespace replsim::harness
