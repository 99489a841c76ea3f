// Look-up and text of tree nodes.
#include "harness/language/node.h"

namespace replsim::harness {
namespace {

constexpr std::size_t text_max = 60;

void append(std::string& out, const Node& node) {
  if (out.size() > text_max) return;
  switch (node.kind) {
    case NodeKind::Null: out += "null"; return;
    case NodeKind::Scalar: out += node.text; return;
    case NodeKind::List: {
      out += '[';
      for (std::size_t i = 0; i < node.items.size() && out.size() <= text_max; ++i) {
        if (i > 0) out += ", ";
        append(out, node.items[i]);
      }
      out += ']';
      return;
    }
    case NodeKind::Map: {
      out += '{';
      for (std::size_t i = 0; i < node.entries.size() && out.size() <= text_max; ++i) {
        if (i > 0) out += ", ";
        out += node.entries[i].key.text + ": ";
        append(out, node.entries[i].value);
      }
      out += '}';
      return;
    }
  }
}

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
  std::string result;
  append(result, node);
  for (char& c : result)
    if (c == '\n') c = ' ';
  if (result.size() <= text_max) return result;
  std::size_t end = text_max;
  while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xC0U) == 0x80U) --end;
  return result.substr(0, end) + "...";
}

}  // namespace replsim::harness
