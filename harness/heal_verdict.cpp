// "Not converged" names the relation, its state, its last event and what it waits for.
#include "harness/heal_verdict.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "harness/bindings_content.h"

namespace replsim::harness {

namespace {

/// Of one array's instance, or of the merged view.
std::optional<cim::CopyState> state_at(RunContext& context, std::uint64_t pair,
                                       std::string_view array = {}) {
  const auto instance = context.testbed.peek_relation(pair, array);
  if (!instance) return std::nullopt;
  const cim::Value& state = instance->get("CopyState");
  if (!state.is_number()) return std::nullopt;
  return static_cast<cim::CopyState>(state.as_unsigned());
}

bool split_brain(RunContext& context, std::uint64_t pair) {
  const provider::Introspection* facts = context.testbed.introspection();
  if (facts == nullptr) return false;
  for (const provider::EndpointFacts& end : facts->endpoints()) {
    if (end.pair == pair && end.split_brain) return true;
  }
  return false;
}

/// Like split brain this rests: an Invalid end whose other one was detached by Force. Nobody but
/// its owner can say which data counts (rulings R7).
bool left_alone(RunContext& context, std::uint64_t pair) {
  const auto relation = context.testbed.relation(pair);
  return relation && relation->exists && relation->arrays.size() == 1;
}

bool rests_invalid(RunContext& context, std::uint64_t pair) {
  return split_brain(context, pair) || left_alone(context, pair);
}

std::string waits_for(RunContext& context, std::uint64_t pair, Healing what) {
  if (!context.testbed.quiet()) return "a fault that is still active";
  if (context.history.job_running(pair)) return "its job to end";
  switch (what) {
    case Healing::Wait: return "the copy to complete, or the peer to be found";
    case Healing::Resume: return "Resume to be accepted";
    case Healing::Resync: return "Resync Replica to be accepted";
    case Healing::Failback: return "Failback to be accepted";
    case Healing::Done:
    case Healing::Rest: return "nothing that the harness knows of";
  }
  std::unreachable();
}

bool resting(Healing what) {
  return what == Healing::Done || what == Healing::Rest;
}

/// An array whose end does not rest, and what that end waits for.
struct RestlessEnd {
  std::string array;
  std::string state;
  Healing what;
};

std::optional<RestlessEnd> restless_end(RunContext& context, std::uint64_t pair) {
  const auto relation = context.testbed.relation(pair);
  if (!relation) return std::nullopt;
  for (const std::string& array : relation->arrays) {
    const auto state = state_at(context, pair, array);
    if (!state) continue;  // removed here
    const Healing what = healing(*state, rests_invalid(context, pair));
    if (!resting(what)) return RestlessEnd{array, std::string(cim::name(*state)), what};
  }
  return std::nullopt;
}

std::string last_event(RunContext& context, std::uint64_t pair) {
  const auto lines = context.history.lines(pair, 1);
  return lines.empty() ? std::string("none")
                       : lines.back().substr(lines.back().find_first_not_of(' '));
}

}  // namespace

Healing healing_of(RunContext& context, std::uint64_t pair) {
  const auto state = state_at(context, pair);
  return state ? healing(*state, rests_invalid(context, pair)) : Healing::Wait;
}

bool at_rest(RunContext& context, std::uint64_t pair) {
  return resting(healing_of(context, pair)) && !restless_end(context, pair);
}

void report_not_converged(RunContext& context) {
  bool any = false;
  const std::string expected = "rest within " + text(Literal{context.run.converge_within});
  for (const auto& [id, pair] : context.history.pairs()) {
    const auto relation = context.testbed.relation(id);
    if (!relation || !relation->exists) continue;
    Healing what = healing_of(context, id);
    const auto end = restless_end(context, id);
    if (resting(what) && !end && !context.history.job_running(id)) continue;
    any = true;
    const auto state = state_at(context, id);
    std::string seen = state ? std::string(cim::name(*state)) : "no instance can be read";
    if (end && end->state != seen) seen += " and at " + end->array + " in " + end->state;
    if (resting(what) && end) what = end->what;
    add_failure(context, nullptr,
                {.rule = "B17",
                 .confidence = record::Confidence::SpecDerived,
                 .message = fmt::format("not converged: {} is in {}; its last event was {}; "
                                        "it waits for {}",
                                        context.history.name(id), seen, last_event(context, id),
                                        waits_for(context, id, what)),
                 .expected = expected,
                 .seen = seen,
                 .pair = id});
  }
  if (any) return;
  std::string seen = context.testbed.busy() ? "something is still under way" : "";
  for (const JobHistory& job : context.history.jobs()) {
    if (!job.ended) seen = "job " + context.world.trace().name(job.entity) + " has not ended";
  }
  add_failure(context, nullptr,
              {.rule = "B17",
               .confidence = record::Confidence::SpecDerived,
               .message = "not converged: all relations rest, but " + seen,
               .expected = expected,
               .seen = seen});
}

namespace {

bool holds_data(const provider::VolumeImage& image) {
  bool data = false;
  image.for_each_written(0, image.blocks(), [&](std::uint64_t, std::uint64_t) { data = true; });
  return data;
}

}  // namespace

bool report_data(RunContext& context) {
  bool agree = true;
  for (const auto& [id, pair] : context.history.pairs()) {
    const auto relation = context.testbed.relation(id);
    if (!relation || !relation->exists || healing_of(context, id) != Healing::Done) continue;
    const auto source = context.testbed.volume(relation->source_volume);
    const auto target = context.testbed.volume(relation->target_volume);
    if (!source || !target) continue;
    const auto* source_image = context.testbed.image(source->entity);
    const auto* target_image = context.testbed.image(target->entity);
    if (source_image == nullptr || target_image == nullptr) continue;
    if (holds_data(*source_image) || holds_data(*target_image)) ++context.record.invariants["A11"];
    auto difference = compare(*source_image, *target_image, 0, source_image->blocks());
    // What a disk's media fault spoilt, not the provider, is exempt (invariants.md).
    while (difference && !difference->other_blocks &&
           (context.testbed.media_fault(source->entity, difference->lba, difference->left) ||
            context.testbed.media_fault(target->entity, difference->lba, difference->right))) {
      const std::uint64_t next = difference->lba + 1;
      difference = compare(*source_image, *target_image, next, source_image->blocks() - next);
    }
    if (!difference) continue;
    agree = false;
    add_failure(context, nullptr,
                {.rule = "A11",
                 .message = fmt::format("{} is Synchronized at the end, but its data differs",
                                        context.history.name(id)),
                 .expected = "every block equal",
                 .seen = text(*difference),
                 .pair = id});
  }
  return agree;
}

}  // namespace replsim::harness
