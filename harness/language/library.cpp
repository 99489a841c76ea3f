// Collecting runbooks over includes.
#include "harness/language/library.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "harness/language/fields.h"

namespace replsim::harness {
namespace {

class Collector {
 public:
  Collector(Context& context, Library& library) : context_(context), library_(library) {}

  void take(const LoadedFile& file, bool first) {
    if (!done_.insert(file.path).second) return;
    path_.push_back(file.path);
    const Node& root = file.document->root;
    if (!first) check(root);
    take_runbooks(root);
    take_includes(file, root);
    path_.pop_back();
  }

 private:
  void check(const Node& root) {
    if (root.is_map() && (root.find("scenario") || root.find("topology") || root.find("profile")) &&
        root.find("runbooks") == nullptr) {
      context_.report.add("wrong-file-kind", root.location, "this file has no runbooks to include");
      return;
    }
    if (root.is_map() && root.find("scenario") != nullptr) return;
    Scope scope;
    Fields fields(context_, {&root, &scope}, {"library"});
    if (fields.count("version").value_or(1) != 1)
      context_.report.add("unsupported-version", fields.get("version").node->location,
                          "this is not version 1 of the language", "version: 1");
  }

  void take_runbooks(const Node& root) {
    const Node* runbooks = root.find("runbooks");
    if (runbooks == nullptr) return;
    if (!runbooks->is_map()) return report_type(context_, *runbooks, "a map {name: {...}}");
    for (const Entry& entry : runbooks->entries) {
      if (!is_name(entry.key.text))
        context_.report.add("wrong-type", entry.key.location,
                            fmt::format("`{}` is no name", entry.key.text),
                            "letters, digits, - and _, beginning with a letter");
      const auto [at, fresh] = library_.emplace(entry.key.text, Runbook{&entry.key, &entry.value});
      if (!fresh)
        context_.report.add("name-twice", entry.key.location,
                            fmt::format("two runbooks are called {}", entry.key.text),
                            "the other is at " + at->second.name->location.text());
    }
  }

  void take_includes(const LoadedFile& file, const Node& root) {
    for (Cursor one : elements(context_, {root.find("include"), nullptr})) {
      const Node* node = read_scalar(context_, one, "a file");
      if (node == nullptr) continue;
      const LoadedFile* next =
          context_.documents.open(node->text, file, node->location, context_.report);
      if (next == nullptr) continue;
      if (std::ranges::find(path_, next->path) != path_.end()) {
        context_.report.add("include-cycle", node->location,
                            fmt::format("{} includes itself, directly or by others", node->text));
        continue;
      }
      take(*next, false);
    }
  }

  Context& context_;
  Library& library_;
  std::set<std::filesystem::path> done_;
  std::vector<std::filesystem::path> path_;
};

}  // namespace

void collect_runbooks(Context& context, const LoadedFile& file, Library& library) {
  Collector(context, library).take(file, true);
}

}  // namespace replsim::harness
