// Births and look-up of the names that steps make.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/builder.h"

namespace replsim::harness {

Builder::Builder(Context& context, Run& run, const Library& library, const Entities& entities)
    : context_(context), run_(run), library_(library), entities_(entities) {}

bool Builder::spend(const Location& at) {
  constexpr std::uint64_t built_max = 200'000;
  if (++built_ <= built_max) return true;
  if (built_ == built_max + 1)
    context_.report.add("too-many-nodes", at, "more than 200,000 steps and values in a run");
  return false;
}

Builder::Level::Level(Builder& builder, const Location& at) : builder_(builder) {
  constexpr int levels_max = 64;
  fine_ = builder_.spend(at);
  if (++builder_.level_ <= levels_max) return;
  builder_.context_.report.add("too-deep", at, "values lead through more than 64 names");
  fine_ = false;
}

std::optional<SlotId> Builder::birth(Cursor name, SlotKind kind, Typed type, bool window) {
  const auto word = reference_name(*name.node);
  if (!word || *word == "seed") {
    context_.report.add("wrong-type", name.node->location,
                        fmt::format("`{}` is no new name", flow_text(*name.node)),
                        "names carry a $: $mirror; $seed is built in");
    return std::nullopt;
  }
  std::vector<const void*> key = uses_;
  key.push_back(name.node);
  const auto again = births_.find(key);  // a later round of `repeat: {over: ...}`
  if (again != births_.end()) {
    name.scope->names[std::string(*word)] = {{}, again->second, name.node};
    return again->second;
  }
  const auto known = name.scope->names.find(*word);
  if (known != name.scope->names.end()) {
    context_.report.add(
        "name-twice", name.node->location, fmt::format("`${}` is born twice", *word),
        known->second.birth == nullptr ? std::string()
                                       : "first at " + known->second.birth->location.text());
    return std::nullopt;
  }
  const auto id = static_cast<SlotId>(run_.slots.size());
  Slot slot;
  slot.name = name.scope->prefix + std::string(*word);
  slot.kind = kind;
  slot.list = !repeats_.empty() || type.list;
  slot.class_name = type.class_name;
  slot.birth = name.node->location;
  run_.slots.push_back(std::move(slot));
  places_.push_back({repeats_, branches_, std::move(type), window});
  births_.emplace(std::move(key), id);
  name.scope->names[std::string(*word)] = {{}, id, name.node};
  return id;
}

bool Builder::visible(const Birthplace& place) const {
  return std::ranges::all_of(place.branches, [this](const auto& born) {
    return std::ranges::none_of(branches_, [&](const auto& here) {
      return here.first == born.first && here.second != born.second;
    });
  });
}

bool Builder::inside_repeat_of(const Birthplace& place) const {
  if (place.repeats.empty()) return false;
  return std::ranges::find(repeats_, place.repeats.back()) != repeats_.end();
}

std::optional<SlotId> Builder::find_slot(Scope& scope, std::string_view name, const Location& at) {
  const auto found = scope.names.find(name);
  if (found == scope.names.end() || !found->second.slot) {
    report_unbound(context_, scope, name, at);
    return std::nullopt;
  }
  context_.usage.use(found->second.birth);
  const SlotId slot = *found->second.slot;
  if (visible(places_[slot])) return slot;
  context_.report.add("before-birth", at, fmt::format("`${}` is born in another branch", name),
                      "it can be used when the parallel step has ended");
  return std::nullopt;
}

/// Notes the names that steps bear, so that a use before birth is told from a slip.
void Builder::collect_later(Cursor list, Scope& scope) const {
  if (!list || !list.node->is_list()) return;
  const auto note = [&](const Node* node) {
    if (node == nullptr) return;
    if (const auto name = reference_name(*node)) scope.later.insert(std::string(*name));
  };
  for (const Node& item : list.node->items) {
    if (!item.is_map()) continue;
    note(item.find("as"));
    if (const Node* saves = item.find("save"); saves != nullptr && saves->is_map())
      for (const Entry& entry : saves->entries) note(&entry.value);
    if (const Node* inner = item.find("steps")) collect_later({inner, list.scope}, scope);
    if (const Node* branches = item.find("parallel"); branches != nullptr && branches->is_map())
      for (const Entry& entry : branches->entries) collect_later({&entry.value, list.scope}, scope);
  }
}

}  // namespace replsim::harness
