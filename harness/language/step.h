// Steps as the runner executes them. A step starts at the instant the one before ended;
// workload and fault steps end at once, the rest block.
// Source: language.md section 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/language/expectation.h"
#include "harness/language/value.h"
#include "model/cim/method.h"
#include "model/cim/schema.h"

namespace replsim::harness {

struct Step;
using Steps = std::vector<Step>;

/// What a call may answer: any of these. Default: codes 0 and 4096.
struct Returns {
  std::vector<std::uint32_t> codes;
  std::vector<cim::CimStatus> statuses;
  bool no_answer = false;
  bool written = false;  ///< Given in the file.
  Location location;
};

struct Argument {
  std::string name;
  Operand value;  ///< cim::Value, Subject, InstanceMap or OperandList of these.
  bool raw = false;
};

struct SaveOut {
  std::string parameter;
  SlotId slot = 0;
  Location location;
};

/// `call: [Class.]Method`.
struct CallStep {
  std::string provider;    ///< Array name.
  std::string class_name;  ///< As written before the dot, else the class that has the method.
  std::string method;
  const cim::MethodInfo* info = nullptr;  ///< Null only where the schema does not know the method.
  std::optional<Subject> of;              ///< Instance the method is called on.
  std::vector<Argument> arguments;        ///< `with` overridden by `raw`, in order of writing.
  Returns returns;
  std::vector<SaveOut> save;
  std::optional<sim::Duration> within;  ///< Its job, if any, is Completed by then.
  sim::Duration give_up = sim::seconds(60);
  bool mutated = false;  ///< In a mutated runbook: any documented refusal will do.
};

/// `write:`, `read:`, `flush:`.
struct IoStep {
  enum class Kind : std::uint8_t { Write, Read, Flush };
  Kind kind = Kind::Write;
  Subject volume;
  std::string host;          ///< Empty only where the volume is known at run time alone and several
                             ///< hosts exist: then the one host that sees it.
  std::uint64_t offset = 0;  ///< Bytes.
  std::optional<std::uint64_t> length;  ///< Bytes; flush has none.
  std::optional<std::string> data;      ///< Given text; none = stamps.
  IoReturn returns = IoReturn::Ok;
  bool returns_written = false;  ///< Given in the file.
};

/// `list: Class`.
struct ListStep {
  std::string class_name;
  std::optional<Subject> of;
  std::string provider;
};

/// Where a window starts: the start of the step whose `as` is this slot.
struct Since {
  SlotId slot = 0;
  bool last = false;  ///< In a repeat: the round's own.
  Location location;
};

struct ExpectStep {
  Expectation expectation;
  std::optional<sim::Duration> within;
  std::optional<sim::Duration> hold;  ///< `for`.
  std::optional<Since> since;
  std::string endpoint;  ///< Array whose view is read; empty = merged view (R7).
};

struct SaveStep {
  std::vector<std::pair<Subject, SlotId>> saves;
};

struct WaitStep {
  sim::Duration duration{};
};

struct WorkloadStep {
  WorkloadKind kind = WorkloadKind::Random;
  std::string host;
  std::vector<Subject> volumes;
  std::uint64_t size = 4096;  ///< Bytes of an I/O.
  std::int64_t read_ppb = 0;  ///< Share of reads.
  std::optional<Rate> rate;   ///< Exactly one of rate and depth is set.
  std::optional<std::uint32_t> depth;
  std::uint64_t range_begin = 0;           ///< Bytes.
  std::optional<std::uint64_t> range_end;  ///< Bytes, exclusive; none = the volume's end.
  std::int64_t hot_ppb = 100'000'000;      ///< Hotspot: this share of the range gets 90 %.
  std::optional<sim::Duration> length;     ///< `for`.
};

/// `{event: kind, on: entity, nth: n, phase: ..., chance: share}`.
struct EventTrigger {
  EventKind event = EventKind::MessageSent;
  std::optional<Subject> on;
  std::uint64_t nth = 1;
  EventPhase phase = EventPhase::After;
  std::int64_t chance_ppb = 1'000'000'000;
};
/// A duration after the step.
struct AfterStep {
  sim::Duration delay{};
};
/// From the start of the run.
struct AtTime {
  sim::Duration at{};
};
/// An expectation trigger fires the first time that it is true.
using Trigger = std::variant<AfterStep, AtTime, EventTrigger, Expectation>;

struct FaultStep {
  FaultKind kind = FaultKind::LinkCut;
  Subject target;
  LinkDirection direction = LinkDirection::Both;
  std::int64_t rate_ppb = 0;                ///< link.*, provider.*: share hit.
  sim::Duration gap{};                      ///< link.reorder.
  std::uint64_t burst = 1;                  ///< link.burst-loss: messages.
  std::uint64_t limit = 0;                  ///< link.bandwidth: bytes per second.
  std::string word = {};                    ///< `drop`, `survives` or `answers`.
  std::uint64_t shift = 0;                  ///< disk.misdirected-write: bytes.
  std::uint64_t size = 0;                   ///< disk.credit: operations at once.
  sim::Duration interval{};                 ///< disk.credit: for one more.
  sim::Duration add{};                      ///< Latency added.
  std::uint64_t factor = 1;                 ///< array.slow, host.slow.
  std::uint64_t versions = 1;               ///< disk.stale-read.
  sim::Duration by{};                       ///< clock.offset, clock.jump.
  std::int64_t gain_ppb = 0;                ///< clock.drift.
  std::int64_t chance_ppb = 1'000'000'000;  ///< disk.*, link.filter: share hit.
  std::uint64_t range_begin = 0;            ///< disk.*: bytes of the disk.
  std::optional<std::uint64_t> range_end;   ///< Exclusive; none = the disk's end.
  std::optional<sim::Duration> length;      ///< `for`; none = until `stop` or the end.
  Trigger when = AfterStep{};
  std::optional<sim::Duration> every;
  std::uint64_t times = 1;
  bool may_miss = false;
};

struct StopStep {
  Subject what;  ///< A workload or a fault.
};

/// `set: {east/pool1.size: 80 GiB}`: topology values that are settable.
struct SetStep {
  std::vector<std::pair<Subject, Operand>> values;
};

struct PowerStep {
  Subject target;  ///< A host.
  PowerState state = PowerState::Running;
};

struct ParallelStep {
  struct Branch;
  std::vector<Branch> branches;
};

/// Round i (from 0) runs bodies[min(i, size - 1)], starting at i * every after the step's start
/// or when the round before ended, whichever is later. `over` has one body a round.
struct RepeatStep {
  std::uint64_t rounds = 0;
  std::optional<sim::Duration> every;
  std::vector<Steps> bodies;
};

/// A runbook, expanded: its names are slots of this run.
struct UseStep {
  std::string runbook;
  std::vector<Steps> body;  ///< One element.
  std::string mistake;      ///< Rule of its mutation, `operator/skip`; empty: as written.
};

struct Step {
  Location location;  ///< First line.
  std::uint32_t last_line = 0;
  std::string note;
  std::optional<SlotId> as;
  std::variant<CallStep, IoStep, ListStep, ExpectStep, SaveStep, WaitStep, WorkloadStep, FaultStep,
               StopStep, SetStep, PowerStep, ParallelStep, RepeatStep, UseStep>
      body;

  /// The step's lines as they stand in the file, for failure reports.
  std::string source_lines() const;
};

struct ParallelStep::Branch {
  std::string name;
  Steps steps;
};

}  // namespace replsim::harness
