// `mutate` of `use`: reading it, and giving a step of the runbook another target. In `mutate`, and
// in the columns that it uses, names are the runbook's steps.
// Source: language.md section 5.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/builder.h"

namespace replsim::harness {
namespace {

const Subject::Entity& entity_of(const TypedSubject& target) {
  return std::get<Subject::Entity>(target.subject.base);
}

/// Reads one `mutate`: which step of which runbook.
class MutateReader {
 public:
  MutateReader(Context& context, const Node& body) : context_(context), body_(body) {
    if (const Node* list = body.find("steps")) steps_ = named_steps(*list);
  }

  /// The step that a name stands for; columns are followed.
  const NamedStep* step(Cursor at) {
    for (int hops = 0; hops < 2 && at; ++hops) {
      const auto name = reference_name(*at.node);
      if (!name) break;
      if (const NamedStep* found = find(*name)) return found;
      const auto bound = at.scope->names.find(*name);
      if (bound == at.scope->names.end() || !bound->second.value) break;
      context_.usage.use(bound->second.birth);
      at = bound->second.value;
    }
    if (!at) return nullptr;
    if (!reference_name(*at.node)) {
      report_type(context_, *at.node, "the $name of a step of the runbook");
      return nullptr;
    }
    std::vector<std::string> known;
    for (const NamedStep& one : steps_) known.push_back("$" + one.name);
    const std::vector<std::string_view> words(known.begin(), known.end());
    context_.report.add("unknown-name", at.node->location,
                        fmt::format("no step of the runbook bears `{}`", at.node->text),
                        words.empty() ? "name the step by `as`" : word_hint(at.node->text, words));
    return nullptr;
  }

  /// Reports names that nothing bears when the step is left out.
  bool check_skip(const NamedStep& skipped, const Location& at) {
    bool fine = true;
    const auto check = [&](const Node& user) {
      const std::string name = borrowed_name({skipped.step}, user);
      if (!name.empty() && fine) fine = refuse(at, skipped, name, "skipping");
    };
    each_other(*body_.find("steps"), *skipped.step, check);
    if (const Node* gives = body_.find("gives")) check(*gives);
    return fine;
  }

  bool check_swap(const NamedStep& first, const NamedStep& second, const Location& at) {
    if (first.list != second.list) {
      context_.report.add("impossible-mutation", at,
                          fmt::format("`${}` and `${}` do not stand in one list of steps",
                                      first.name, second.name));
      return false;
    }
    const NamedStep& early = first.index < second.index ? first : second;
    const NamedStep& late = first.index < second.index ? second : first;
    std::vector<const Node*> passed;
    for (std::size_t i = early.index; i < late.index; ++i) {
      const Node& between = early.list->items[i];
      const std::string name = borrowed_name({early.step}, between);
      if (i > early.index && !name.empty()) return refuse(at, early, name, "swapping");
      passed.push_back(&between);
    }
    const std::string name = borrowed_name(passed, *late.step);
    return name.empty() || refuse(at, late, name, "swapping");
  }

 private:
  const NamedStep* find(std::string_view name) const {
    const auto found = std::ranges::find(steps_, name, &NamedStep::name);
    return found == steps_.end() ? nullptr : &*found;
  }

  bool refuse(const Location& at, const NamedStep& step, const std::string& name,
              std::string_view what) {
    context_.report.add(
        "impossible-mutation", at,
        fmt::format("{} `${}` leaves `${}` used without a birth before it", what, step.name, name));
    return false;
  }

  /// Every step but one and those that hold it.
  template <typename Check>
  void each_other(const Node& list, const Node& skipped, const Check& check) {
    for (const Node& step : list.items) {
      if (&step == &skipped || !step.is_map()) continue;
      for (const Entry& entry : step.entries) {
        const std::string& key = entry.key.text;
        if (key == "steps") {
          each_other(entry.value, skipped, check);
        } else if (key == "parallel") {
          for (const Entry& branch : entry.value.entries) each_other(branch.value, skipped, check);
        } else {
          check(entry.value);
          if (entry.value.is_map() && key == "save")
            for (const Entry& saved : entry.value.entries) check(saved.key);
        }
      }
    }
  }

  Context& context_;
  const Node& body_;
  std::vector<NamedStep> steps_;
};

/// Two values in a list.
std::optional<std::pair<Cursor, Cursor>> two(Context& context, Cursor at, std::string_view what) {
  if (!at.node->is_list() || at.node->items.size() != 2) {
    report_type(context, *at.node, what);
    return std::nullopt;
  }
  return std::pair{Cursor{&at.node->items[0], at.scope}, Cursor{&at.node->items[1], at.scope}};
}

bool is_word(const Cursor& at, std::string_view word) {
  return at && at.node->is_plain() && at.node->text == word;
}

}  // namespace

std::optional<Mutation> Builder::mutation(Fields& fields, const Runbook& runbook) {
  const Cursor at = fields.get("mutate");
  if (!at || is_word(at, "none")) return std::nullopt;
  constexpr std::string_view forms =
      "none, {skip: $s}, {repeat: $s or all}, {swap: [$s, $t]} or {target: [$s, entity]}";
  if (!at.node->is_map() || at.node->entries.size() != 1) {
    report_type(context_, *at.node, forms);
    return std::nullopt;
  }
  Fields mutate(context_, at, {"mutate"});
  if (find_key("mutate", at.node->entries.front().key.text) == nullptr) return std::nullopt;
  MutateReader reader(context_, *runbook.body);
  Mutation result;
  if (mutate.has("skip")) {
    const NamedStep* step = reader.step(mutate.raw("skip"));
    if (step == nullptr || !reader.check_skip(*step, mutate.raw("skip").node->location))
      return std::nullopt;
    result.step = step->step;
    return result;
  }
  if (mutate.has("repeat")) {
    result.kind =
        is_word(mutate.get("repeat"), "all") ? MutationKind::RepeatAll : MutationKind::Repeat;
    if (result.kind == MutationKind::RepeatAll) return result;
    const NamedStep* step = reader.step(mutate.raw("repeat"));
    if (step == nullptr) return std::nullopt;
    result.step = step->step;
    return result;
  }
  const bool swap = mutate.has("swap");
  const auto pair = two(context_, mutate.get(swap ? "swap" : "target"),
                        swap ? "two steps, [$s, $t]" : "a step and an entity, [$s, entity]");
  if (!pair) return std::nullopt;
  const NamedStep* first = reader.step(pair->first);
  if (first == nullptr) return std::nullopt;
  result.step = first->step;
  if (swap) {
    result.kind = MutationKind::Swap;
    const NamedStep* second = reader.step(pair->second);
    if (second == nullptr || !reader.check_swap(*first, *second, pair->second.node->location))
      return std::nullopt;
    result.other = second->step;
    return result;
  }
  result.kind = MutationKind::Target;
  result.target = follow(context_, pair->second);
  const auto kind = entities_.find(result.target->node->text);
  result.side = kind == EntityKind::Array || kind == EntityKind::Host;
  return result;
}

void Builder::retarget(Body& body, const Mutation& mutation) {
  const auto target = subject(*mutation.target);
  if (!target) return;
  if (!std::holds_alternative<Subject::Entity>(target->subject.base) ||
      !target->subject.parts.empty()) {
    context_.report.add("wrong-kind", target->subject.location,
                        fmt::format("`{}` is nothing of the topology", target->subject.text));
    return;
  }
  std::visit(
      [&](auto& step) {
        if constexpr (requires { retarget(step, *target); })
          retarget(step, *target);
        else
          context_.report.add("impossible-mutation", target->subject.location,
                              "a step of this kind has no target",
                              "a call, list, I/O, workload, fault or power step has one");
      },
      body);
}

namespace {

void refuse_target(Context& context, const TypedSubject& target, std::string_view wanted) {
  context.report.add("wrong-kind", target.subject.location,
                     fmt::format("`{}` is a {} where the step has {}", target.subject.text,
                                 word(entity_of(target).kind), wanted));
}

}  // namespace

void Builder::retarget(CallStep& step, const TypedSubject& target) {
  if (entity_of(target).kind != EntityKind::Array)
    return refuse_target(context_, target, "an array");
  step.provider = entity_of(target).path;
}

void Builder::retarget(ListStep& step, const TypedSubject& target) {
  if (entity_of(target).kind != EntityKind::Array)
    return refuse_target(context_, target, "an array");
  step.provider = entity_of(target).path;
}

void Builder::retarget(IoStep& step, const TypedSubject& target) {
  const Subject::Entity& entity = entity_of(target);
  if (entity.kind == EntityKind::Volume) {
    step.volume = target.subject;
    const auto hosts = entities_.hosts_of(entity.path);
    if (hosts.size() == 1) step.host = hosts.front();
  } else if (entity.kind == EntityKind::Host) {
    step.host = entity.path;
  } else {
    return refuse_target(context_, target, "a volume or a host");
  }
  check_sees(step.host, {step.volume});
}

void Builder::retarget(WorkloadStep& step, const TypedSubject& target) {
  const Subject::Entity& entity = entity_of(target);
  if (entity.kind == EntityKind::Volume) {
    step.volumes = {target.subject};
    const auto hosts = entities_.hosts_of(entity.path);
    if (hosts.size() == 1) step.host = hosts.front();
  } else if (entity.kind == EntityKind::Host) {
    step.host = entity.path;
  } else {
    return refuse_target(context_, target, "a volume or a host");
  }
  check_sees(step.host, step.volumes);
}

void Builder::retarget(FaultStep& step, const TypedSubject& target) {
  for (const FaultRow& row : fault_table()) {
    if (row.kind != step.kind || row.target == entity_of(target).kind) continue;
    return refuse_target(context_, target, fmt::format("a {}", word(row.target)));
  }
  step.target = target.subject;
}

void Builder::retarget(PowerStep& step, const TypedSubject& target) {
  if (entity_of(target).kind != EntityKind::Host) return refuse_target(context_, target, "a host");
  step.target = target.subject;
}

}  // namespace replsim::harness
