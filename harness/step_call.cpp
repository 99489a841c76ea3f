// A management call: send, judge the answer, wait for the job, save.
#include <fmt/format.h>

#include <utility>

#include "harness/expect_read.h"
#include "harness/mistakes.h"
#include "harness/step_answer.h"
#include "harness/step_refusal.h"
#include "harness/step_run.h"
#include "model/cim/enumerations.h"

namespace replsim::harness {

namespace {

/// A call on its way, from the step's start to its end.
struct CallState {
  sim::Instant started{};
  cim::MethodCall call;
  ManagementView before;
  CallAnswer answer;
  cim::ObjectPath job;  ///< With `within`: empty class without a job.
  std::optional<cim::Instance> ended_job;
};

std::expected<cim::MethodCall, std::string> prepare(RunContext& context, const CallStep& step) {
  cim::MethodCall call{.class_name = step.class_name, .method = step.method};
  if (step.of) {
    auto reference = resolve_reference(context, *step.of);
    if (!reference) return std::unexpected(reference.error());
    call.object = std::move(reference->path);
  }
  for (const Argument& argument : step.arguments) {
    const cim::ParameterInfo* parameter =
        step.info == nullptr ? nullptr : step.info->find(argument.name);
    auto value = argument_value(context, argument.value, parameter);
    if (!value) return std::unexpected(value.error());
    if (!value->is_null()) call.arguments.emplace_back(argument.name, std::move(*value));
  }
  return call;
}

void record_call(RunContext& context, const CallStep& step, const CallState& state) {
  const std::string answer = answer_text(state.answer, step.info);
  context.record.calls.push_back({.at_ns = sim::ns(state.started),
                                  .provider = step.provider,
                                  .method = step.method,
                                  .summary = summary(context, state.call),
                                  .answer = answer,
                                  .code = code_of(state.answer),
                                  .duration_ns = sim::ns(context.world.now() - state.started)});
  note_exercised(context.exercised, state.call, state.answer, step.info);
}

/// The relation that a call is about, for the history of a failure.
std::optional<std::uint64_t> pair_of(RunContext& context, const cim::MethodCall& call) {
  for (const auto& [name, value] : call.arguments) {
    if (value.is_array() || value.type() != cim::Type::Reference) continue;
    if (const auto pair = context.testbed.pair_of(value.as_reference())) return pair;
  }
  return std::nullopt;
}

bool allowed(RunContext& context, const std::string& rule) {
  for (const Named& allow : context.run.allow) {
    if (allow.name != rule) continue;
    context.exercised.insert("allow " + rule);
    return true;
  }
  return false;
}

/// Judges the answer itself; false when the step failed.
bool judge_answer(RunContext& context, const Step& step, const CallStep& call,
                  const CallState& state) {
  const auto pair = pair_of(context, state.call);
  const std::string seen = answer_text(state.answer, call.info);
  const bool known = documented(state.answer, call.info, context.testbed.profile(call.provider));
  if (!known && !allowed(context, "return-code")) {
    fail_step(context, step,
              {.rule = "return-code",
               .message = call.method + " answered with a code that it does not document",
               .expected = "a documented code",
               .seen = seen,
               .pair = pair});
    return false;
  }
  const bool excused = call.mutated && known && state.answer && is_refusal(*state.answer);
  if (!matches(call.returns, state.answer) && !excused && !(!known && !call.returns.written)) {
    std::string message = call.method + " answered " + seen;
    if (state.answer && state.answer->error && !state.answer->error->message.empty()) {
      message += ": " + state.answer->error->message;
    }
    if (!state.answer && !state.answer.error().why.empty()) {
      message += ": " + state.answer.error().why;
    }
    fail_step(context, step,
              {.rule = "returns",
               .message = std::move(message),
               .expected = text(call.returns, call.info),
               .seen = seen,
               .pair = pair});
    return false;
  }
  if (!state.answer || !is_refusal(*state.answer)) return true;
  const std::string effect = refusal_effect(context, state.before);
  if (effect.empty() || allowed(context, "B2")) return true;
  fail_step(context, step,
            {.rule = "B2",
             .message = call.method + " was refused and yet changed something",
             .expected = "a refused call changes nothing",
             .seen = effect,
             .pair = pair});
  return false;
}

bool accepted(const CallAnswer& answer) {
  const auto code = code_of(answer);
  return code == cim::number(cim::ReturnCode::Completed) ||
         code == cim::number(cim::ReturnCode::JobStarted);
}

sim::Task<void> wait_for_job(sim::World& world, RunContext& context, const CallStep& call,
                             CallState& state) {
  Watch watch;
  watch.deadline = state.started + *call.within;
  watch.decided = [&context, &call, &state] {
    auto job = context.testbed.peek(call.provider, state.job);
    if (!job) return false;
    const cim::Value& value = job->get("JobState");
    if (!value.is_number() || !final_job_state(value.as_unsigned())) return false;
    state.ended_job = std::move(job);
    return true;
  };
  co_await wait_for(world, context.watches, watch);
}

bool judge_job(RunContext& context, const Step& step, const CallStep& call,
               const CallState& state) {
  const auto pair = pair_of(context, state.call);
  const std::string id = element_path(state.job);
  if (!state.ended_job) {
    const auto job = context.testbed.peek(call.provider, state.job);
    std::string seen = "the job is gone";
    if (job) {
      const auto job_state = job->get("JobState");
      seen = job_state.is_number()
                 ? std::string(cim::name(static_cast<cim::JobState>(job_state.as_unsigned())))
                 : job_state.text();
      if (!job->get("PercentComplete").is_null()) {
        seen += ", " + job->get("PercentComplete").text() + " percent complete";
      }
    }
    fail_step(context, step,
              {.rule = "within",
               .message = fmt::format("job {} of {} did not end in time", id, call.method),
               .expected = "Completed within " + text(Literal{*call.within}),
               .seen = std::move(seen),
               .pair = pair});
    return false;
  }
  const auto ended = static_cast<cim::JobState>(state.ended_job->get("JobState").as_unsigned());
  if (ended == cim::JobState::Completed) return true;
  std::string seen(cim::name(ended));
  const cim::Value& words = state.ended_job->get("ErrorDescription");
  if (words.type() == cim::Type::String) seen += ": " + words.as_string();
  fail_step(context, step,
            {.rule = "within",
             .message = fmt::format("job {} of {} did not complete", id, call.method),
             .expected = "Completed",
             .seen = std::move(seen),
             .pair = pair});
  return false;
}

/// Out parameters come from the completed job where there is one (rulings R18), else from the
/// reply; a job that does not tell them again had told them in the reply.
cim::Value out_parameter(const CallState& state, const std::string& name) {
  if (state.ended_job && name != "Job") {
    const cim::Value& out = state.ended_job->get("JobOutParameters");
    if (!out.is_array() && out.type() == cim::Type::Instance) {
      const cim::Value& value = out.as_instance().get(name);
      if (!value.is_null()) return value;
    }
  }
  return state.answer->get(name);
}

bool save_outs(RunContext& context, const Step& step, const CallStep& call,
               const CallState& state) {
  for (const SaveOut& save : call.save) {
    const cim::Value value = out_parameter(state, save.parameter);
    if (value.is_null()) {
      fail_step(context, step,
                {.rule = "save",
                 .message = fmt::format("{} gave no {} to save", call.method, save.parameter),
                 .expected = save.parameter + " not NULL",
                 .seen = "NULL, the answer was " + answer_text(state.answer, call.info)});
      return false;
    }
    BoundValue binding;
    const cim::ParameterInfo* parameter =
        call.info == nullptr ? nullptr : call.info->find(save.parameter);
    if (!value.is_array() && value.type() == cim::Type::Reference) {
      binding.value = bind_reference(context, value.as_reference(), call.provider);
    } else {
      binding.value = seen(value, parameter == nullptr ? nullptr : parameter->enumeration);
    }
    context.bindings.add(save.slot, context.run.slots[save.slot].list, std::move(binding));
    context.history.touch();
  }
  return true;
}

}  // namespace

sim::Task<bool> run_call(sim::World& world, RunContext& context, const Step& step,
                         const CallStep& call, StepResult result) {
  CallState state;
  state.started = world.now();
  auto prepared = prepare(context, call);
  if (!prepared) {
    fail_step(context, step,
              {.rule = "reference", .message = prepared.error(), .seen = prepared.error()});
    co_return false;
  }
  state.call = std::move(*prepared);
  state.before = view_management(context);
  state.before.call = ++context.calls_made;
  const std::set<std::string> mistakes = mistakes_of(context, state.call);
  ++context.calls_under_way;
  provider::Provider& provider = context.testbed.provider(call.provider);
  cim::MethodCall sent = state.call;
  state.answer = co_await provider.invoke(world, std::move(sent), call.give_up);
  --context.calls_under_way;
  context.history.touch();
  record_call(context, call, state);
  context.exercised.insert(mistakes.begin(), mistakes.end());
  BoundCall bound{.duration_ns = sim::ns(world.now() - state.started),
                  .code = code_of(state.answer),
                  .answer = answer_text(state.answer, call.info)};
  result.set(bound);
  const bool good = judge_answer(context, step, call, state);
  if (!good) co_return false;
  if (!accepted(state.answer)) co_return true;
  const cim::Value& job = state.answer->get("Job");
  if (call.within && !job.is_null() && job.type() == cim::Type::Reference) {
    state.job = job.as_reference();
    co_await wait_for_job(world, context, call, state);
    bound.duration_ns = sim::ns(world.now() - state.started);
    result.set(bound);
    const bool completed = judge_job(context, step, call, state);
    if (!completed) co_return false;
  }
  co_return save_outs(context, step, call, state);
}

}  // namespace replsim::harness
