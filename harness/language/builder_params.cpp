// Params whose default is a type: what is passed must be of it (language.md sections 3 and 4).
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "harness/language/builder.h"
#include "harness/language/topology_loader.h"

namespace replsim::harness {
namespace {

struct ThingType {
  std::string_view word;
  Owner owner;
};

/// Types of things; the others of is_param_type() are values.
constexpr std::array things = {
    ThingType{"relation", Owner::Relation}, ThingType{"workload", Owner::Workload},
    ThingType{"fault", Owner::Fault},       ThingType{"volume", Owner::Volume},
    ThingType{"pool", Owner::Pool},         ThingType{"array", Owner::Array},
    ThingType{"host", Owner::Host},         ThingType{"link", Owner::Link},
    ThingType{"disk", Owner::Disk},         ThingType{"job", Owner::Job},
};

}  // namespace

void Builder::check_thing(std::string_view wanted, const TypedSubject& found, const Location& at) {
  const Typed& type = found.type;
  const bool plain = type.metric == nullptr && !type.list && !type.count;
  // What a reference leads to is sometimes known in the run only.
  const bool open = plain && type.owner == Owner::Instance && type.class_name.empty();
  const auto* thing = std::ranges::find(things, wanted, &ThingType::word);
  const bool any = thing == things.end();  // reference
  const bool fits = plain && (any ? !type.class_name.empty() : thing->owner == type.owner);
  if (fits || open) return;
  context_.report.add(type.list ? "list-name" : "wrong-kind", at,
                      fmt::format("`{}` is a {} where a {} belongs", found.subject.text,
                                  type.list ? "list" : word(type.owner), wanted));
}

void Builder::check_value(std::string_view wanted, Cursor at) {
  if (wanted == "duration") read_duration(context_, at);
  if (wanted == "size") read_size(context_, at);
  if (wanted == "rate") read_rate(context_, at);
  if (wanted == "share") read_share(context_, at);
  if (wanted == "number") read_number(context_, at);
  if (wanted == "truth") read_truth(context_, at);
  if (wanted == "text") read_text(context_, at);
  if (wanted == "code" || wanted == "state" || wanted == "enumeration")
    read_scalar(context_, at, fmt::format("a value ({})", wanted));
  if (wanted == "instance" && !at.node->is_map())
    report_type(context_, *at.node, "an instance {Property: value}");
  if (wanted == "range" && !(at.node->is_plain() && split_range(at.node->text)))
    report_type(context_, *at.node, "a range (0 B .. 1 GiB)");
}

void Builder::check_params(Cursor params, Scope& scope, const Location& user) {
  if (!params || !params.node->is_map()) return;
  for (const Entry& entry : params.node->entries) {
    const auto name = reference_name(entry.key);
    if (!name || !is_param_type(entry.value)) continue;
    const auto bound = scope.names.find(*name);
    if (bound == scope.names.end()) continue;
    const Binding& binding = bound->second;
    const std::string_view wanted = entry.value.text;
    const bool thing = wanted == "reference" ||
                       std::ranges::find(things, wanted, &ThingType::word) != things.end();
    if (binding.slot) {
      // A saved value is compared where it is used; what is no value is refused there.
      if (!thing) continue;
      TypedSubject found;
      found.subject.base = *binding.slot;
      found.subject.text = "$" + run_.slots[*binding.slot].name;
      found.type = places_[*binding.slot].type;
      found.type.list = run_.slots[*binding.slot].list && !inside_repeat_of(places_[*binding.slot]);
      check_thing(wanted, found, user);
    } else if (binding.value && thing && !binding.value.node->is_map()) {
      if (const auto found = subject(binding.value))
        check_thing(wanted, *found, binding.value.node->location);
    } else if (binding.value) {
      if (thing && wanted != "reference")
        report_type(context_, *binding.value.node, fmt::format("a {}", wanted));
      else
        check_value(wanted, binding.value);
    }
  }
}

}  // namespace replsim::harness
