// Names of kinds and fields come from the tables of the kernel and of the model.
#include "cli/trace_file.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "cli/output_file.h"
#include "model/trace/events.h"
#include "sim/trace_kinds.h"

namespace replsim::cli {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

const sim::TraceKind* find_kind(std::uint16_t number) {
  for (const sim::TraceKind* kind : sim::kind::all) {
    if (kind->number == number) return kind;
  }
  for (const sim::TraceKind* kind : trace::all) {
    if (kind->number == number) return kind;
  }
  return nullptr;
}

void append_line(std::string& text, const sim::TraceEvent& event, const sim::Trace& trace) {
  const sim::TraceKind* kind = find_kind(event.kind);
  const auto out = std::back_inserter(text);
  if (kind == nullptr) {
    fmt::format_to(out, "{} kind-{} {} a={} b={} c={}", sim::ns(event.time), event.kind,
                   trace.name(event.entity), event.a, event.b, event.c);
  } else {
    fmt::format_to(out, "{} {} {}", sim::ns(event.time), kind->name, trace.name(event.entity));
    const std::array values{event.a, event.b, event.c};
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!kind->fields[i].empty()) fmt::format_to(out, " {}={}", kind->fields[i], values[i]);
    }
  }
  if (event.cause != 0) fmt::format_to(out, " cause={}", event.cause);
}

}  // namespace

std::string trace_line(const sim::TraceEvent& event, const sim::Trace& trace) {
  std::string text;
  append_line(text, event, trace);
  return text;
}

std::expected<void, std::string> write_trace(const sim::Trace& trace, const std::string& path) {
  auto file = OutputFile::open(path);
  if (!file) return std::unexpected(file.error());
  std::string text;
  for (const sim::TraceEvent& event : trace.kept()) {
    append_line(text, event, trace);
    text += '\n';
    if (text.size() < piece_bytes) continue;
    if (auto written = file->write(text); !written) return written;
    text.clear();
  }
  return file->commit(text);
}

}  // namespace replsim::cli
