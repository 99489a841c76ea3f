// Builds the steps of one run from the tree: names become slots, values get their types, every
// slip is reported where it stands. One builder makes one Run.
//
// Idea: a reference is resolved when it is met, in the order of the text, so that "used before
// birth" is simply "not there yet". Where a name was born (which repeats, which branches) decides
// whether it is a list, and from where it can be seen.
// Source: language.md sections 2, 5 and 6.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/language/entities.h"
#include "harness/language/fields.h"
#include "harness/language/library.h"
#include "harness/language/mutation.h"
#include "harness/language/scenario.h"

namespace replsim::harness {

/// What a subject turned out to be: decides what it may be compared with.
struct Typed {
  Owner owner = Owner::Value;
  std::string class_name;                       ///< Of references and instances, if known.
  const cim::PropertyInfo* property = nullptr;  ///< Last part is a CIM property.
  Owner holder = Owner::Value;                  ///< What the property is of.
  const MetricRow* metric = nullptr;            ///< Last part is a metric or its statistic.
  const cim::MethodInfo* method = nullptr;      ///< Of calls and their codes.
  bool list = false;                            ///< A list as a whole.
  bool count = false;                           ///< `.count`
};

struct TypedSubject {
  Subject subject;
  Typed type;
};

/// True when the subject shows several values: `.all`, `.any`.
bool is_many(const Subject& subject);

/// What a reference to an object of a class can be asked.
Typed reference_type(std::string_view class_name);

class Builder final {
 public:
  Builder(Context& context, Run& run, const Library& library, const Entities& entities);

  /// The steps under a key, with all names that they bear.
  Steps steps(Cursor list);
  /// `always`: references may be born by any step, so this comes after steps().
  std::vector<Condition> always(Cursor map);
  /// `measure`: comes after steps() too.
  std::vector<Measure> measures(Cursor map);
  /// What was passed for params whose default is a type. `user`: who passed it.
  void check_params(Cursor params, Scope& scope, const Location& user);
  /// Steps and values made so far.
  std::uint64_t built() const { return built_; }

 private:
  struct Birthplace {
    std::vector<int> repeats;
    std::vector<std::pair<int, int>> branches;  ///< (parallel, branch)
    Typed type;
    bool window = false;  ///< `since` may name it.
  };

  /// One level of values that lead to values by names; false (reported) when there are too many
  /// levels or values: names can make a short text long.
  class Level {
   public:
    Level(Builder& builder, const Location& at);
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --builder_.level_; }
    explicit operator bool() const { return fine_; }

   private:
    Builder& builder_;
    bool fine_ = true;
  };
  bool spend(const Location& at);

  // Params (builder_params.cpp)
  void check_thing(std::string_view wanted, const TypedSubject& found, const Location& at);
  void check_value(std::string_view wanted, Cursor at);

  // Names (builder_names.cpp)
  std::optional<SlotId> birth(Cursor name, SlotKind kind, Typed type, bool window);
  bool visible(const Birthplace& place) const;
  bool inside_repeat_of(const Birthplace& place) const;
  std::optional<SlotId> find_slot(Scope& scope, std::string_view name, const Location& at);
  void collect_later(Cursor list, Scope& scope) const;

  // Subjects (builder_subjects.cpp)
  std::optional<TypedSubject> subject(Cursor at);
  std::optional<TypedSubject> subject_text(const std::string& text, const Node& node, Scope& scope);
  bool parts(TypedSubject& result, const std::vector<std::string>& words, const Location& at);
  bool list_part(TypedSubject& result, const std::string& word, const Location& at);
  bool part(TypedSubject& result, const std::string& word, const Location& at);
  bool property(TypedSubject& result, const std::string& word, const Location& at);
  std::optional<TypedSubject> entity(Cursor at, const std::vector<EntityKind>& kinds);
  std::optional<std::string> entity_name(Cursor at, EntityKind kind);

  // Values (builder_values.cpp)
  /// Nothing: the property's type has no literal of its own.
  std::optional<std::optional<Operand>> property_literal(Cursor at,
                                                         const cim::PropertyInfo& property);
  std::optional<Operand> literal(Cursor at, const Typed& type);
  std::optional<Operand> code_literal(Cursor at, const Typed& type);
  std::optional<Operand> operand(Cursor at, const Typed& type);
  std::vector<Operand> operands(Cursor at, const Typed& type);

  // Arguments of calls (builder_arguments.cpp)
  std::optional<Operand> argument(Cursor at, const cim::ParameterInfo& info);
  std::optional<Operand> argument_element(Cursor at, const cim::ParameterInfo& info);
  std::optional<Operand> embedded(Cursor at, std::string_view class_name, bool as_text);
  std::optional<Operand> raw_argument(Cursor at, const cim::ParameterInfo* info);
  std::optional<Operand> reference(Cursor at, std::string_view class_name, bool check);

  // Expectations (builder_expect.cpp)
  std::optional<Expectation> expectation(Cursor map);
  std::optional<Matcher> bounds_matcher(Cursor at, Fields& fields, const Typed& type);
  std::optional<Matcher> matcher(Cursor at, const Typed& type, bool excludes = false);
  std::optional<std::vector<Operand>> wanted(Cursor at, const Typed& type, bool excludes);
  std::optional<Matcher> course_matcher(std::string_view key, Cursor value, const Typed& type,
                                        bool excludes);
  std::optional<Since> since(Cursor at);
  std::optional<Measure> measure(const Entry& entry, Scope& scope);  // builder_measure.cpp
  void check_state(Cursor at, const Typed& type, const Operand& value);
  /// Reports a CopyState that no edge enters.
  void check_reachable(std::uint32_t state, const Location& at);

  // Steps
  std::optional<Step> step(Cursor at);
  using Body = decltype(Step::body);
  std::optional<Body> body(std::string_view kind, Cursor at);
  std::optional<Body> call(Cursor at);  // builder_call.cpp
  void call_method(Fields& fields, CallStep& step);
  void call_arguments(Fields& fields, CallStep& step);
  void check_required(Fields& fields, const CallStep& step);
  void call_returns(Fields& fields, CallStep& step);
  void call_answer(const Node& node, CallStep& step);
  void call_save(Fields& fields, CallStep& step);
  void check_profile(Fields& fields, const CallStep& step);
  std::optional<Body> io(IoStep::Kind kind, std::string_view word, Cursor at);  // builder_io.cpp
  std::optional<Body> list_step(Cursor at);
  std::optional<Body> workload(Cursor at);
  std::string host_for(Fields& fields, const std::vector<Subject>& volumes);
  bool check_sees(const std::string& host, const std::vector<Subject>& volumes);
  void check_range(Fields& fields, const WorkloadStep& step);
  void check_blocks(Fields& fields, const Subject& volume, std::uint64_t offset,
                    std::uint64_t length);
  std::optional<Body> fault(Cursor at);  // builder_fault.cpp
  std::optional<Trigger> trigger(Cursor at);
  std::optional<Trigger> event_trigger(Cursor at);
  std::optional<Body> expect(Cursor at);  // builder_expect.cpp
  std::optional<Body> save(Cursor at);    // builder_small.cpp
  std::optional<Body> wait(Cursor at);
  std::optional<Body> stop(Cursor at);
  std::optional<Body> set(Cursor at);
  std::optional<Body> power(Cursor at);
  std::optional<Body> parallel(Cursor at);  // builder_blocks.cpp
  std::optional<Body> repeat(Cursor at);
  std::optional<Body> repeat_over(Cursor over, Cursor steps, RepeatStep step);
  std::optional<Body> use(Cursor at);
  Steps runbook_steps(Fields& body, const std::optional<Mutation>& mutation);
  void use_saves(Fields& fields, const Runbook& runbook, Scope& inner, Scope& outer);
  std::optional<Mutation> mutation(Fields& fields, const Runbook& runbook);  // builder_mutate.cpp
  void retarget(Body& body, const Mutation& mutation);
  void retarget(CallStep& step, const TypedSubject& target);
  void retarget(ListStep& step, const TypedSubject& target);
  void retarget(IoStep& step, const TypedSubject& target);
  void retarget(WorkloadStep& step, const TypedSubject& target);
  void retarget(FaultStep& step, const TypedSubject& target);
  void retarget(PowerStep& step, const TypedSubject& target);
  void check_within(Fields& fields, std::string_view key, std::optional<sim::Duration> value);

  Context& context_;
  Run& run_;
  const Library& library_;
  const Entities& entities_;
  std::vector<Birthplace> places_;  ///< By slot.
  std::map<std::vector<const void*>, SlotId> births_;
  std::vector<const void*> uses_;  ///< Steps that use runbooks, outermost first.
  std::vector<std::string> runbooks_;
  std::vector<const Mutation*> mutations_;  ///< Of the uses, outermost first.
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<int> repeats_;
  std::vector<std::pair<int, int>> branches_;
  int next_block_ = 0;
  std::uint64_t built_ = 0;  ///< Steps and values so far; bounded, since uses nest.
  int level_ = 0;
};

}  // namespace replsim::harness
