// Reading a subject of an expectation: from its base (a topology path or a name) along its parts.
// Properties are read without time passing; references are followed; a relation is read in the
// merged view of rulings R7, or at one endpoint, and follows its successor through Reverse Roles.
// Source: language.md sections 2, 6, 7.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/run_context.h"

namespace replsim::harness {

struct ReadOptions {
  std::string endpoint;            ///< Array whose view is read; empty = merged view.
  const Window* window = nullptr;  ///< Counters and statistics count from here.
};

/// Something along the way.
using ReadNode = std::variant<Subject::Entity, Bound>;

enum class Quantifier : std::uint8_t { One, All, Any };

/// What a subject shows now: one value, or one of each element of a list.
struct Reading {
  Quantifier quantifier = Quantifier::One;
  std::vector<ReadNode> nodes;  ///< What the values belong to: the base of the last part.
  std::vector<Seen> values;
  std::optional<std::uint64_t> pair;  ///< First relation met on the way.
};

/// Error: what is not there, in words.
std::expected<Reading, std::string> read(RunContext& context, const Subject& subject,
                                         const ReadOptions& options = {});

/// Values that a property took since the window's start (all from birth without a window), in
/// order. Error: no history is kept of it.
std::expected<std::vector<Seen>, std::string> read_history(RunContext& context,
                                                           const Subject& subject,
                                                           const ReadOptions& options);

/// The things that a subject without a metric or plain property names (for targets and references).
std::expected<std::vector<ReadNode>, std::string> resolve(RunContext& context,
                                                          const Subject& subject);
/// resolve() to exactly one CIM reference, current through Reverse Roles.
std::expected<BoundReference, std::string> resolve_reference(RunContext& context,
                                                             const Subject& subject);
/// resolve() to the path of one topology entity or element: "east/vol1", "east-west", "h1".
std::expected<std::string, std::string> resolve_path(RunContext& context, const Subject& subject);

/// Reference of a topology entity: a volume, pool or array.
BoundReference reference_of(const Subject::Entity& entity);
/// Path of an element: the text of its one key.
std::string element_path(const cim::ObjectPath& path);
/// The reference with the path that the relation has now.
BoundReference current(RunContext& context, const BoundReference& reference);
/// A reference fresh from a provider: knows its pair when it is a relation's.
BoundReference bind_reference(RunContext& context, const cim::ObjectPath& path, std::string array);
/// Its instance now; none when it is gone.
std::optional<cim::Instance> peek(RunContext& context, const BoundReference& reference,
                                  const std::string& endpoint = {});
/// True when the subject depends on I/O events, not only on kept ones.
bool reads_io(const Subject& subject);

}  // namespace replsim::harness
