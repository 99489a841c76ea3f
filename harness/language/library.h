// Runbooks that a scenario can use: its own and those of the files that it includes.
#pragma once

#include <map>
#include <string>

#include "harness/language/scope.h"

namespace replsim::harness {

struct Runbook {
  const Node* name = nullptr;
  const Node* body = nullptr;
};

using Library = std::map<std::string, Runbook, std::less<>>;

/// Takes `runbooks` and `include` of a tree, and of what it includes. Reports names that stand
/// twice and files that include each other.
void collect_runbooks(Context& context, const LoadedFile& file, Library& library);

}  // namespace replsim::harness
