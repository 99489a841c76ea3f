// Topology and profile files as data (language.md sections 11 and 13).
#pragma once

#include "harness/language/scope.h"
#include "harness/provider/topology.h"

namespace replsim::harness {

/// Reads what stands under `topology:` of a scenario: a path, {file, with}, or the topology
/// itself; an empty cursor is `std:two-arrays`.
provider::Topology load_topology(Context& context, Cursor at, const LoadedFile& from);

/// Reads a topology file's tree with the values of its params.
provider::Topology read_topology(Context& context, const LoadedFile& file, Cursor with);

/// Reads what stands at `profile:` of an array; an empty cursor is the default profile.
cim::Profile load_profile(Context& context, Cursor at, const LoadedFile& from);

/// Reads a profile file's tree.
cim::Profile read_profile(Context& context, const LoadedFile& file);

/// Reads {knob: value}, checked against the table of knobs, into `knobs`.
void read_knobs(Context& context, Cursor at, std::map<std::string, std::string>& knobs);

/// Who gives the values of params: a step or a topology, at its place, or the command line.
enum class Giver : std::uint8_t { File, CommandLine };

/// Binds {$name: default} of `params` and overrides of `with` in a new scope. Types as defaults
/// must be given.
void bind_params(Context& context, Cursor params, Cursor with, Scope& scope, const Location& user,
                 Giver giver = Giver::File);

/// True for a word that stands for "must be given" as a default: relation, duration, ...
bool is_param_type(const Node& node);

}  // namespace replsim::harness
