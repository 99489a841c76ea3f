// Look-up and text of tree nodes.
#include "harness/language/node.h"

#include <utility>

namespace replsim::harness {
namespace {

constexpr std::size_t text_max = 60;

struct Writer {
  std::size_t most;  ///< Characters after which it stops.
  std::string out = {};

  void append(const Node& node) {
    if (out.size() > most) return;
    switch (node.kind) {
      case NodeKind::Null: out += "null"; return;
      case NodeKind::Scalar: out += node.text; return;
      case NodeKind::List: {
        out += '[';
        for (std::size_t i = 0; i < node.items.size() && out.size() <= most; ++i) {
          if (i > 0) out += ", ";
          append(node.items[i]);
        }
        out += ']';
        return;
      }
      case NodeKind::Map: {
        out += '{';
        for (std::size_t i = 0; i < node.entries.size() && out.size() <= most; ++i) {
          if (i > 0) out += ", ";
          out += node.entries[i].key.text + ": ";
          append(node.entries[i].value);
        }
        out += '}';
        return;
      }
    }
  }
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key.text == key) return &entry.value;
  return nullptr;
}

std::string_view describe(const Node& node) {
  switch (node.kind) {
    case NodeKind::Null: return "null";
    case NodeKind::Scalar: return "text";
    case NodeKind::List: return "a list";
    case NodeKind::Map: return "a map";
  }
  return {};
}

std::string flow_text(const Node& node) {
  Writer writer{.most = text_max};
  writer.append(node);
  std::string result = std::move(writer.out);
  for (char& c : result)
    if (c == '\n') c = ' ';
  if (result.size() <= text_max) return result;
  std::size_t end = text_max;
  while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xC0U) == 0x80U) --end;
  return result.substr(0, end) + "...";
}

std::string full_text(const Node& node) {
  Writer writer{.most = std::string::npos};
  writer.append(node);
  return std::move(writer.out);
}

}  // namespace replsim::harness
