// The reference: every word of the language with its meaning, type, default and source, from the
// one table. `explain` shows it; the reference page is all of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/cim/enumerations.h"

namespace replsim::harness {

struct Explanation {
  std::string kind;      ///< step, key, metric, fault, event, statistic, workload, diagnostic.
  std::string name;      ///< "call", "call.within", "relation.copied", "link.cut".
  std::string text;      ///< The meaning.
  std::string type;      ///< How its value is written; may be empty.
  std::string fallback;  ///< Default; may be empty.
  std::string detail;    ///< Result of a step, target of a fault; may be empty.
  std::string source;    ///< "language.md 5"
  cim::Confidence confidence = cim::Confidence::Spec;  ///< The language defines its own words.
  bool required = false;
  bool later = false;  ///< Not in this version.
};

/// Everything that a word names: the step and its keys, a metric of each owner, a fault with its
/// parameters, a section of topology files (`explain topology`). Empty when nothing has the name.
std::vector<Explanation> explain_word(std::string_view word);

/// The whole reference in the order of the tables.
std::vector<Explanation> reference();

/// The words that explain_word() knows, sorted, for hints.
std::vector<std::string> explained_words();

}  // namespace replsim::harness
