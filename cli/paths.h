// From the paths that a person gave to the files that are read. A folder gives its *.yaml files at
// any depth, sorted by bytes, so that every machine runs the same list in the same order.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace replsim::cli {

/// The files, each once, in the order of the arguments; or one message for each path that can not
/// be read: `scenarios/x: no such file or folder`.
std::expected<std::vector<std::string>, std::vector<std::string>> collect_files(
    const std::vector<std::string>& paths);

}  // namespace replsim::cli
