// Look-up in the tables of keys and steps.
#include "harness/language/table.h"

#include <algorithm>
#include <array>

#include "harness/language/table_rows.h"

namespace replsim::harness {
namespace tables {
namespace {

constexpr std::array step_kinds = {
    StepRow{.kind = "call",
            .main = Name,
            .value = "[Class.]Method",
            .meaning = "Calls a method of a provider and waits for the answer.",
            .result = ".duration .code"},
    StepRow{.kind = "write",
            .main = Subject,
            .value = "volume",
            .meaning = "Writes to a volume and waits for the acknowledgement.",
            .result = "the write, for `holds`",
            .words = "volume"},
    StepRow{.kind = "read",
            .main = Subject,
            .value = "volume",
            .meaning = "Reads from a volume.",
            .result = ".content",
            .words = "volume"},
    StepRow{.kind = "flush",
            .main = Subject,
            .value = "volume",
            .meaning = "Makes what was written to a volume stable.",
            .words = "volume"},
    StepRow{.kind = "list",
            .main = Name,
            .value = "Class",
            .meaning = "Enumerates instances.",
            .result = "the list, in key order"},
    StepRow{.kind = "expect",
            .main = Expectation,
            .value = "{subject: matcher, ...}",
            .meaning = "Judges; all lines must hold together."},
    StepRow{.kind = "save",
            .main = Map,
            .value = "{subject: $name}",
            .meaning = "Keeps the value as it is now."},
    StepRow{.kind = "wait",
            .main = Duration,
            .value = "duration",
            .meaning = "Lets time pass; never to hope for a state.",
            .result = "window"},
    StepRow{.kind = "workload",
            .main = Word,
            .value = "kind",
            .meaning = "Starts I/O that goes on in the background.",
            .result = ".throughput .latency .errors .acknowledged .first-ack .done .skipped",
            .background = true},
    StepRow{.kind = "fault",
            .main = Word,
            .value = "entity-kind.effect",
            .meaning = "Injects a fault, now or when a trigger says.",
            .result = ".fired .hits .active",
            .background = true},
    StepRow{.kind = "stop",
            .main = Reference,
            .value = "$workload or $fault",
            .meaning = "Ends a workload when its last I/O is answered; lifts a fault; twice does "
                       "nothing."},
    StepRow{.kind = "set",
            .main = Map,
            .value = "{subject: value}",
            .meaning = "Changes a settable value of the topology."},
    StepRow{.kind = "power",
            .main = Subject,
            .value = "host",
            .meaning = "Switches a host on or off.",
            .words = "host"},
    StepRow{.kind = "parallel",
            .main = Map,
            .value = "{branch: [steps]}",
            .meaning = "Runs branches side by side; ends with the last.",
            .result = "window"},
    StepRow{.kind = "repeat",
            .main = Map,
            .value = "{times: n, every: duration} or {over: {$x: [..]}}",
            .meaning = "Runs `steps` again and again; names born inside become lists.",
            .result = "window"},
    StepRow{.kind = "use",
            .main = Name,
            .value = "runbook",
            .meaning = "Runs the steps of a runbook.",
            .result = "window"},
};

constexpr bool unique_steps() {
  for (std::size_t i = 0; i < step_kinds.size(); ++i)
    for (std::size_t j = i + 1; j < step_kinds.size(); ++j)
      if (step_kinds[i].kind == step_kinds[j].kind) return false;
  return true;
}
static_assert(unique_steps());

}  // namespace
}  // namespace tables

namespace {

bool in_inline_topology(const KeyRow& row) {
  return row.section == "topology" && row.key != "version" && row.key != "topology" &&
         row.key != "params";
}

}  // namespace

std::string_view describe(ValueType type) {
  using enum ValueType;
  switch (type) {
    case Duration: return "a duration (60 s)";
    case Size: return "a size (4 KiB)";
    case Rate: return "a rate (500/s, 20 MiB/s)";
    case ByteRate: return "a bandwidth (1 Gbit/s, 20 MiB/s)";
    case Share: return "a share (5%)";
    case Count: return "a whole number";
    case Number: return "a number";
    case Truth: return "true or false";
    case Text: return "text";
    case Name: return "a name";
    case Word: return "a word";
    case SizeRange: return "a range of sizes (0 B .. 1 GiB, or its end alone)";
    case Entity: return "a path of the topology";
    case Subject: return "a reference or a path";
    case Reference: return "a reference ($name)";
    case Birth: return "a new name ($name)";
    case File: return "a file";
    case Latency: return "a duration or {mean, p99}";
    case Value: return "a value";
    case Map: return "a map";
    case StepList: return "a list of steps";
    case Expectation: return "a map {subject: matcher}";
  }
  return {};
}

std::span<const std::span<const KeyRow>> key_tables() {
  static const std::array<std::span<const KeyRow>, 6> parts = {
      scenario_keys(), step_keys(), fault_keys(), effect_keys(), topology_keys(), profile_keys()};
  return parts;
}

std::vector<const KeyRow*> keys_of(std::string_view section) {
  // A topology inside a scenario has all keys of a file but what names the file.
  const bool inside = section == "inline topology";
  std::vector<const KeyRow*> result;
  for (const auto& table : key_tables())
    for (const KeyRow& row : table)
      if (row.section == section || (inside && in_inline_topology(row))) result.push_back(&row);
  return result;
}

const KeyRow* find_key(std::string_view section, std::string_view key) {
  for (const auto& table : key_tables())
    for (const KeyRow& row : table)
      if (row.key == key &&
          (row.section == section || (section == "inline topology" && in_inline_topology(row))))
        return &row;
  return nullptr;
}

std::vector<std::string_view> split_words(std::string_view words) {
  std::vector<std::string_view> result;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end > 0) result.push_back(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return result;
}

std::span<const StepRow> step_table() {
  return tables::step_kinds;
}

const StepRow* find_step(std::string_view kind) {
  const auto found = std::ranges::find(tables::step_kinds, kind, &StepRow::kind);
  return found == tables::step_kinds.end() ? nullptr : &*found;
}

}  // namespace replsim::harness
