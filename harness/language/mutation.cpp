// Mutations over the nodes of a runbook.
#include "harness/language/mutation.h"

#include <algorithm>
#include <set>

namespace replsim::harness {
namespace {

using Names = std::set<std::string, std::less<>>;

void add_births(const Node& step, Names& names) {
  if (!step.is_map()) return;
  const auto note = [&](const Node* node) {
    if (node == nullptr) return;
    if (const auto name = reference_name(*node)) names.emplace(*name);
  };
  note(step.find("as"));
  if (const Node* saves = step.find("save"); saves != nullptr && saves->is_map())
    for (const Entry& entry : saves->entries) note(&entry.value);
  const auto each = [&](const Node* list) {
    if (list == nullptr) return;
    for (const Node& inner : list->items) add_births(inner, names);
  };
  each(step.find("steps"));
  if (const Node* branches = step.find("parallel"))
    for (const Entry& branch : branches->entries) each(&branch.value);
}

/// The first of the names that a tree mentions.
std::string mentioned(const Node& node, const Names& names) {
  const auto in_scalar = [&](const Node& scalar) -> std::string {
    if (!scalar.is_plain() || !scalar.text.starts_with('$')) return {};
    const std::string name = scalar.text.substr(1, scalar.text.find('.') - 1);
    return names.contains(name) ? name : std::string();
  };
  if (node.is_scalar()) return in_scalar(node);
  for (const Node& item : node.items)
    if (auto found = mentioned(item, names); !found.empty()) return found;
  for (const Entry& entry : node.entries) {
    if (auto found = in_scalar(entry.key); !found.empty()) return found;
    if (auto found = mentioned(entry.value, names); !found.empty()) return found;
  }
  return {};
}

void add_named(const Node& list, std::vector<NamedStep>& found) {
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node& step = list.items[i];
    if (!step.is_map()) continue;
    if (const Node* as = step.find("as"))
      if (const auto name = reference_name(*as))
        found.push_back({std::string(*name), &step, &list, i});
    if (const Node* inner = step.find("steps")) add_named(*inner, found);
    if (const Node* branches = step.find("parallel"))
      for (const Entry& branch : branches->entries) add_named(branch.value, found);
  }
}

}  // namespace

std::string rule_of(const Mutation& mutation) {
  switch (mutation.kind) {
    case MutationKind::Skip: return "operator/skip";
    case MutationKind::Repeat:
    case MutationKind::RepeatAll: return "operator/repeat";
    case MutationKind::Swap: return "operator/swap";
    case MutationKind::Target:
      return mutation.side ? "operator/wrong-side" : "operator/wrong-object";
  }
  return {};
}

std::vector<const Node*> in_order(const std::vector<Node>& items,
                                  const std::vector<const Mutation*>& mutations) {
  std::vector<const Node*> order;
  for (const Node& item : items) order.push_back(&item);
  for (const Mutation* mutation : mutations) {
    const auto step = std::ranges::find(order, mutation->step);
    if (step == order.end()) continue;
    switch (mutation->kind) {
      case MutationKind::Skip: order.erase(step); break;
      case MutationKind::Repeat: order.insert(step, mutation->step); break;
      case MutationKind::Swap:
        if (const auto other = std::ranges::find(order, mutation->other); other != order.end())
          std::iter_swap(step, other);
        break;
      case MutationKind::RepeatAll:
      case MutationKind::Target: break;
    }
  }
  return order;
}

std::vector<NamedStep> named_steps(const Node& list) {
  std::vector<NamedStep> found;
  add_named(list, found);
  return found;
}

std::string borrowed_name(const std::vector<const Node*>& bearers, const Node& user) {
  Names names;
  for (const Node* bearer : bearers) add_births(*bearer, names);
  return mentioned(user, names);
}

}  // namespace replsim::harness
