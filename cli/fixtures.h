// Where the files are that ship with the program: `std:` topologies and capability profiles.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace replsim::cli {

/// The folder `fixtures`: what REPLSIM_FIXTURES names, else the one beside the program or above it,
/// else the one in the working folder. The error says where it was looked for.
std::expected<std::filesystem::path, std::string> fixtures_folder();

}  // namespace replsim::cli
