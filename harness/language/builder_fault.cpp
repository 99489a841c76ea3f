// `fault` and its triggers.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/builder.h"

namespace replsim::harness {
namespace {

template <typename E>
E word_value(std::string_view list, const std::optional<std::string>& word, E fallback) {
  const WordRow* row = word ? find_word(list, *word) : nullptr;
  return row == nullptr ? fallback : static_cast<E>(row->number);
}

/// What one effect on links alone has.
void link_parameters(Context& context, Fields& fields, FaultStep& step) {
  step.gap = fields.span("gap", true).value_or(sim::Duration{0});
  step.burst = fields.count("burst", 1, 1'000'000).value_or(1);
  if (fields.has("limit")) step.limit = read_byte_rate(context, fields.raw("limit")).value_or(0);
  step.word = fields.word("drop").value_or("");
}

/// What one effect on a management service alone has.
void service_parameters(Fields& fields, FaultStep& step) {
  if (const auto answers = fields.word("answers")) step.word = *answers;
}

/// What effects on nodes alone have.
void node_parameters(Fields& fields, FaultStep& step) {
  step.factor = fields.count("factor", 1, 1'000'000).value_or(1);
}

/// What effects on clocks alone have.
void clock_parameters(Fields& fields, FaultStep& step) {
  step.by = fields.duration("by").value_or(sim::Duration{0});
  step.gain_ppb = fields.share("gain", 1'000'000'000, -999'999'999).value_or(0);
}

/// What one effect on disks alone has.
void disk_parameters(Fields& fields, FaultStep& step) {
  if (const auto survives = fields.word("survives")) step.word = *survives;
  step.shift = fields.size("shift").value_or(std::uint64_t{1} << 20);
  step.size = fields.count("size", 1, 1'000'000'000).value_or(0);
  step.versions = fields.count("versions", 1, 1'000'000).value_or(1);
  step.interval = fields.span("interval", true).value_or(sim::Duration{0});
}

/// Parameters that effects of several kinds share, and those of one alone.
void effect_parameters(Context& context, Fields& fields, FaultStep& step) {
  step.direction = word_value("direction", fields.word("direction"), LinkDirection::Both);
  step.rate_ppb = fields.share("rate").value_or(0);
  step.add = fields.span("add").value_or(sim::Duration{0});
  link_parameters(context, fields, step);
  disk_parameters(fields, step);
  service_parameters(fields, step);
  clock_parameters(fields, step);
  node_parameters(fields, step);
  step.chance_ppb = fields.share("chance").value_or(step.chance_ppb);
}

}  // namespace

std::optional<Builder::Body> Builder::fault(Cursor at) {
  const Cursor map = follow(context_, at);
  Cursor effect{map.node->find("fault"), map.scope};
  const Node* node = read_scalar(context_, effect, "a fault");
  if (node == nullptr) return std::nullopt;
  const FaultRow* row = find_fault(node->text);
  if (row == nullptr) {
    std::vector<std::string_view> words;
    for (const FaultRow& one : fault_table()) words.push_back(one.word);
    context_.report.add("unknown-name", node->location,
                        fmt::format("there is no fault `{}`", node->text),
                        word_hint(node->text, words));
    return std::nullopt;
  }
  Fields fields(context_, at, {"step", "fault", row->word}, {"fault"});
  FaultStep step;
  step.kind = row->kind;
  bool fine = fields.has("target");
  if (fine) {
    auto target = entity(fields.raw("target"), {row->target});
    fine = target.has_value();
    if (fine) step.target = std::move(target->subject);
  }
  effect_parameters(context_, fields, step);
  if (fields.has("range"))
    if (const auto range = read_size_range(context_, fields.raw("range"))) {
      step.range_begin = range->first;
      step.range_end = range->second;
      const auto* path = std::get_if<Subject::Entity>(&step.target.base);
      const auto* disk = path == nullptr || !fine ? nullptr : entities_.disk(path->path);
      if (disk != nullptr && range->second > disk->size)
        context_.report.add(
            "out-of-range", fields.get("range").node->location,
            fmt::format("the range ends after the disk of {}", size_text(disk->size)));
    }
  step.length = fields.span("for", true);
  step.every = fields.span("every", true);
  step.times = fields.count("times", 1, 1'000'000).value_or(1);
  step.may_miss = fields.truth("may-miss").value_or(false);
  if (step.every && step.length && *step.every < *step.length)
    context_.report.add("every-before-end", fields.get("every").node->location,
                        "`every` is shorter than `for`: it would begin again before it ended");
  if (fields.has("every") && !fields.has("for"))
    context_.report.add("missing-key", fields.location(),
                        "`every` needs `for`: without it the first one never ends");
  if (step.times > 1 && !fields.has("every"))
    context_.report.add("missing-key", fields.location(), "`times` needs `every`");
  if (fields.has("when")) {
    auto when = trigger(fields.raw("when"));
    fine = fine && when.has_value();
    if (when) step.when = std::move(*when);
  }
  if (!fine) return std::nullopt;
  return step;
}

std::optional<Trigger> Builder::trigger(Cursor at) {
  at = follow(context_, at);
  if (!at) return std::nullopt;
  if (!at.node->is_map()) {
    const auto delay = read_duration(context_, at);
    if (!delay) return std::nullopt;
    if (*delay >= sim::Duration{0}) return AfterStep{*delay};
    context_.report.add("out-of-range", at.node->location, "a trigger does not lie in the past");
    return std::nullopt;
  }
  if (at.node->find("at") != nullptr) {
    Fields fields(context_, at, {"time trigger"});
    const auto time = fields.span("at");
    if (!time) return std::nullopt;
    return AtTime{*time};
  }
  if (at.node->find("event") != nullptr) return event_trigger(at);
  auto found = expectation(at);
  if (!found) return std::nullopt;
  return std::move(*found);
}

std::optional<Trigger> Builder::event_trigger(Cursor at) {
  Fields fields(context_, at, {"event trigger"});
  EventTrigger trigger;
  std::vector<std::string_view> words;
  for (const EventRow& row : event_table()) words.push_back(row.word);
  const auto kind = read_word(context_, fields.raw("event"), words);
  if (!kind) return std::nullopt;
  const EventRow* row = find_event(*kind);
  trigger.event = row->kind;
  trigger.nth = fields.count("nth", 1).value_or(1);
  trigger.phase = word_value("phase", fields.word("phase"), EventPhase::After);
  if (trigger.phase == EventPhase::Before && !row->foreseen)
    context_.report.add("out-of-range", fields.get("phase").node->location,
                        fmt::format("nothing tells of a `{}` before it takes effect", *kind),
                        "`before` is for message-delivered; else take the event that leads to it");
  trigger.chance_ppb = fields.share("chance").value_or(trigger.chance_ppb);
  if (!fields.has("on")) return trigger;
  auto on = subject(fields.raw("on"));
  if (!on) return std::nullopt;
  const auto kinds = split_words(row->on);
  const bool fits = on->type.metric == nullptr && !on->type.list &&
                    std::ranges::find(kinds, word(on->type.owner)) != kinds.end();
  if (!fits) {
    context_.report.add("wrong-kind", on->subject.location,
                        fmt::format("`{}` is a {}; `{}` happens on {}", on->subject.text,
                                    word(on->type.owner), *kind, one_of(kinds)));
    return std::nullopt;
  }
  trigger.on = std::move(on->subject);
  return trigger;
}

}  // namespace replsim::harness
