// From text to a located tree, strictly: the YAML subset of the language and nothing else.
// Source: language.md section 1.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/language/node.h"
#include "harness/language/report.h"

namespace replsim::harness {

/// Reads a text; nothing when it cannot be understood (then the report says why). Errors in
/// single values (ambiguous, missing) are reported and leave a tree.
std::shared_ptr<const Document> read_document(std::string name, std::string text, Report& report);

/// Reads a file of at most 1 MiB; larger ones are refused unread. `name` is for messages, `at`
/// is who asks for it (an empty location: the user).
std::shared_ptr<const Document> read_file(const std::filesystem::path& path, std::string name,
                                          const Location& at, Report& report);

/// Reads one value, for `--set`. `name` is for messages.
std::optional<Node> read_value(std::string name, std::string text, Report& report);

}  // namespace replsim::harness
