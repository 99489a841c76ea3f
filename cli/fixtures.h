// Where the files are that ship with the program: `std:` topologies and capability profiles.
#pragma once

#include <filesystem>

namespace replsim::cli {

/// The folder `fixtures`: what REPLSIM_FIXTURES names, else the one beside the program or above it,
/// else the one in the working folder. Throws std::runtime_error that says where it was looked for.
std::filesystem::path fixtures_folder();

}  // namespace replsim::cli
