// The one table of the language: step kinds, keys with types, defaults and bounds, metrics,
// fault effects, events. The loader, the JSON Schema and `explain` are all made from it; a word
// of the language stands here and nowhere else.
// Source: language.md sections 4 to 7 and 11 to 13.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "harness/language/vocabulary.h"

namespace replsim::harness {

/// How a value is written.
enum class ValueType : std::uint8_t {
  Duration,
  Size,
  Rate,
  ByteRate,
  Share,
  Count,
  Number,
  Truth,
  Text,
  Name,         ///< A bare name of the language.
  Word,         ///< One of the row's words.
  SizeRange,    ///< `0 B .. 1 GiB`
  Entity,       ///< A topology path of the row's kinds.
  Subject,      ///< A reference or a topology path.
  Reference,    ///< `$name`, born before.
  Birth,        ///< `$name`, born here.
  File,         ///< A path, or `std:name`.
  Latency,      ///< A duration, or {mean, p99}.
  Value,        ///< Typed by what it is compared with or given to.
  Map,          ///< A map whose keys are names; the meaning says of what.
  StepList,     ///< A list of steps.
  Expectation,  ///< {subject: matcher}
};

/// `A duration`, `a size`: for messages, schema and reference.
std::string_view describe(ValueType type);

/// Whether a row works in this version; what does not is refused with `not-in-this-version`.
enum class Status : std::uint8_t { Ready, Later };

/// A key of a map of the language.
struct KeyRow {
  std::string_view section;  ///< Map it belongs to: "scenario", "call", "array", "link.loss".
  std::string_view key;
  ValueType type;
  std::string_view meaning;
  std::string_view fallback = {};  ///< Default as written, or words in parentheses.
  bool required = false;
  bool list = false;            ///< A list of such values is taken too.
  std::string_view words = {};  ///< Type Word: the choices; Entity: the kinds; by spaces.
  bool settable = false;        ///< `set:` may change it in a run.
  Status status = Status::Ready;
};

/// All keys of a section, in order of writing; empty for an unknown section.
std::vector<const KeyRow*> keys_of(std::string_view section);
/// Null when unknown.
const KeyRow* find_key(std::string_view section, std::string_view key);
/// All rows.
std::span<const std::span<const KeyRow>> key_tables();
/// The words of a row, split.
std::vector<std::string_view> split_words(std::string_view words);

/// A kind of step; its modifiers are the keys of the section of the same name.
struct StepRow {
  std::string_view kind;   ///< "call"
  ValueType main;          ///< Type of the kind key's value.
  std::string_view value;  ///< What it names: "[Class.]Method".
  std::string_view meaning;
  std::string_view result = {};  ///< What `as` gives; empty: nothing but a window for `since`.
  bool background = false;
  std::string_view words = {};  ///< As in KeyRow.
};
std::span<const StepRow> step_table();
const StepRow* find_step(std::string_view kind);

/// What a subject's base or value is: decides which metrics and properties it has.
enum class Owner : std::uint8_t {
  Site,
  Host,
  Array,
  Disk,
  Pool,
  Volume,
  Link,
  Relation,
  Group,
  Job,
  Instance,
  Call,
  Write,
  Read,
  Workload,
  Fault,
  Window,
  Content,
  Value,
};
std::string_view word(Owner owner);

/// A metric of one owner.
struct MetricRow {
  Metric metric;
  std::string_view word;
  Owner owner;
  ValueType type;
  bool gauge;  ///< Takes .max .min .mean .p50 .p99 .p999; else a counter or a state.
  std::string_view meaning;
  Status status = Status::Ready;
};
std::span<const MetricRow> metric_table();
/// Null when the owner has no such metric.
const MetricRow* find_metric(Owner owner, std::string_view word);

/// A fault effect; its parameters are the keys of the section named by `word`, those that all
/// faults have are in section "fault".
struct FaultRow {
  FaultKind kind;
  std::string_view word;  ///< "link.cut"
  EntityKind target;
  std::string_view meaning;
  std::string_view source;
};
std::span<const FaultRow> fault_table();
const FaultRow* find_fault(std::string_view word);

/// An event that a trigger can wait for.
struct EventRow {
  EventKind kind;
  std::string_view word;
  std::string_view on;  ///< Kinds of entity `on` may name, by spaces.
  std::string_view meaning;
  bool foreseen = false;  ///< Something tells of it earlier: it has a phase `before`.
};
std::span<const EventRow> event_table();
const EventRow* find_event(std::string_view word);

/// A word of an enumeration of vocabulary.h with few values.
struct WordRow {
  std::string_view list;  ///< "statistic", "workload", ...
  std::uint8_t number;
  std::string_view word;
  std::string_view meaning;
  Status status = Status::Ready;
};
std::span<const WordRow> word_table();
const WordRow* find_word(std::string_view list, std::string_view word);
/// All words of a list that work in this version.
std::vector<std::string_view> words_of(std::string_view list);

}  // namespace replsim::harness
