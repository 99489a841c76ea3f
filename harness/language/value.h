// Values and references of a scenario after loading: typed, in base units, with their place.
// Params, axes and columns are gone (substituted); only names born by steps are left, as slots.
// Source: language.md sections 2 and 3.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/language/source.h"
#include "harness/language/vocabulary.h"
#include "model/cim/value.h"
#include "sim/time.h"

namespace replsim::harness {

// --- constants -------------------------------------------------------------------------------

struct ByteSize {
  std::uint64_t bytes = 0;
  auto operator<=>(const ByteSize&) const = default;
};

/// `500/s` is Events; `20 MiB/s`, `1 Gbit/s` are Bytes. Per second, in billionths: exact.
struct Rate {
  enum class Of : std::uint8_t { Events, Bytes };
  Of of = Of::Events;
  std::uint64_t per_second = 0;  ///< Whole events or bytes per second.
  std::uint32_t billionths = 0;  ///< The rest, in 1e-9 events or bytes per second.
  auto operator<=>(const Rate&) const = default;
};

/// Parts per billion: `5%` = 50,000,000.
struct Share {
  std::int64_t ppb = 0;
  auto operator<=>(const Share&) const = default;
};

/// A value of a ValueMap; `name` is the full name, or the number when it has no name.
struct EnumerationValue {
  std::uint32_t number = 0;
  std::string name;
  bool operator==(const EnumerationValue& other) const { return number == other.number; }
};

/// A decimal number: `units` + `billionths` * 1e-9, both of the number's sign.
struct Number {
  std::int64_t units = 0;
  std::int32_t billionths = 0;
  auto operator<=>(const Number&) const = default;
};

struct Null {
  bool operator==(const Null&) const = default;
};

/// A constant. Text is std::string; truth is bool.
using Literal = std::variant<Null, bool, Number, std::string, sim::Duration, ByteSize, Rate, Share,
                             EnumerationValue>;

/// For people: `60 s`, `4 KiB`, `Synchronized`.
std::string text(const Literal& literal);

// --- references ------------------------------------------------------------------------------

/// Index into Run::slots: one name born by one step (or one repeated step), unique in the run.
/// Runbook scopes are resolved: a runbook's `$pair` that the caller saves as `$mirror` is the
/// caller's slot.
using SlotId = std::uint32_t;

/// List words are only found where the slot is a list.
enum class PartKind : std::uint8_t {
  Property,   ///< `.CopyState`: a CIM property; references are followed by further parts.
  Metric,     ///< `.first-ack`
  Statistic,  ///< `.p99`, always after a Metric.
  Index,      ///< `.1`, from 1.
  Last,       ///< `.last`; also set inside a `repeat` for the round's own value.
  Count,      ///< `.count`
  All,        ///< `.all.P`: each.
  Any,        ///< `.any.P`: at least one.
};

struct Part {
  PartKind kind = PartKind::Property;
  std::string name;  ///< As written.
  Metric metric = Metric::Exists;
  Statistic statistic = Statistic::Max;
  std::uint32_t index = 0;
};

/// `$mirror.SyncedElement.content` or `east/vol1.content`, or without parts the thing itself.
struct Subject {
  struct Entity {
    EntityKind kind = EntityKind::Array;
    std::string path;  ///< `east/vol1`, checked against the topology (a volume made later in a
                       ///< pool, `west/pool1-1`, has kind Volume and is not in it).
  };
  std::variant<SlotId, Entity> base;
  std::vector<Part> parts;
  std::string text;  ///< As written, with its `$`.
  Location location;
};

// --- operands --------------------------------------------------------------------------------

struct Operand;

/// `{Property: value, ...}` of a class; only when a property is a reference born at run time
/// (an instance of constants is a cim::Value already).
struct InstanceMap {
  std::string class_name;
  std::vector<std::pair<std::string, Operand>> properties;
};

struct OperandList {
  std::vector<Operand> values;
};

/// A value where one is wanted: a constant of the language, a constant of CIM (typed by the
/// method's or the class's table), something to look up at run time, or a composite of these.
struct Operand {
  std::variant<Literal, cim::Value, Subject, InstanceMap, OperandList> value;
  Location location;
};

}  // namespace replsim::harness
