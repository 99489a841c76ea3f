// Lists of steps, and the steps that hold others: `parallel`, `repeat`, `use`.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/builder.h"
#include "harness/language/topology_loader.h"

namespace replsim::harness {
namespace {

struct Result {
  SlotKind kind;
  Owner owner;
};

/// What `as` of a kind of step names.
Result result_of(std::string_view kind) {
  if (kind == "call") return {SlotKind::Call, Owner::Call};
  if (kind == "write") return {SlotKind::Write, Owner::Write};
  if (kind == "read") return {SlotKind::Read, Owner::Read};
  if (kind == "workload") return {SlotKind::Workload, Owner::Workload};
  if (kind == "fault") return {SlotKind::Fault, Owner::Fault};
  return {SlotKind::Window, Owner::Window};
}

constexpr std::uint64_t rounds_max = 1'000'000;
constexpr std::size_t runbook_depth_max = 16;

}  // namespace

Steps Builder::steps(Cursor list) {
  if (!list) return {};
  // Names stand for values: what steps bear would be born where the name stands, and again.
  if (reference_name(*list.node)) {
    context_.report.add("wrong-type", list.node->location,
                        fmt::format("`{}` where a list of steps belongs", list.node->text),
                        "steps that are used again are a runbook");
    return {};
  }
  if (!list.node->is_list()) {
    report_type(context_, *list.node, describe(ValueType::StepList));
    return {};
  }
  if (list.node->items.empty())
    context_.report.add("missing-value", list.node->location, "a list without a step");
  if (list.scope->later.empty()) collect_later(list, *list.scope);
  Steps result;
  for (const Node* item : in_order(list.node->items, mutations_))
    if (auto one = step({item, list.scope}))
      result.push_back(std::move(*one));
    else if (!context_.report.has_errors())  // never a step less without a word
      context_.report.add("step-kind", item->location, "this step cannot be understood");
  return result;
}

std::optional<Step> Builder::step(Cursor at) {
  const Node& node = *at.node;
  if (!spend(node.location)) return std::nullopt;
  if (!node.is_map()) {
    report_type(context_, node, "a step (a map with one kind)");
    return std::nullopt;
  }
  // `save` is a kind of its own and a modifier of `call` and `use`.
  std::vector<std::string_view> kinds;
  for (const Entry& entry : node.entries)
    if (find_step(entry.key.text) != nullptr) kinds.push_back(find_step(entry.key.text)->kind);
  if (kinds.size() > 1) {
    const auto modifies = [&](std::string_view kind) {
      return std::ranges::any_of(kinds, [&](std::string_view other) {
        return other != kind && find_key(other, kind) != nullptr;
      });
    };
    std::erase_if(kinds, modifies);
  }
  if (kinds.size() != 1) {
    std::vector<std::string_view> words;
    for (const StepRow& row : step_table()) words.push_back(row.kind);
    const std::string first = node.entries.empty() ? "" : node.entries.front().key.text;
    context_.report.add("step-kind", node.location,
                        kinds.empty()
                            ? "a step without a kind"
                            : fmt::format("a step of two kinds, {} and {}", kinds[0], kinds[1]),
                        kinds.empty() ? word_hint(first, words) : std::string());
    return std::nullopt;
  }
  const std::string_view kind = kinds.front();
  auto made = body(kind, at);
  if (made)
    for (const Mutation* mutation : mutations_)
      if (mutation->step == &node && mutation->target) retarget(*made, *mutation);
  Step result;
  result.location = node.location;
  result.last_line = node.last_line;
  if (const Node* note = node.find("note"))
    result.note = read_text(context_, {note, at.scope}).value_or("");
  if (const Node* as = node.find("as")) {
    const Result what = result_of(kind);
    Typed type;
    type.owner = what.owner;
    if (made)
      if (const auto* call = std::get_if<CallStep>(&*made)) type.method = call->info;
    SlotKind slot = what.kind;
    const auto* list = made ? std::get_if<ListStep>(&*made) : nullptr;
    if (list != nullptr) {
      type = reference_type(list->class_name);
      type.list = true;
      slot = SlotKind::Reference;
    }
    result.as = birth({as, at.scope}, slot, type, true);
  }
  if (!made) return std::nullopt;
  result.body = std::move(*made);
  return result;
}

std::optional<Builder::Body> Builder::body(std::string_view kind, Cursor at) {
  if (kind == "call") return call(at);
  if (kind == "write") return io(IoStep::Kind::Write, kind, at);
  if (kind == "read") return io(IoStep::Kind::Read, kind, at);
  if (kind == "flush") return io(IoStep::Kind::Flush, kind, at);
  if (kind == "list") return list_step(at);
  if (kind == "expect") return expect(at);
  if (kind == "save") return save(at);
  if (kind == "wait") return wait(at);
  if (kind == "workload") return workload(at);
  if (kind == "fault") return fault(at);
  if (kind == "stop") return stop(at);
  if (kind == "set") return set(at);
  if (kind == "power") return power(at);
  if (kind == "parallel") return parallel(at);
  if (kind == "repeat") return repeat(at);
  return use(at);
}

std::optional<Builder::Body> Builder::parallel(Cursor at) {
  Fields fields(context_, at, {"step"}, {"parallel"});
  const Cursor map = fields.get("parallel");
  if (!map) return std::nullopt;
  if (!map.node->is_map() || map.node->entries.empty()) {
    report_type(context_, *map.node, "a map {branch: [steps]}");
    return std::nullopt;
  }
  const int block = next_block_++;
  int branch = 0;
  ParallelStep step;
  for (const Entry& entry : map.node->entries) {
    if (!is_name(entry.key.text))
      context_.report.add("wrong-type", entry.key.location,
                          fmt::format("`{}` is no name", entry.key.text));
    branches_.emplace_back(block, branch++);
    step.branches.push_back({entry.key.text, steps({&entry.value, map.scope})});
    branches_.pop_back();
  }
  return step;
}

std::optional<Builder::Body> Builder::repeat(Cursor at) {
  Fields fields(context_, at, {"step", "repeat"}, {"repeat"});
  Fields rounds(context_, fields.raw("repeat"), {"rounds"});
  if (!rounds.valid()) return std::nullopt;
  RepeatStep step;
  step.every = rounds.span("every");
  if (rounds.has("times") == rounds.has("over")) {
    context_.report.add(rounds.has("times") ? "conflicting-keys" : "missing-key", rounds.location(),
                        "a repeat has either `times` or `over`");
    return std::nullopt;
  }
  if (rounds.has("over")) return repeat_over(rounds.get("over"), fields.raw("steps"), step);
  const auto times = rounds.count("times", 1, rounds_max);
  repeats_.push_back(next_block_++);
  step.bodies.push_back(steps(fields.raw("steps")));
  repeats_.pop_back();
  if (!times) return std::nullopt;
  step.rounds = *times;
  return step;
}

std::optional<Builder::Body> Builder::repeat_over(Cursor over, Cursor list, RepeatStep step) {
  const auto name = over && over.node->is_map() && over.node->entries.size() == 1
                        ? reference_name(over.node->entries.front().key)
                        : std::nullopt;
  if (!name) {
    report_type(context_, *over.node, "{$x: [values]}");
    return std::nullopt;
  }
  const Entry& entry = over.node->entries.front();
  if (list && list.scope->names.contains(*name)) {
    context_.report.add("name-twice", entry.key.location,
                        fmt::format("`${}` is born twice", *name));
    return std::nullopt;
  }
  if (!check_order(context_, {{&entry.key, &entry.value}}).empty()) return std::nullopt;
  const Cursor values = follow(context_, {&entry.value, over.scope});
  if (!values.node->is_list() || values.node->items.empty()) {
    report_type(context_, *values.node, "a list of values, not empty");
    return std::nullopt;
  }
  context_.usage.declare(entry.key, "name");
  repeats_.push_back(next_block_++);
  for (const Node& value : values.node->items) {
    Binding binding;
    binding.value = follow(context_, {&value, values.scope});
    binding.birth = &entry.key;
    if (const auto inner = reference_name(*binding.value.node)) {
      binding.slot = find_slot(*binding.value.scope, *inner, value.location);
      binding.value = {};
    }
    list.scope->names[std::string(*name)] = binding;
    if (!spend(value.location)) break;
    step.bodies.push_back(steps(list));
  }
  repeats_.pop_back();
  list.scope->names.erase(std::string(*name));
  step.rounds = step.bodies.size();
  return step;
}

std::optional<Builder::Body> Builder::use(Cursor at) {
  Fields fields(context_, at, {"step", "use"}, {"use"});
  const auto name = fields.name("use");
  if (!name) return std::nullopt;
  const Cursor at_name = fields.get("use");
  const auto found = library_.find(*name);
  if (found == library_.end()) {
    std::vector<std::string_view> words;
    for (const auto& [known, runbook] : library_) words.push_back(known);
    context_.report.add("unknown-name", at_name.node->location,
                        fmt::format("there is no runbook `{}`", *name), word_hint(*name, words));
    return std::nullopt;
  }
  if (std::ranges::find(runbooks_, *name) != runbooks_.end() ||
      runbooks_.size() >= runbook_depth_max) {
    context_.report.add("runbook-recursion", at_name.node->location,
                        fmt::format("the runbook {} uses itself, or uses nest deeper than {}",
                                    *name, runbook_depth_max));
    return std::nullopt;
  }
  const Runbook& runbook = found->second;
  // Scopes stay for the whole build: bindings of inner scopes point to outer ones.
  Scope& inner = *scopes_.emplace_back(std::make_unique<Scope>());
  inner.prefix = fmt::format("{}{}/", at.scope->prefix, *name);
  Fields body(context_, {runbook.body, &inner}, {"runbook"});
  if (!body.valid()) return std::nullopt;
  bind_params(context_, body.raw("params"), fields.raw("with"), inner, fields.location());
  const auto seed = at.scope->names.find("seed");
  if (seed != at.scope->names.end()) inner.names.insert(*seed);  // built in
  check_params(body.raw("params"), inner, fields.location());
  for (const auto& [param, binding] : inner.names)
    if (binding.birth != nullptr) context_.usage.declare(*binding.birth, "param");
  const auto mistake = mutation(fields, runbook);
  uses_.push_back(at.node);
  runbooks_.push_back(*name);
  UseStep step;
  step.runbook = *name;
  if (mistake) step.mistake = rule_of(*mistake);
  step.body.push_back(runbook_steps(body, mistake));
  runbooks_.pop_back();
  uses_.pop_back();
  use_saves(fields, runbook, inner, *at.scope);
  return step;
}

Steps Builder::runbook_steps(Fields& body, const std::optional<Mutation>& mutation) {
  if (!mutation) return steps(body.raw("steps"));
  mutations_.push_back(&*mutation);
  Steps result = steps(body.raw("steps"));
  if (mutation->kind == MutationKind::RepeatAll)
    for (Step& again : steps(body.raw("steps"))) result.push_back(std::move(again));
  mutations_.pop_back();
  return result;
}

void Builder::use_saves(Fields& fields, const Runbook& runbook, Scope& inner, Scope& outer) {
  std::vector<std::string_view> given;
  const Node* gives = runbook.body->find("gives");
  for (const Cursor one : elements(context_, {gives, nullptr})) {
    const auto name = reference_name(*one.node);
    if (!name) {
      report_type(context_, *one.node, describe(ValueType::Birth));
      continue;
    }
    given.push_back(one.node->text);
    const auto born = inner.names.find(*name);
    if (born == inner.names.end() || !born->second.slot)
      context_.report.add("unknown-name", one.node->location,
                          fmt::format("no step of the runbook bears `{}`", one.node->text));
    else
      context_.usage.use(born->second.birth);
  }
  const Cursor save = fields.get("save");
  if (!save) return;
  if (!save.node->is_map()) return report_type(context_, *save.node, "a map {$given: $name}");
  for (const Entry& entry : save.node->entries) {
    if (std::ranges::find(given, entry.key.text) == given.end()) {
      context_.report.add("unknown-name", entry.key.location,
                          fmt::format("the runbook does not give `{}`", entry.key.text),
                          word_hint(entry.key.text, given));
      continue;
    }
    const auto born = inner.names.find(entry.key.text.substr(1));
    const auto name = reference_name(entry.value);
    if (born == inner.names.end() || !born->second.slot) continue;
    if (!name) {
      report_type(context_, entry.value, describe(ValueType::Birth));
      continue;
    }
    const auto known = outer.names.find(*name);
    if (known != outer.names.end() && known->second.birth != &entry.value) {
      context_.report.add("name-twice", entry.value.location,
                          fmt::format("`${}` is born twice", *name));
      continue;
    }
    const SlotId slot = *born->second.slot;
    run_.slots[slot].name = outer.prefix + std::string(*name);
    outer.names[std::string(*name)] = {{}, slot, &entry.value};
    context_.usage.declare(entry.value, "saved name");
  }
}

}  // namespace replsim::harness
