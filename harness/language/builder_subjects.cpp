// References and paths with their parts.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/language/builder.h"

namespace replsim::harness {
namespace {

std::vector<std::string> split_parts(std::string_view text) {
  std::vector<std::string> result;
  while (true) {
    const std::size_t dot = text.find('.');
    result.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return result;
    text.remove_prefix(dot + 1);
  }
}

/// What an object of a CIM class is to the language. Classes above the elements of a store
/// stand for volumes: that is what replication pairs.
Owner owner_of(std::string_view class_name) {
  const auto is = [&](std::string_view base) { return cim::is_a(class_name, base); };
  if (is("CIM_Synchronized")) return Owner::Relation;
  if (is("CIM_Job")) return Owner::Job;
  if (is("CIM_ReplicationGroup")) return Owner::Group;
  if (is("CIM_ResourcePool")) return Owner::Pool;
  if (is("CIM_ComputerSystem")) return Owner::Array;
  if (is("CIM_StorageExtent") || class_name == "CIM_ManagedElement" ||
      class_name == "CIM_LogicalElement")
    return Owner::Volume;
  return Owner::Instance;
}

std::string_view class_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::Pool: return "CIM_StoragePool";
    case EntityKind::Volume: return "CIM_StorageVolume";
    case EntityKind::Array: return "CIM_ComputerSystem";
    case EntityKind::Site:
    case EntityKind::Host:
    case EntityKind::Disk:
    case EntityKind::Link: return {};
  }
  return {};
}

Owner owner_of(EntityKind kind) {
  switch (kind) {
    case EntityKind::Site: return Owner::Site;
    case EntityKind::Host: return Owner::Host;
    case EntityKind::Array: return Owner::Array;
    case EntityKind::Disk: return Owner::Disk;
    case EntityKind::Pool: return Owner::Pool;
    case EntityKind::Volume: return Owner::Volume;
    case EntityKind::Link: return Owner::Link;
  }
  return Owner::Value;
}

/// The property of a class or of one that derives from it.
const cim::PropertyInfo* find_property(std::string_view class_name, std::string_view property) {
  const cim::ClassInfo* own = cim::find_class(class_name);
  if (own == nullptr) return nullptr;
  if (const auto* found = own->find_property(property)) return found;
  for (const auto& other : cim::classes())
    if (cim::is_a(other.name, class_name))
      if (const auto* found = other.find_property(property)) return found;
  return nullptr;
}

bool is_digits(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == word.npos;
}

bool is_list_word(std::string_view word) {
  static constexpr std::array<std::string_view, 4> words = {"last", "count", "all", "any"};
  return is_digits(word) || std::ranges::find(words, word) != words.end();
}

bool is_capital(std::string_view word) {
  return !word.empty() && word.front() >= 'A' && word.front() <= 'Z';
}

}  // namespace

bool is_many(const Subject& subject) {
  return !subject.parts.empty() && (subject.parts.front().kind == PartKind::All ||
                                    subject.parts.front().kind == PartKind::Any);
}

Typed reference_type(std::string_view class_name) {
  Typed type;
  type.owner = owner_of(class_name);
  type.class_name = class_name;
  return type;
}

std::optional<TypedSubject> Builder::subject(Cursor at) {
  at = follow(context_, at);
  if (!at) return std::nullopt;
  if (!at.node->is_scalar() || at.node->quoted) {
    report_type(context_, *at.node, describe(ValueType::Subject));
    return std::nullopt;
  }
  return subject_text(at.node->text, *at.node, *at.scope);
}

std::optional<TypedSubject> Builder::subject_text(const std::string& text, const Node& node,
                                                  Scope& scope) {
  const Level level(*this, node.location);
  if (!level) return std::nullopt;
  std::vector<std::string> words = split_parts(text);
  TypedSubject result;
  result.subject.text = text;
  result.subject.location = node.location;
  std::string base = words.front();
  words.erase(words.begin());
  if (base.starts_with('$')) {
    const std::string_view name = std::string_view(base).substr(1);
    const auto found = scope.names.find(name);
    if (found != scope.names.end() && found->second.value) {
      context_.usage.use(found->second.birth);
      // A param whose value is a path: its parts go on here.
      auto inner = subject(found->second.value);
      if (!inner || !parts(*inner, words, node.location)) return std::nullopt;
      inner->subject.location = node.location;
      for (const auto& word : words) inner->subject.text += "." + word;
      return inner;
    }
    const auto slot = find_slot(scope, name, node.location);
    if (!slot) return std::nullopt;
    result.subject.base = *slot;
    result.type = places_[*slot].type;
    result.type.list = run_.slots[*slot].list;
    const bool says_which = !words.empty() && is_list_word(words.front());
    if (result.type.list && inside_repeat_of(places_[*slot]) && !says_which) {
      result.subject.parts.push_back({.kind = PartKind::Last, .name = "last"});
      result.type.list = false;
    }
    if (!parts(result, words, node.location)) return std::nullopt;
    return result;
  }
  const auto kind = entities_.find(base);
  if (!kind) {
    context_.report.add("unknown-name", node.location,
                        fmt::format("the topology has nothing called `{}`", base),
                        did_you_mean(base, entities_.paths({})));
    return std::nullopt;
  }
  result.subject.base = Subject::Entity{*kind, base};
  result.type.owner = owner_of(*kind);
  result.type.class_name = class_of(*kind);
  if (!parts(result, words, node.location)) return std::nullopt;
  return result;
}

bool Builder::parts(TypedSubject& result, const std::vector<std::string>& words,
                    const Location& at) {
  return std::ranges::all_of(words, [&](const auto& word) { return part(result, word, at); });
}

bool Builder::list_part(TypedSubject& result, const std::string& word, const Location& at) {
  Typed& type = result.type;
  const auto refuse = [&](std::string_view code, std::string text, std::string hint = {}) {
    context_.report.add(code, at, std::move(text), std::move(hint));
    return false;
  };
  if (!type.list)
    return refuse("list-name",
                  fmt::format("`{}` is no list, `.{}` needs one", result.subject.text, word));
  if (!is_list_word(word))
    return refuse("list-name", fmt::format("`{}` is a list; say which of it", result.subject.text),
                  ".1, .last, .count, .all or .any before the property");
  Part part{.kind = PartKind::Index, .name = word};
  if (is_digits(word)) {
    const auto parsed = std::from_chars(word.data(), word.data() + word.size(), part.index);
    if (parsed.ec != std::errc() || part.index == 0)
      return refuse("out-of-range", "a list counts from 1");
  } else {
    part.kind = word == "last"    ? PartKind::Last
                : word == "count" ? PartKind::Count
                : word == "all"   ? PartKind::All
                                  : PartKind::Any;
  }
  type.list = false;
  type.count = part.kind == PartKind::Count;
  result.subject.parts.push_back(std::move(part));
  return true;
}

bool Builder::part(TypedSubject& result, const std::string& word, const Location& at) {
  Typed& type = result.type;
  auto& out = result.subject.parts;
  const auto refuse = [&](std::string_view code, std::string text, std::string hint = {}) {
    context_.report.add(code, at, std::move(text), std::move(hint));
    return false;
  };
  if (type.count)
    return refuse("unknown-name", fmt::format("nothing comes after `.count`, not `.{}`", word));
  if (type.list || is_list_word(word)) return list_part(result, word, at);
  if (is_capital(word)) return property(result, word, at);
  if (type.metric != nullptr) {
    const WordRow* row = find_word("statistic", word);
    if (row == nullptr || (!out.empty() && out.back().kind == PartKind::Statistic))
      return refuse("unknown-name", fmt::format("there is no statistic `.{}`", word),
                    word_hint(word, words_of("statistic")));
    if (!type.metric->gauge)
      return refuse("unknown-name",
                    fmt::format("`.{}` is no gauge; it has no statistics", type.metric->word));
    out.push_back({.kind = PartKind::Statistic,
                   .name = word,
                   .statistic = static_cast<Statistic>(row->number)});
    return true;
  }
  const MetricRow* row = find_metric(type.owner, word);
  if (row == nullptr) {
    std::vector<std::string_view> known;
    for (const MetricRow& one : metric_table())
      if (one.owner == type.owner) known.push_back(one.word);
    return refuse("unknown-name",
                  fmt::format("a {} has no metric `.{}`", harness::word(type.owner), word),
                  word_hint(word, known));
  }
  if (row->status == Status::Later) {
    report_later(context_, at, fmt::format("the metric `.{}`", word));
    return false;
  }
  type.metric = row;
  type.property = nullptr;
  out.push_back({.kind = PartKind::Metric, .name = word, .metric = row->metric});
  return true;
}

bool Builder::property(TypedSubject& result, const std::string& word, const Location& at) {
  Typed& type = result.type;
  if (type.owner == Owner::Array) {
    context_.report.add("unknown-name", at,
                        fmt::format("an array shows no CIM property, not `{}`", word),
                        "list CIM_ComputerSystem, or read what stands in the array");
    return false;
  }
  const auto* info = type.metric == nullptr ? find_property(type.class_name, word) : nullptr;
  if (info == nullptr) {
    std::vector<std::string_view> known;
    if (const auto* owner = cim::find_class(type.class_name))
      for (const auto& one : owner->properties) known.push_back(one.name);
    context_.report.add(
        "unknown-name", at,
        type.class_name.empty()
            ? fmt::format("a {} has no CIM property `{}`", harness::word(type.owner), word)
            : fmt::format("{} has no property `{}`", type.class_name, word),
        type.metric == nullptr ? word_hint(word, known) : std::string());
    return false;
  }
  result.subject.parts.push_back({.kind = PartKind::Property, .name = word});
  type.property = info;
  type.holder = type.owner;
  type.owner = Owner::Value;
  type.class_name = info->class_name;
  if (info->type == cim::Type::Reference) type.owner = owner_of(info->class_name);
  return true;
}

std::optional<TypedSubject> Builder::entity(Cursor at, const std::vector<EntityKind>& kinds) {
  auto found = subject(at);
  if (!found) return std::nullopt;
  const Typed& type = found->type;
  const bool fits =
      type.metric == nullptr && !type.list && !type.count &&
      std::ranges::any_of(kinds, [&](EntityKind kind) { return owner_of(kind) == type.owner; });
  if (fits) return found;
  // A site may have the name of what stands in it.
  if (auto* named = std::get_if<Subject::Entity>(&found->subject.base);
      named != nullptr && found->subject.parts.empty() && kinds == std::vector{EntityKind::Site} &&
      std::ranges::find(entities_.topology().sites, named->path) !=
          entities_.topology().sites.end()) {
    named->kind = EntityKind::Site;
    return found;
  }
  std::string wanted;
  for (const EntityKind kind : kinds)
    wanted += fmt::format("{}{}", wanted.empty() ? "" : " or ", harness::word(kind));
  context_.report.add(
      type.list ? "list-name" : "wrong-kind", found->subject.location,
      fmt::format("`{}` is {} where a {} belongs", found->subject.text,
                  type.list ? "a list" : fmt::format("a {}", harness::word(type.owner)), wanted));
  return std::nullopt;
}

std::optional<std::string> Builder::entity_name(Cursor at, EntityKind kind) {
  const auto found = entity(at, {kind});
  if (!found) return std::nullopt;
  const auto* base = std::get_if<Subject::Entity>(&found->subject.base);
  if (base != nullptr && found->subject.parts.empty()) return base->path;
  context_.report.add("wrong-kind", found->subject.location,
                      fmt::format("a {} of the topology belongs here", harness::word(kind)));
  return std::nullopt;
}

}  // namespace replsim::harness
