// Topology files: entities, their figures and defaults, and what follows from them (sites that
// are only named, links that nobody declared).
#include "harness/language/topology_loader.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/language/fields.h"
#include "harness/language/topology_parts.h"

namespace replsim::harness {
namespace {

using provider::Topology;

/// Calls `each` for every entry of a map of named things; names are checked and unique.
template <typename Each>
void each_entity(Context& context, Cursor at, std::set<std::string>& names, Each each) {
  at = follow(context, at);
  if (!at) return;
  if (!at.node->is_map()) return report_type(context, *at.node, "a map {name: {...}}");
  for (const Entry& entry : at.node->entries) {
    if (!is_name(entry.key.text)) {
      context.report.add("wrong-type", entry.key.location,
                         fmt::format("`{}` is no name", entry.key.text),
                         "letters, digits, - and _, beginning with a letter");
      continue;
    }
    if (!names.insert(entry.key.text).second)
      context.report.add("name-twice", entry.key.location,
                         fmt::format("two things are called {}", entry.key.text));
    each(entry, Cursor{&entry.value, at.scope});
  }
}

void add_site(Topology& topology, const std::string& site) {
  if (std::ranges::find(topology.sites, site) == topology.sites.end())
    topology.sites.push_back(site);
}

void check_sees(Context& context, const Topology& topology, Cursor hosts) {
  hosts = follow(context, hosts);
  if (!hosts || !hosts.node->is_map()) return;
  std::vector<std::string> known;
  for (const auto& array : topology.arrays) {
    known.push_back(array.name + "/*");
    for (const auto& volume : array.volumes) known.push_back(array.name + "/" + volume.name);
  }
  const std::vector<std::string_view> words(known.begin(), known.end());
  for (const Entry& entry : hosts.node->entries) {
    const Node* list = entry.value.find("sees");
    for (const Cursor one : elements(context, {list, hosts.scope}))
      if (one.node->is_scalar() && std::ranges::find(known, one.node->text) == known.end() &&
          !reference_name(*one.node))
        context.report.add("unknown-name", one.node->location,
                           fmt::format("there is no volume `{}`", one.node->text),
                           word_hint(one.node->text, words));
  }
}

bool joined(const Topology& topology, std::string_view a, std::string_view b) {
  return std::ranges::any_of(topology.links, [&](const auto& link) {
    return (link.from == a && link.to == b) || (link.from == b && link.to == a);
  });
}

void add_link(Topology& topology, const std::string& from, const std::string& to,
              sim::Duration latency, bool management) {
  if (joined(topology, from, to)) return;
  provider::LinkSpec link;
  link.name = from + "-" + to;
  link.from = from;
  link.to = to;
  link.latency.mean = latency;
  link.bandwidth = 2'000'000'000;  // 16 Gbit/s
  link.management = management;
  topology.links.push_back(std::move(link));
}

/// A host reaches every array that it sees, the management client every array.
void add_undeclared_links(Topology& topology) {
  for (const auto& host : topology.hosts)
    for (const auto& array : topology.arrays)
      if (std::ranges::any_of(host.sees, [&](const std::string& pattern) {
            return pattern.starts_with(array.name + "/");
          }))
        add_link(topology, host.name, array.name, sim::microseconds(100), false);
  for (const auto& array : topology.arrays)
    add_link(topology, "client", array.name, sim::milliseconds(1), true);
}

Topology read_fields(Context& context, Fields& fields, const LoadedFile& file) {
  Topology topology;
  if (fields.count("version").value_or(1) != 1)
    context.report.add("unsupported-version", fields.get("version").node->location,
                       "this is not version 1 of the language", "version: 1");
  topology.name = fields.name("topology").value_or("topology");
  std::set<std::string> sites;
  std::set<std::string> names;
  each_entity(context, fields.get("sites"), sites, [&](const Entry& entry, Cursor value) {
    if (!value.node->is_map() || !value.node->entries.empty())
      report_type(context, *value.node, "{}");
    topology.sites.push_back(entry.key.text);
  });
  each_entity(context, fields.get("arrays"), names, [&](const Entry& entry, Cursor value) {
    topology.arrays.push_back(read_array(context, entry.key, value, file));
  });
  each_entity(context, fields.get("hosts"), names, [&](const Entry& entry, Cursor value) {
    topology.hosts.push_back(read_host(context, entry.key, value));
  });
  for (const auto& array : topology.arrays) add_site(topology, array.site);
  for (const auto& host : topology.hosts) add_site(topology, host.site);
  each_entity(context, fields.get("links"), names, [&](const Entry& entry, Cursor value) {
    topology.links.push_back(read_link(context, entry.key, value, topology));
  });
  check_sees(context, topology, fields.get("hosts"));
  add_undeclared_links(topology);
  if (topology.arrays.empty() && fields.has("arrays"))
    context.report.add("missing-value", fields.get("arrays").node->location,
                       "a topology has at least one array");
  return topology;
}

}  // namespace

Topology read_topology(Context& context, const LoadedFile& file, Cursor with) {
  Scope scope;
  const Node& root = file.document->root;
  Fields fields(context, {&root, &scope}, {"topology"});
  if (!fields.valid()) return {};
  if (root.find("topology") == nullptr && root.find("scenario") != nullptr) {
    context.report.add("wrong-file-kind", root.location, "this is a scenario, not a topology");
    return {};
  }
  bind_params(context, {root.find("params"), &scope}, with, scope,
              with ? with.node->location : root.location);
  return read_fields(context, fields, file);
}

Topology load_topology(Context& context, Cursor at, const LoadedFile& from) {
  at = follow(context, at);
  const Location place = at ? at.node->location : from.document->root.location;
  if (!at || at.node->is_scalar()) {
    const Node* node = at ? read_scalar(context, at, "a topology") : nullptr;
    if (at && node == nullptr) return {};
    const std::string name = node != nullptr ? node->text : "std:two-arrays";
    const LoadedFile* file = context.documents.open(name, from, place, context.report);
    return file == nullptr ? Topology{} : read_topology(context, *file, {});
  }
  if (at.node->is_map() && at.node->find("file") != nullptr) {
    Fields fields(context, at, {"topology use"});
    const auto name = fields.get("file");
    Cursor scalar = name;
    const Node* node = read_scalar(context, scalar, "a file");
    if (node == nullptr) return {};
    const LoadedFile* file =
        context.documents.open(node->text, from, node->location, context.report);
    return file == nullptr ? Topology{} : read_topology(context, *file, fields.get("with"));
  }
  if (!at.node->is_map()) {
    report_type(context, *at.node, "a path, {file, with} or a topology");
    return {};
  }
  // The topology itself: neither version nor name are needed inside a scenario.
  Fields fields(context, at, {"inline topology"});
  return read_fields(context, fields, from);
}

}  // namespace replsim::harness
