// `call`: method, arguments, return codes and saved out parameters.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "harness/language/builder.h"
#include "harness/language/enumerations.h"

namespace replsim::harness {
namespace {

constexpr std::array<cim::CimStatus, 6> statuses = {
    cim::CimStatus::Failed,   cim::CimStatus::InvalidParameter, cim::CimStatus::InvalidClass,
    cim::CimStatus::NotFound, cim::CimStatus::NotSupported,     cim::CimStatus::MethodNotFound,
};

const cim::MethodInfo* find_method(std::string_view class_name, std::string_view method) {
  for (const auto* owner = cim::find_class(class_name); owner != nullptr;
       owner = cim::find_class(owner->superclass))
    if (const auto* found = owner->find_method(method)) return found;
  return nullptr;
}

std::vector<std::string_view> parameter_names(const cim::MethodInfo& method, bool in) {
  std::vector<std::string_view> result;
  for (const auto& one : method.parameters)
    if (one.direction == cim::Direction::InOut || (one.direction == cim::Direction::In) == in)
      result.push_back(one.name);
  return result;
}

bool takes(const cim::ParameterInfo& parameter, bool in) {
  return parameter.direction == cim::Direction::InOut ||
         (parameter.direction == cim::Direction::In) == in;
}

bool wants_success(const Returns& returns) {
  return !returns.written || std::ranges::any_of(returns.codes, [](std::uint32_t code) {
    return code == 0 || code == 4096;
  });
}

}  // namespace

std::optional<Builder::Body> Builder::call(Cursor at) {
  Fields fields(context_, at, {"step", "call"}, {"call"});
  CallStep step;
  step.mutated = !mutations_.empty();
  if (fields.has("of")) {
    auto found = subject(fields.raw("of"));
    if (!found) return std::nullopt;
    step.class_name = found->type.class_name;
    step.of = std::move(found->subject);
  }
  call_method(fields, step);
  if (fields.has("provider"))
    step.provider = entity_name(fields.raw("provider"), EntityKind::Array).value_or("");
  else
    step.provider = run_.provider;
  if (step.provider.empty() && !fields.has("provider") && !run_.topology.arrays.empty())
    context_.report.add("no-provider", fields.location(), "several arrays could answer this call",
                        "say `provider`, here or for the scenario");
  call_returns(fields, step);
  call_arguments(fields, step);
  call_save(fields, step);
  step.within = fields.span("within");
  check_within(fields, "within", step.within);
  if (const auto give_up = fields.span("give-up", true)) step.give_up = *give_up;
  check_profile(fields, step);
  return step;
}

void Builder::call_method(Fields& fields, CallStep& step) {
  Cursor at = fields.raw("call");
  const Node* node = read_scalar(context_, at, "[Class.]Method");
  if (node == nullptr) return;
  const std::size_t dot = node->text.find('.');
  step.method = dot == std::string::npos ? node->text : node->text.substr(dot + 1);
  if (dot != std::string::npos) {
    step.class_name = node->text.substr(0, dot);
    if (cim::find_class(step.class_name) == nullptr) {
      std::vector<std::string_view> words;
      for (const auto& one : cim::classes()) words.push_back(one.name);
      context_.report.add("unknown-name", node->location,
                          fmt::format("the schema has no class {}", step.class_name),
                          did_you_mean(step.class_name, words));
      return;
    }
    step.info = find_method(step.class_name, step.method);
  } else if (step.of) {
    step.info = find_method(step.class_name, step.method);
  } else {
    step.class_name = "CIM_ReplicationService";
    step.info = find_method(step.class_name, step.method);
    for (const auto& one : cim::classes()) {
      if (step.info != nullptr) break;
      step.info = one.find_method(step.method);
      if (step.info != nullptr) step.class_name = one.name;
    }
  }
  if (step.info != nullptr) return;
  const auto words = cim::method_names();
  context_.report.add("unknown-name", node->location,
                      fmt::format("there is no method {}", node->text),
                      word_hint(step.method, words));
}

void Builder::call_arguments(Fields& fields, CallStep& step) {
  const auto put = [&](std::string_view name, Operand value, bool raw) {
    const auto known = std::ranges::find(step.arguments, name, &Argument::name);
    if (known == step.arguments.end())
      step.arguments.push_back({std::string(name), std::move(value), raw});
    else
      *known = {std::string(name), std::move(value), raw};
  };
  const auto info_of = [&](std::string_view name) {
    return step.info == nullptr ? nullptr : step.info->find(name);
  };
  const auto is_extra = [&](std::string_view name) {
    const provider::ArraySpec* array = entities_.array(step.provider);
    if (array == nullptr) return false;
    const auto& extra = array->profile.extra_parameters;
    return std::ranges::find(extra, name) != extra.end();
  };
  const Cursor with = fields.get("with");
  if (with && !with.node->is_map()) report_type(context_, *with.node, "a map {Parameter: value}");
  if (with && with.node->is_map() && step.info != nullptr) {
    const auto words = parameter_names(*step.info, true);
    for (const Entry& entry : with.node->entries) {
      const auto* info = info_of(entry.key.text);
      if (info == nullptr && is_extra(entry.key.text)) {
        // The profile names it and tells no type: it goes as it looks.
        if (auto value = raw_argument({&entry.value, with.scope}, nullptr))
          put(entry.key.text, std::move(*value), true);
        continue;
      }
      if (info == nullptr || !takes(*info, true)) {
        context_.report.add("unknown-name", entry.key.location,
                            fmt::format("{} takes no parameter `{}`", step.method, entry.key.text),
                            word_hint(entry.key.text, words));
        continue;
      }
      if (auto value = argument({&entry.value, with.scope}, *info))
        put(entry.key.text, std::move(*value), false);
    }
  }
  const Cursor raw = fields.get("raw");
  if (raw && !raw.node->is_map()) report_type(context_, *raw.node, "a map {Parameter: value}");
  if (raw && raw.node->is_map())
    for (const Entry& entry : raw.node->entries)
      if (auto value = raw_argument({&entry.value, raw.scope}, info_of(entry.key.text)))
        put(entry.key.text, std::move(*value), true);
  check_required(fields, step);
  std::erase_if(step.arguments, [](const Argument& one) {
    const auto* literal = std::get_if<Literal>(&one.value.value);
    return literal != nullptr && std::holds_alternative<Null>(*literal);
  });
}

void Builder::check_required(Fields& fields, const CallStep& step) {
  if (step.info == nullptr) return;
  const Cursor with = fields.get("with");
  for (const auto& parameter : step.info->parameters) {
    if (!parameter.required || !takes(parameter, true)) continue;
    const bool written = with && with.node->is_map() && with.node->find(parameter.name) != nullptr;
    const bool given =
        std::ranges::find(step.arguments, parameter.name, &Argument::name) != step.arguments.end();
    if (!written && !given)
      context_.report.add("missing-parameter", fields.location(),
                          fmt::format("{} needs the parameter {}", step.method, parameter.name),
                          fmt::format("to leave it out: raw: {{{}: null}}", parameter.name));
  }
}

void Builder::call_returns(Fields& fields, CallStep& step) {
  Returns& returns = step.returns;
  returns.written = fields.has("returns");
  if (!returns.written) {
    returns.codes = {0, 4096};
    returns.location = fields.location();
    return;
  }
  returns.location = fields.get("returns").node->location;
  const auto wanted = elements(context_, fields.raw("returns"));
  if (wanted.empty())
    context_.report.add("missing-value", returns.location, "an empty list is no answer",
                        "leave `returns` out for 0 and 4096");
  for (Cursor one : wanted) {
    const Node* node = read_scalar(context_, one, "a return code");
    if (node == nullptr) continue;
    if (node->quoted)
      report_type(context_, *node, "a return code", "a quoted value is text; leave the quotes out");
    else
      call_answer(*node, step);
  }
}

/// One of the answers of `returns`.
void Builder::call_answer(const Node& node, CallStep& step) {
  Returns& returns = step.returns;
  if (node.text == "no-answer") {
    returns.no_answer = true;
    return;
  }
  const auto status = std::ranges::find_if(
      statuses, [&](cim::CimStatus value) { return cim::name(value) == node.text; });
  if (status != statuses.end()) return returns.statuses.push_back(*status);
  const auto number = parse_unsigned(node.text);
  if (number && *number <= std::numeric_limits<std::uint32_t>::max())
    return returns.codes.push_back(static_cast<std::uint32_t>(*number));
  const cim::Enumeration* scale =
      step.info == nullptr ? cim::find_enumeration("ReturnCode") : step.info->return_codes;
  const auto* value = scale == nullptr ? nullptr : scale->find(std::string_view(node.text));
  if (value != nullptr) return returns.codes.push_back(value->value);
  std::vector<std::string_view> words = {"no-answer"};
  if (const provider::ArraySpec* array = entities_.array(step.provider)) {
    for (const auto& [code, name] : array->profile.vendor_codes) {
      if (name == node.text) return returns.codes.push_back(code);
      words.push_back(name);
    }
  }
  for (const cim::CimStatus known : statuses) words.push_back(cim::name(known));
  if (scale != nullptr)
    for (const auto& known : scale->values)
      words.push_back(known.short_name.empty() ? known.name : known.short_name);
  context_.report.add("unknown-name", node.location,
                      fmt::format("`{}` is no return code of {}", node.text, step.method),
                      word_hint(node.text, words));
}

void Builder::call_save(Fields& fields, CallStep& step) {
  const Cursor save = fields.get("save");
  if (!save) return;
  if (!save.node->is_map()) return report_type(context_, *save.node, "a map {OutParameter: $name}");
  for (const Entry& entry : save.node->entries) {
    const auto* info = step.info == nullptr ? nullptr : step.info->find(entry.key.text);
    if (step.info != nullptr && (info == nullptr || !takes(*info, false))) {
      context_.report.add("unknown-name", entry.key.location,
                          fmt::format("{} gives no `{}`", step.method, entry.key.text),
                          word_hint(entry.key.text, parameter_names(*step.info, false)));
      continue;
    }
    Typed type;
    SlotKind kind = SlotKind::Value;
    if (info != nullptr && info->type == cim::Type::Reference) {
      kind = SlotKind::Reference;
      type = reference_type(info->class_name);
    }
    const auto slot = birth({&entry.value, save.scope}, kind, type, false);
    if (!slot) continue;
    context_.usage.declare(entry.value, "saved name");
    step.save.push_back({entry.key.text, *slot, entry.key.location});
  }
}

void Builder::check_profile(Fields& fields, const CallStep& step) {
  const provider::ArraySpec* array = entities_.array(step.provider);
  if (array == nullptr || !run_.skip.empty() || !wants_success(step.returns)) return;
  const cim::Profile& profile = array->profile;
  const auto refuse = [&](const Location& at, std::string_view what, std::string_view name) {
    context_.report.add("not-in-profile", at,
                        fmt::format("the profile {} of {} does not offer {} {}", profile.name,
                                    array->name, what, name),
                        fmt::format("requires: [{} {}], or say which code it returns", what, name));
  };
  if (step.info != nullptr && cim::is_a(step.class_name, "CIM_ReplicationService") &&
      !profile.methods.contains(step.method))
    refuse(fields.get("call").node->location, "Method", step.method);
  struct Check {
    std::string_view parameter;
    const std::set<std::uint16_t>& offered;
  };
  const std::array<Check, 3> checks = {Check{"Operation", profile.operations},
                                       Check{"SyncType", profile.sync_types},
                                       Check{"Mode", profile.modes}};
  for (const Argument& one : step.arguments) {
    const auto check = std::ranges::find(checks, one.name, &Check::parameter);
    if (check == checks.end() || one.raw || step.info == nullptr) continue;
    const auto* value = std::get_if<cim::Value>(&one.value.value);
    const auto* info = step.info->find(one.name);
    if (value == nullptr || !value->is_number() || info == nullptr || info->enumeration == nullptr)
      continue;
    const std::uint64_t number = value->as_unsigned();
    if (check->offered.contains(static_cast<std::uint16_t>(number))) continue;
    const auto* row = info->enumeration->find(static_cast<std::uint32_t>(number));
    refuse(one.value.location, one.name, row == nullptr ? std::to_string(number) : row->name);
  }
}

}  // namespace replsim::harness
