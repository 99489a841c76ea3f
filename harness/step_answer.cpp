// Answers of calls.
#include "harness/step_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/expect_read.h"
#include "model/cim/enumerations.h"

namespace replsim::harness {

namespace {

std::string code_text(std::uint32_t code, const cim::MethodInfo* method) {
  const cim::EnumValue* row = nullptr;
  if (method != nullptr && method->return_codes != nullptr) row = method->return_codes->find(code);
  if (row == nullptr) return fmt::to_string(code);
  return fmt::format("{} {}", code, row->short_name.empty() ? row->name : row->short_name);
}

const cim::Value* argument(const cim::MethodCall& call, std::string_view name) {
  const auto found =
      std::ranges::find_if(call.arguments, [&](const auto& entry) { return entry.first == name; });
  return found == call.arguments.end() ? nullptr : &found->second;
}

std::string operation_name(const cim::MethodCall& call) {
  const cim::Value* operation = argument(call, "Operation");
  if (operation == nullptr || !operation->is_number()) return {};
  return std::string(cim::name(static_cast<cim::Operation>(operation->as_unsigned())));
}

std::string sync_type_name(const cim::MethodCall& call) {
  const cim::Value* type = argument(call, "SyncType");
  if (type == nullptr || !type->is_number()) return {};
  return std::string(cim::name(static_cast<cim::SyncType>(type->as_unsigned())));
}

}  // namespace

std::optional<std::uint32_t> code_of(const CallAnswer& answer) {
  if (!answer || answer->status != cim::CimStatus::Ok) return std::nullopt;
  return answer->code;
}

std::string answer_text(const CallAnswer& answer, const cim::MethodInfo* method) {
  if (!answer) return "no answer";
  if (answer->status != cim::CimStatus::Ok) return std::string(cim::name(answer->status));
  std::string text = code_text(answer->code, method);
  if (answer->error && !answer->error->message_id.empty()) {
    text += " (" + answer->error->message_id + ")";
  }
  return text;
}

bool matches(const Returns& returns, const CallAnswer& answer) {
  if (!answer) return returns.no_answer;
  if (answer->status != cim::CimStatus::Ok) {
    return std::ranges::find(returns.statuses, answer->status) != returns.statuses.end();
  }
  if (returns.codes.empty() && returns.statuses.empty() && !returns.no_answer) {
    return answer->code == cim::number(cim::ReturnCode::Completed) ||
           answer->code == cim::number(cim::ReturnCode::JobStarted);
  }
  return std::ranges::find(returns.codes, answer->code) != returns.codes.end();
}

std::string text(const Returns& returns, const cim::MethodInfo* method) {
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " or ") + word; };
  for (const std::uint32_t code : returns.codes) add(code_text(code, method));
  for (const cim::CimStatus status : returns.statuses) add(std::string(cim::name(status)));
  if (returns.no_answer) add("no answer");
  return words.empty() ? "0 or 4096" : words;
}

bool documented(const CallAnswer& answer, const cim::MethodInfo* method,
                const cim::Profile& profile) {
  const auto code = code_of(answer);
  if (!code || method == nullptr || method->return_codes == nullptr) return true;
  return method->return_codes->find(*code) != nullptr || profile.vendor_codes.contains(*code);
}

void note_exercised(std::set<std::string>& exercised, const cim::MethodCall& call,
                    const CallAnswer& answer, const cim::MethodInfo* method) {
  exercised.insert(call.method);
  const std::string operation = operation_name(call);
  if (!operation.empty()) exercised.insert(call.method + "/" + operation);
  const std::string sync_type = sync_type_name(call);
  if (!sync_type.empty()) exercised.insert(call.method + "/" + sync_type);
  if (!answer) return;
  if (answer->status != cim::CimStatus::Ok) {
    exercised.insert(fmt::format("{}/{}", call.method, cim::name(answer->status)));
    return;
  }
  exercised.insert(fmt::format("{}/{}", call.method, answer->code));
  if (method == nullptr || method->return_codes == nullptr) return;
  const cim::EnumValue* row = method->return_codes->find(answer->code);
  if (row == nullptr) return;
  exercised.insert(fmt::format("{}/{}", call.method, row->name));
  if (!row->short_name.empty())
    exercised.insert(fmt::format("{}/{}", call.method, row->short_name));
}

std::string summary(RunContext& context, const cim::MethodCall& call) {
  std::string words = operation_name(call);
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : " ") + word; };
  if (call.object) add(element_path(*call.object));
  for (const char* name : {"Synchronization", "SourceElement", "TargetElement", "TargetPool"}) {
    const cim::Value* value = argument(call, name);
    if (value == nullptr || value->is_array() || value->type() != cim::Type::Reference) continue;
    const auto pair = context.testbed.pair_of(value->as_reference());
    add(pair ? context.history.name(*pair) : element_path(value->as_reference()));
  }
  return words;
}

}  // namespace replsim::harness
