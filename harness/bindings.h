// What the names of a scenario are bound to while it runs: a slot holds its values in order of
// birth (one, unless it is a list). Handles are shared with the background steps behind them.
// Source: language.md section 2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/expect_value.h"
#include "harness/language/value.h"
#include "harness/metric_window.h"
#include "harness/step_fault_handle.h"
#include "harness/workload.h"
#include "model/cim/value.h"

namespace replsim::harness {

/// A CIM reference. One of a relation is followed through Reverse Roles by its pair.
struct BoundReference {
  cim::ObjectPath path;
  std::string array;  ///< Where it was born: whom to ask when the path does not tell.
  std::optional<std::uint64_t> pair;
};

struct BoundCall {
  std::int64_t duration_ns = 0;
  std::optional<std::uint32_t> code;
  std::string answer;
};

struct BoundWrite {
  WriteRange range;
  std::string volume;
};

struct BoundRead {
  Content content;
};

/// Value of a slot: what was saved, or the result of a step with `as`.
using Bound = std::variant<BoundReference, Seen, BoundCall, BoundWrite, BoundRead,
                           std::shared_ptr<Workload>, std::shared_ptr<FaultHandle>, std::monostate>;

struct BoundValue {
  Bound value = std::monostate{};
};

class Bindings {
 public:
  explicit Bindings(std::size_t slots) : slots_(slots), windows_(slots) {}

  bool born(SlotId slot) const { return !slots_[slot].empty(); }
  const std::vector<BoundValue>& all(SlotId slot) const { return slots_[slot]; }
  /// The last one born; the slot must not be empty.
  const BoundValue& last(SlotId slot) const { return slots_[slot].back(); }

  /// Lists grow; another slot is replaced. Returns the index of the value for set_value.
  std::size_t add(SlotId slot, bool list, BoundValue binding) {
    std::vector<BoundValue>& values = slots_[slot];
    if (!list) values.clear();
    values.push_back(std::move(binding));
    return values.size() - 1;
  }
  /// The step behind a binding has its result.
  void set_value(SlotId slot, std::size_t index, Bound value) {
    slots_[slot][index].value = std::move(value);
  }
  /// The step of this name starts now. In a repeat the round's own window replaces the last one's.
  void open(SlotId slot, Window window) { windows_[slot] = std::move(window); }
  /// The window of the step of this name that started last; none when none did.
  const std::optional<Window>& window(SlotId slot) const { return windows_[slot]; }
  /// A list that a step gave as a whole.
  void replace(SlotId slot, std::vector<BoundValue> values) { slots_[slot] = std::move(values); }

 private:
  std::vector<std::vector<BoundValue>> slots_;
  std::vector<std::optional<Window>> windows_;
};

}  // namespace replsim::harness
