// The located tree that the reader makes: every scalar, list and map knows its place and how it
// was written. Typing comes later, from the table.
// Source: language.md section 1.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/language/source.h"

namespace replsim::harness {

enum class NodeKind : std::uint8_t { Null, Scalar, List, Map };

struct Node;

/// A key and its value, in order of writing. Keys are scalars.
struct Entry;

struct Node {
  NodeKind kind = NodeKind::Null;
  bool quoted = false;      ///< Scalars: 'x', "x" or a block text. Null: reported.
  bool flow = false;        ///< Lists and maps: [...] or {...}.
  std::string text;         ///< Scalars.
  std::vector<Node> items;  ///< Lists.
  std::vector<Entry> entries;
  Location location;
  std::uint32_t last_line = 0;

  bool is_scalar() const { return kind == NodeKind::Scalar; }
  bool is_plain() const { return kind == NodeKind::Scalar && !quoted; }
  bool is_list() const { return kind == NodeKind::List; }
  bool is_map() const { return kind == NodeKind::Map; }
  bool is_null() const { return kind == NodeKind::Null; }

  /// Value of a key of a map; null when absent.
  const Node* find(std::string_view key) const;
};

struct Entry {
  Node key;
  Node value;
};

/// `a list`, `a map`, `text`, `null`: for messages.
std::string_view describe(const Node& node);

/// One line of flow YAML, cut at 60 characters: for names of cells and for messages.
std::string flow_text(const Node& node);

/// The same, whole: nodes of equal texts are one value to `matrix` and `exclude`.
std::string full_text(const Node& node);

/// A file's tree.
struct Document {
  std::shared_ptr<const SourceFile> file;
  Node root;
};

}  // namespace replsim::harness
