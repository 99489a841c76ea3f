// Names of one scope and how values are looked up through them: a scenario has one scope, each
// use of a runbook its own. Params, axes and columns are bound to nodes, names born by steps to
// slots of the run.
// Source: language.md section 2.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/language/documents.h"
#include "harness/language/node.h"
#include "harness/language/report.h"
#include "harness/language/scenario.h"

namespace replsim::harness {

struct Scope;

/// A node and the scope in which the `$names` in it mean something.
struct Cursor {
  const Node* node = nullptr;
  Scope* scope = nullptr;
  explicit operator bool() const { return node != nullptr; }
};

struct Binding {
  Cursor value;                ///< Bound to a node, or
  std::optional<SlotId> slot;  ///< to a slot; neither: must be given and was not.
  const Node* birth = nullptr;
};

struct Scope {
  std::string prefix;                                 ///< `mirror/` inside the runbook mirror.
  std::map<std::string, Binding, std::less<>> names;  ///< Without `$`.
  std::set<std::string, std::less<>> later;           ///< All names that steps of this scope bear.
};

/// Where a name was declared, and whether any run used it.
class Usage final {
 public:
  /// Declares; nothing happens when the place is known.
  void declare(const Node& birth, std::string_view what);
  void use(const Node* birth);
  /// Warns of every name never used.
  void warn(Report& report) const;

 private:
  struct Row {
    const Node* birth;
    std::string what;
    bool used;
  };
  std::vector<Row> rows_;
  std::unordered_map<const Node*, std::size_t> index_;  // look-up only
};

/// What all parts of the loader need.
struct Context {
  Report& report;
  Documents& documents;
  const LoaderOptions& options;
  Usage& usage;
};

/// `$name` without `$`, when the node is exactly that.
std::optional<std::string_view> reference_name(const Node& node);

/// Follows `$name` while it is bound to a node. Marks names used.
Cursor follow(Context& context, Cursor cursor);

/// Reports that a name is unknown, not born yet, or a value was not given.
void report_unbound(Context& context, const Scope& scope, std::string_view name,
                    const Location& at);

/// A name and the value that the file gives it.
struct NamedValue {
  const Node* name = nullptr;  ///< With its `$`.
  const Node* value = nullptr;
};

/// Reports values that use themselves or a name born later; names are born in the order given.
/// Returns the names concerned, without `$`: what they are bound to must not be followed.
std::set<std::string, std::less<>> check_order(Context& context,
                                               const std::vector<NamedValue>& values);

/// The text of a scalar: `$$` at its beginning is `$`.
std::string plain_text(const Node& node);

}  // namespace replsim::harness
