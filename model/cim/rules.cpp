// Rules from the tables: the sentence is made from the row, so it cannot differ from it.
#include "model/cim/rules.h"

#include <array>

#include "model/cim/enumeration_tables.h"
#include "model/cim/operation_rules.h"
#include "model/cim/reasons.h"
#include "model/cim/setting_rules.h"
#include "model/cim/transition_table.h"

namespace replsim::cim {
namespace {

std::string words(std::string_view text) {
  return std::string(text);
}

std::string path_sentence(const Transition& row) {
  switch (row.fate) {
    case Fate::Remove: return "removes the association; both elements stay and are independent";
    case Fate::RemoveLeaveAspect:
      return "removes the association and leaves an aspect of the point in time";
    case Fate::RemoveFreeTarget: return "removes the association and frees the target's space";
    case Fate::Keep: break;
  }
  std::string text = "goes ";
  if (row.via) text.append("over ").append(name(*row.via)).append(" ");
  return text.append("to ").append(name(row.final_state.value_or(row.from)));
}

std::string cell_sentence(const Transition& row) {
  switch (row.outcome) {
    case Outcome::Path:
      return path_sentence(row) + (row.force_required ? ", only with Force, else refused (4)" : "");
    case Outcome::Accept: return "is accepted, returns 0 and does nothing";
    case Outcome::Same: return "is accepted and keeps the state";
    case Outcome::RefuseState: return "is refused for the state (4)";
    case Outcome::InvalidParameter: return "is an invalid parameter (5)";
    case Outcome::InUse: return "is refused while in use (6)";
    case Outcome::NotSupported:
      return "is not supported for " + words(name(row.sync_type)) + " (1)";
  }
  return {};
}

std::string guard_sentence(const Transition& row) {
  switch (row.guard) {
    case Guard::None: return {};
    case Guard::ForceIfSplitBrain: return " After a split brain it needs Force.";
    case Guard::Image: break;
  }
  switch (guard_effect(row, TargetImage::Inconsistent)) {
    case GuardEffect::AsWritten: return {};
    case GuardEffect::NoAspect: return " No aspect is left unless the target image is Consistent.";
    case GuardEffect::Refuse: return " Refused (4) unless the target image is Consistent.";
    case GuardEffect::NeedsForce:
      return " With an Inconsistent target image it needs Force; with none it is refused (4).";
  }
  return {};
}

std::string guard_source(const Transition& row) {
  switch (row.guard) {
    case Guard::None: return {};
    case Guard::Image: return ", rulings R5";
    case Guard::ForceIfSplitBrain: return ", rulings R7";
  }
  return {};
}

std::string_view access_text(HostAccess access) {
  switch (access) {
    case HostAccess::ReadWrite: return "read and write";
    case HostAccess::ReadOnly: return "read only";
    case HostAccess::Refused: return "no access";
    case HostAccess::Unchanged: return "as before";
  }
  return {};
}

struct CodeClass {
  std::uint32_t code;
  std::string_view text;
};
// Source: rulings R14; codes that a method does not share are not here.
constexpr std::array<CodeClass, 9> code_classes = {{
    {0, "by use"},
    {1, "by profile"},
    {2, "by fault"},
    {3, "by fault"},
    {4, "by use"},
    {5, "by use"},
    {6, "by use"},
    {4096, "by use"},
    {4099, "reserved"},
}};

std::string code_class(std::uint32_t code) {
  for (const CodeClass& row : code_classes) {
    if (row.code == code) return " Reached " + words(row.text) + ".";
  }
  return {};
}

std::string value_word(const PropertyInfo& property, std::uint64_t value) {
  if (property.type == Type::Boolean) return value == 0 ? "false" : "true";
  const EnumValue* row = property.enumeration == nullptr
                             ? nullptr
                             : property.enumeration->find(static_cast<std::uint32_t>(value));
  return row == nullptr ? std::to_string(value) : words(row->name);
}

/// "any value", "Automatic, Manual", "nothing but NULL".
std::string values_sentence(const SettingRule& row, const SettingValues& taken,
                            const PropertyInfo& property) {
  if (taken.any) return row.use == SettingUse::Identity ? "anything" : "any value of its scale";
  std::string list;
  for (const std::uint64_t value : taken.values) {
    list += (list.empty() ? "" : ", ") + value_word(property, value);
  }
  return list.empty() ? "nothing but NULL" : list;
}

std::string use_sentence(SettingUse use) {
  switch (use) {
    case SettingUse::Identity: return "Not judged: ";
    case SettingUse::Obeyed: return "Obeyed: ";
    case SettingUse::Neutral: return "Without effect: ";
  }
  return {};
}

/// The return codes of a method, of whatever class.
const Enumeration* codes_of(std::string_view method) {
  if (method.empty()) return &return_code_enumeration;
  for (const ClassInfo& info : classes()) {
    if (const MethodInfo* found = info.find_method(method)) return found->return_codes;
  }
  return nullptr;
}

}  // namespace

std::optional<Rule> explain_cell(SyncType sync_type, Operation operation, CopyState state) {
  const Transition* row = find_transition(sync_type, state, operation);
  if (row == nullptr) return std::nullopt;
  Rule rule;
  rule.subject = words(name(operation)) + " in " + words(name(state));
  rule.text = words(name(operation)) + " in " + words(name(state)) + " " + cell_sentence(*row) +
              "." + guard_sentence(*row);
  if (const Reason* reason = find_reason(row->reason)) rule.text += " " + words(reason->text);
  rule.source = "operation_matrix.md, " + words(name(sync_type)) + ", cell " + cell_code(*row) +
                ", " + words(row->reason) + guard_source(*row);
  rule.confidence = row->confidence;
  rule.weight = weight(*row);
  return rule;
}

std::optional<Rule> explain_cell(Operation operation, CopyState state) {
  return explain_cell(SyncType::Mirror, operation, state);
}

std::optional<Rule> explain_operation(Operation operation) {
  const EnumValue* value = operation_enumeration.find(number(operation));
  if (value == nullptr) return std::nullopt;
  Rule rule{words(value->name),
            words(value->name) + " (" + std::to_string(value->value) +
                "): " + words(value->meaning) + ".",
            words(value->source), Confidence::Spec, Confidence::Spec};
  std::string states;
  for (const CopyState state : matrix_states()) {
    const Transition* row = find_transition(SyncType::Mirror, state, operation);
    if (row == nullptr || !row->accepted()) continue;
    if (!states.empty()) states += ", ";
    states += words(name(state)) + (row->force_required ? " (Force)" : "");
  }
  if (!states.empty()) rule.text += " For a Mirror accepted in: " + states + ".";
  return rule;
}

std::optional<Rule> explain_state(CopyState state) {
  const EnumValue* value = copy_state_enumeration.find(number(state));
  if (value == nullptr) return std::nullopt;
  Rule rule{words(value->name),
            words(value->name) + " (" + std::to_string(value->value) +
                "): " + words(value->meaning) + ".",
            words(value->source), Confidence::Spec, Confidence::Spec};
  if (reachable(SyncType::Mirror, state)) {
    rule.text += " Hosts at the target of a Mirror: " + words(access_text(target_access(state))) +
                 " (rulings R12).";
  }
  return rule;
}

std::optional<Rule> explain_code(std::string_view method, std::uint32_t code) {
  const Enumeration* codes = codes_of(method);
  const EnumValue* value = codes == nullptr ? nullptr : codes->find(code);
  if (value == nullptr) return std::nullopt;
  const std::string prefix = method.empty() ? "" : words(method) + "/";
  return Rule{prefix + std::to_string(code),
              std::to_string(code) + " " + words(value->name) + ": " + words(value->meaning) + "." +
                  code_class(code),
              words(value->source), Confidence::Spec, Confidence::Spec};
}

std::optional<Rule> explain_setting(std::string_view property) {
  const SettingRule* row = find_setting_rule(property);
  const ClassInfo* info = find_class("CIM_ReplicationSettingData");
  const PropertyInfo* known = row == nullptr ? nullptr : info->find_property(property);
  if (known == nullptr) return std::nullopt;
  const std::string type = words(name(known->type)) + (known->array ? "[]" : "");
  std::string text = words(property) + " (" + type + ", since schema " +
                     std::to_string(number(known->since) / 100) + "." +
                     std::to_string(number(known->since) % 100) + "): " + words(known->meaning) +
                     ". At creation: " + values_sentence(*row, row->at_creation, *known) +
                     "; afterwards: " + values_sentence(*row, row->afterwards, *known) +
                     (row->stays ? ", and only the one that the relation has" : "") + ". " +
                     use_sentence(row->use) + words(row->text) + ".";
  return Rule{"ReplicationSettingData/" + words(property), std::move(text), words(row->source),
              row->confidence, row->confidence};
}

std::vector<Rule> explain_edge(SyncType sync_type, Node from, Node to) {
  std::vector<Rule> rules;
  const std::string ends = words(short_code(from)) + "->" + words(short_code(to));
  for (const Edge& edge : edges(sync_type, from, to)) {
    const bool by_operation = operation_of(edge.cause).has_value();
    rules.push_back({ends,
                     ends + " of a " + words(name(sync_type)) + " is caused by the " +
                         (by_operation ? "operation " : "event \"") + cause_text(edge) +
                         (by_operation ? "." : "\"."),
                     words(edge.source), edge.confidence, edge.confidence});
  }
  return rules;
}

}  // namespace replsim::cim
