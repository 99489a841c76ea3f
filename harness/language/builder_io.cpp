// `write`, `read`, `flush`, `list` and `workload`.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/builder.h"

namespace replsim::harness {
namespace {

const Subject::Entity* path_of(const Subject& subject) {
  if (!subject.parts.empty()) return nullptr;
  return std::get_if<Subject::Entity>(&subject.base);
}

IoReturn io_return(std::string_view text) {
  const WordRow* row = find_word("io", text);
  return row == nullptr ? IoReturn::Ok : static_cast<IoReturn>(row->number);
}

}  // namespace

std::string Builder::host_for(Fields& fields, const std::vector<Subject>& volumes) {
  if (fields.has("host")) {
    auto host = entity_name(fields.raw("host"), EntityKind::Host).value_or("");
    return !host.empty() && check_sees(host, volumes) ? host : "";
  }
  std::string result;
  for (const Subject& volume : volumes) {
    const auto* path = path_of(volume);
    if (path == nullptr) continue;
    const auto found = entities_.hosts_of(path->path);
    if (found.size() == 1) {
      result = found.front();
      continue;
    }
    context_.report.add(
        "no-host", volume.location,
        fmt::format("{} host sees {}", found.empty() ? "no" : "more than one", path->path),
        "say which `host`");
    return {};
  }
  // Volumes of a workload may be seen by different hosts: one of them does the I/O.
  if (!result.empty() && !check_sees(result, volumes)) return {};
  const auto& hosts = run_.topology.hosts;
  return result.empty() && hosts.size() == 1 ? hosts.front().name : result;
}

bool Builder::check_sees(const std::string& host, const std::vector<Subject>& volumes) {
  bool fine = true;
  for (const Subject& volume : volumes) {
    const auto* path = path_of(volume);
    if (path == nullptr) continue;
    const auto seeing = entities_.hosts_of(path->path);
    if (std::ranges::find(seeing, host) != seeing.end()) continue;
    context_.report.add(
        "no-host", volume.location, fmt::format("{} does not see {}", host, path->path),
        seeing.empty() ? "no host does: `sees` of a host" : fmt::format("{} does", seeing.front()));
    fine = false;
  }
  return fine;
}

void Builder::check_range(Fields& fields, const WorkloadStep& step) {
  const Cursor range = fields.get("range");
  if (step.size == 0) return;
  for (const Subject& volume : step.volumes) {
    const auto* path = path_of(volume);
    const auto* spec = path == nullptr ? nullptr : entities_.volume(path->path);
    if (spec == nullptr && !step.range_end) continue;
    const std::uint64_t end = step.range_end.value_or(spec == nullptr ? 0 : spec->size);
    if (spec != nullptr && end > spec->size) {
      context_.report.add(
          "out-of-range", range.node->location,
          fmt::format("the range ends after {} of {}", path->path, size_text(spec->size)));
      continue;
    }
    // I/Os lie at multiples of their size.
    const std::uint64_t begin = step.range_begin;
    const std::uint64_t first = begin / step.size + (begin % step.size == 0 ? 0 : 1);
    if (end / step.size <= first)
      context_.report.add("out-of-range", range ? range.node->location : fields.location(),
                          fmt::format("the range holds no I/O of {}", size_text(step.size)));
  }
}

void Builder::check_blocks(Fields& fields, const Subject& volume, std::uint64_t offset,
                           std::uint64_t length) {
  const auto* path = path_of(volume);
  const auto* spec = path == nullptr ? nullptr : entities_.volume(path->path);
  const std::uint64_t block = spec == nullptr ? 512 : spec->block;
  const auto check = [&](std::string_view key, std::uint64_t value) {
    if (value % block != 0 && fields.has(key))
      context_.report.add("out-of-range", fields.get(key).node->location,
                          fmt::format("`{}` is a whole number of blocks of {} B", key, block));
  };
  check("offset", offset);
  check("length", length);
  check("size", length);
  if (length == 0)
    context_.report.add("out-of-range", fields.location(), "an I/O has at least one block");
  if (spec != nullptr && (offset > spec->size || length > spec->size - offset))
    context_.report.add("out-of-range", fields.location(),
                        fmt::format("the I/O ends after the volume of {}", size_text(spec->size)));
}

std::optional<Builder::Body> Builder::io(IoStep::Kind kind, std::string_view word, Cursor at) {
  Fields fields(context_, at, {"step", word}, {word});
  auto volume = entity(fields.raw(word), {EntityKind::Volume});
  if (!volume) return std::nullopt;
  IoStep step;
  step.kind = kind;
  step.volume = std::move(volume->subject);
  step.host = host_for(fields, {step.volume});
  step.returns_written = fields.has("returns");
  if (const auto result = fields.word("returns")) step.returns = io_return(*result);
  if (kind == IoStep::Kind::Flush) return step;
  step.offset = fields.size("offset").value_or(0);
  step.length = fields.size("length").value_or(4096);
  check_blocks(fields, step.volume, step.offset, *step.length);
  if (kind == IoStep::Kind::Write) step.data = fields.text("data");
  if (step.data && step.data->empty())
    context_.report.add("out-of-range", fields.get("data").node->location, "`data` is empty");
  return step;
}

std::optional<Builder::Body> Builder::list_step(Cursor at) {
  Fields fields(context_, at, {"step", "list"}, {"list"});
  ListStep step;
  Cursor name = fields.raw("list");
  const Node* node = read_scalar(context_, name, "a CIM class");
  if (node == nullptr) return std::nullopt;
  step.class_name = node->text;
  if (cim::find_class(step.class_name) == nullptr) {
    std::vector<std::string_view> words;
    for (const auto& one : cim::classes()) words.push_back(one.name);
    context_.report.add("unknown-name", node->location,
                        fmt::format("the schema has no class {}", step.class_name),
                        did_you_mean(step.class_name, words));
    return std::nullopt;
  }
  if (fields.has("of")) {
    auto found = subject(fields.raw("of"));
    if (!found) return std::nullopt;
    step.of = std::move(found->subject);
  }
  step.provider = fields.has("provider")
                      ? entity_name(fields.raw("provider"), EntityKind::Array).value_or("")
                      : run_.provider;
  if (step.provider.empty() && !fields.has("provider"))
    context_.report.add("no-provider", fields.location(), "several arrays could be asked",
                        "say `provider`, here or for the scenario");
  return step;
}

std::optional<Builder::Body> Builder::workload(Cursor at) {
  Fields fields(context_, at, {"step", "workload"}, {"workload"});
  WorkloadStep step;
  Cursor kind = fields.raw("workload");
  const Node* node = read_scalar(context_, kind, "a kind of workload");
  if (node == nullptr) return std::nullopt;
  const WordRow* row = find_word("workload", node->text);
  if (row == nullptr) {
    context_.report.add("unknown-name", node->location,
                        fmt::format("there is no workload `{}`", node->text),
                        word_hint(node->text, words_of("workload")));
  } else if (row->status == Status::Later) {
    report_later(context_, node->location, fmt::format("the workload `{}`", node->text));
  } else {
    step.kind = static_cast<WorkloadKind>(row->number);
  }
  for (const Cursor one : elements(context_, fields.raw("volume")))
    if (auto volume = entity(one, {EntityKind::Volume}))
      step.volumes.push_back(std::move(volume->subject));
  step.host = host_for(fields, step.volumes);
  step.size = fields.size("size").value_or(4096);
  for (const Subject& volume : step.volumes) check_blocks(fields, volume, 0, step.size);
  step.read_ppb = fields.share("read").value_or(0);
  if (fields.has("rate")) step.rate = read_rate(context_, fields.raw("rate"));
  if (const auto depth = fields.count("depth", 1, 65'536))
    step.depth = static_cast<std::uint32_t>(*depth);
  if (fields.has("rate") && fields.has("depth"))
    context_.report.add("conflicting-keys", fields.get("depth").node->location,
                        "`rate` and `depth` exclude each other");
  if (step.rate && step.rate->per_second == 0 && step.rate->billionths == 0)
    context_.report.add("out-of-range", fields.get("rate").node->location,
                        "a rate is more than 0/s");
  if (!fields.has("rate") && !fields.has("depth")) step.depth = 1;
  if (fields.has("range"))
    if (const auto range = read_size_range(context_, fields.raw("range"))) {
      step.range_begin = range->first;
      step.range_end = range->second;
    }
  check_range(fields, step);
  if (fields.has("hot") && step.kind != WorkloadKind::Hotspot)
    context_.report.add("conflicting-keys", fields.get("hot").node->location,
                        "`hot` belongs to the workload hotspot");
  step.hot_ppb = fields.share("hot", 1'000'000'000, 1).value_or(step.hot_ppb);
  step.length = fields.span("for", true);
  return step;
}

}  // namespace replsim::harness
