// Rows of what every fault has, of triggers and matchers (language.md 5, 6, 12).
#include <array>

#include "harness/language/table_rows.h"

namespace replsim::harness {
namespace tables {
namespace {

constexpr std::array fault_rows = {
    KeyRow{.section = "fault",
           .key = "target",
           .type = Subject,
           .meaning = "What it hits.",
           .required = true},
    KeyRow{.section = "fault",
           .key = "for",
           .type = Duration,
           .meaning = "How long.",
           .fallback = "(until `stop` or the end)"},
    KeyRow{.section = "fault",
           .key = "when",
           .type = Value,
           .meaning = "Trigger: a duration after the step, {at: duration}, an expectation, or "
                      "{event: kind, ...}.",
           .fallback = "(now)"},
    KeyRow{.section = "fault",
           .key = "every",
           .type = Duration,
           .meaning = "Repeats it; not shorter than `for`."},
    KeyRow{.section = "fault",
           .key = "times",
           .type = Count,
           .meaning = "How many times in all.",
           .fallback = "1"},
    KeyRow{.section = "fault",
           .key = "may-miss",
           .type = Truth,
           .meaning = "Not meeting any event of its kind is no failure.",
           .fallback = "false"},
    KeyRow{.section = "event trigger",
           .key = "event",
           .type = Word,
           .meaning = "Kind of event.",
           .required = true},
    KeyRow{.section = "event trigger",
           .key = "on",
           .type = Subject,
           .meaning = "Only events of this entity.",
           .fallback = "(any)"},
    KeyRow{.section = "event trigger",
           .key = "nth",
           .type = Count,
           .meaning = "The how-manieth, from 1.",
           .fallback = "1"},
    KeyRow{.section = "event trigger",
           .key = "phase",
           .type = Word,
           .meaning = "Before or after it takes effect; before: of message-delivered only, which "
                      "its sending foretells.",
           .fallback = "after",
           .words = "before after"},
    KeyRow{.section = "event trigger",
           .key = "chance",
           .type = Share,
           .meaning = "Share of the events that count.",
           .fallback = "100%"},
    KeyRow{.section = "time trigger",
           .key = "at",
           .type = Duration,
           .meaning = "From the start of the run.",
           .required = true},
    KeyRow{
        .section = "matcher", .key = "at-least", .type = Value, .meaning = "Not below, inclusive."},
    KeyRow{
        .section = "matcher", .key = "at-most", .type = Value, .meaning = "Not above, inclusive."},
    KeyRow{
        .section = "matcher", .key = "not", .type = Value, .meaning = "The matcher does not hold."},
    KeyRow{.section = "matcher",
           .key = "history",
           .type = Value,
           .meaning = "All values it changed to in the window, in order.",
           .list = true},
    KeyRow{.section = "matcher",
           .key = "passes",
           .type = Value,
           .meaning = "Took these in this order; others may lie between.",
           .list = true},
    KeyRow{.section = "matcher",
           .key = "never",
           .type = Value,
           .meaning = "Took none of these.",
           .list = true},
};
static_assert(unique_keys(fault_rows));

}  // namespace
}  // namespace tables

std::span<const KeyRow> fault_keys() {
  return tables::fault_rows;
}

}  // namespace replsim::harness
