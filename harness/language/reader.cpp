// The tree is built from yaml-cpp's events; its Node API would silently take duplicate keys.
// This is the only file that includes yaml-cpp. Exceptions leave yaml-cpp in two cases: its own
// (turned into diagnostics) and Stop, thrown by the handler when a limit is passed.
#include "harness/language/reader.h"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "harness/language/plain_scalar.h"
#include "harness/language/prescan.h"

namespace replsim::harness {
namespace {

/// Ends the parse; the report already says why.
struct Stop {};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const SourceFile> file, Report& report)
      : file_(std::move(file)), places_(file_), report_(report) {}

  Node take_root() { return std::move(root_); }
  bool has_root() const { return documents_ == 1 && done_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) fail("forbidden-yaml", place(mark), "a second document in one file");
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    fail("forbidden-yaml", place(mark), fmt::format("an anchor (&{})", name),
         "write the value out, or use params");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail("forbidden-yaml", place(mark), "an alias (*)", "write the value out, or use params");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    const char c = character(mark);
    if (c == '!' || c == '&') fail_property(mark, c);
    Node node = start(mark, NodeKind::Null);
    const bool written = c == 'n' || c == 'N';
    if (c == '~') {
      const PlainVerdict verdict = judge_plain("~");
      report_.add("ambiguous-value", node.location, verdict.why, verdict.hint);
    } else if (!written && expects_key()) {
      report_.add("missing-key", node.location, "a value without a key");
    } else if (!written) {
      if (!stack_.empty() && stack_.back().key) node.location = stack_.back().key->location;
      node.quoted = true;  // an error already: nobody needs to say so again
      report_.add("missing-value", node.location,
                  stack_.empty() ? "the file has no content" : missing_text());
    }
    add(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    check_tag(mark, tag);
    Node node = start(mark, NodeKind::Scalar);
    node.quoted = tag != "?";
    node.text = value;
    if (!node.quoted && !expects_key()) {
      const PlainVerdict verdict = judge_plain(value);
      if (!verdict.why.empty())
        report_.add("ambiguous-value", node.location, verdict.why, verdict.hint);
    }
    for (const char c : value)
      if (c == '\n') ++node.last_line;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, NodeKind::List, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, NodeKind::Map, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    std::optional<Node> key;
    std::set<std::string> keys;
  };

  [[noreturn]] void fail(std::string_view code, const Location& at, std::string text,
                         std::string hint = {}) {
    report_.add(code, at, std::move(text), std::move(hint));
    throw Stop{};
  }

  [[noreturn]] void fail_property(const YAML::Mark& mark, char c) {
    fail("forbidden-yaml", place(mark), c == '!' ? "a tag (!)" : "an anchor (&)", "leave it out");
  }

  Location place(const YAML::Mark& mark) { return places_.place(mark.line, mark.column); }

  char character(const YAML::Mark& mark) const {
    const std::string_view line = file_->line(static_cast<std::uint32_t>(mark.line) + 1);
    const auto column = static_cast<std::size_t>(std::max(mark.column, 0));
    return column < line.size() ? line[column] : '\0';
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    const char c = character(mark);
    if (c == '&' || c == '!') fail_property(mark, c);
    if (!tag.empty() && tag != "?" && tag != "!") fail_property(mark, '!');
  }

  bool expects_key() const {
    return !stack_.empty() && stack_.back().node.is_map() && !stack_.back().key;
  }

  std::string missing_text() const {
    if (stack_.back().key) return fmt::format("the key `{}` has no value", stack_.back().key->text);
    return "an empty item";
  }

  Node start(const YAML::Mark& mark, NodeKind kind) {
    if (++nodes_ > nodes_max) fail("too-many-nodes", place(mark), "more than 100,000 nodes");
    Node node;
    node.kind = kind;
    node.location = place(mark);
    node.last_line = node.location.line;
    return node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, NodeKind kind,
            YAML::EmitterStyle::value style) {
    check_tag(mark, tag);
    if (expects_key())
      fail("forbidden-yaml", place(mark), "a key that is a list or a map", "keys are words");
    if (stack_.size() >= depth_max) fail("too-deep", place(mark), "nested deeper than 32");
    Frame frame;
    frame.node = start(mark, kind);
    frame.node.flow = style == YAML::EmitterStyle::Flow;
    stack_.push_back(std::move(frame));
  }

  void close() {
    if (stack_.empty()) return;
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      done_ = true;
      return;
    }
    Frame& frame = stack_.back();
    frame.node.last_line = std::max(frame.node.last_line, node.last_line);
    if (frame.node.is_list()) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    if (!frame.key) {
      if (node.text == "<<" && !node.quoted)
        fail("forbidden-yaml", node.location, "a merge key (<<)", "write the keys out");
      frame.key = std::move(node);
      return;
    }
    if (!frame.keys.insert(frame.key->text).second) {
      report_.add("repeated-key", frame.key->location,
                  fmt::format("the key `{}` stands twice", frame.key->text));
    } else {
      frame.node.entries.push_back({std::move(*frame.key), std::move(node)});
    }
    frame.key.reset();
  }

  std::shared_ptr<const SourceFile> file_;
  PlaceCounter places_;
  Report& report_;
  std::vector<Frame> stack_;
  Node root_;
  bool done_ = false;
  int documents_ = 0;
  std::size_t nodes_ = 0;
};

std::string without_mark(std::string text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

}  // namespace

std::shared_ptr<const Document> read_document(std::string name, std::string text, Report& report) {
  const auto file = make_source_file(std::move(name), without_mark(std::move(text)));
  if (!prescan(file, report)) return nullptr;
  TreeBuilder builder(file, report);
  try {
    std::istringstream stream(file->text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return nullptr;
  } catch (const YAML::Exception& error) {
    const bool placed = !error.mark.is_null();
    const auto at =
        placed ? place_of(file, error.mark.line, error.mark.column) : Location{file, 1, 1};
    const std::string_view line = file->line(at.line);
    const auto column = static_cast<std::size_t>(std::max(error.mark.column, 0));
    if (placed && column < line.size() && line[column] == '*') {
      report.add("forbidden-yaml", at, "an alias (*)", "write the value out, or use params");
      return nullptr;
    }
    report.add("yaml-syntax", at, fmt::format("no YAML: {}", error.msg),
               "is a quote, a bracket or the indentation missing?");
    return nullptr;
  }
  if (!builder.has_root()) {
    report.add("missing-value", {file, 1, 1}, "the file has no content");
    return nullptr;
  }
  auto document = std::make_shared<Document>();
  document->file = file;
  document->root = builder.take_root();
  return document;
}

std::shared_ptr<const Document> read_file(const std::filesystem::path& path, std::string name,
                                          const Location& at, Report& report) {
  Location place = at;
  if (!place.file) place.file = make_source_file(name, {});
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) {
    report.add("unreadable-file", place, fmt::format("there is no file {}", name));
    return nullptr;
  }
  if (!std::filesystem::is_regular_file(status)) {
    report.add("unreadable-file", place, fmt::format("{} is no regular file", name));
    return nullptr;
  }
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > text_bytes_max) {
    report.add("too-large", place, fmt::format("{} has more than 1 MiB", name));
    return nullptr;
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(error ? 0 : size), '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (error || !stream || static_cast<std::size_t>(stream.gcount()) != text.size()) {
    report.add("unreadable-file", place, fmt::format("{} cannot be read", name));
    return nullptr;
  }
  return read_document(std::move(name), std::move(text), report);
}

std::optional<Node> read_value(std::string name, std::string text, Report& report) {
  const auto document = read_document(std::move(name), std::move(text), report);
  if (document == nullptr) return std::nullopt;
  return document->root;
}

}  // namespace replsim::harness
