// Each line of a trace names what it holds.
#include "cli/trace_file.h"

#include <filesystem>

#include "model/trace/events.h"
#include "sim/trace_kinds.h"
#include "tests/catch.h"
#include "tests/cli/temporary_folder.h"

namespace replsim::cli {
namespace {

sim::TraceEvent event_of(const sim::TraceKind& kind, sim::EntityId entity, std::uint64_t cause) {
  return {.time = sim::Instant{sim::Duration{3'149'724}},
          .cause = cause,
          .a = 2,
          .b = 4,
          .c = 7,
          .entity = entity,
          .kind = kind.number};
}

}  // namespace

TEST_CASE("a line of the trace has time, kind, entity, named fields and cause", "[cli][trace]") {
  // EVIDENCE: docs/trace.md
  sim::Trace trace;
  const auto east = trace.entity("east:1");
  CHECK(trace_line(event_of(trace::state_change, east, 101), trace) ==
        "3149724 state-change east:1 from=2 to=4 pair=7 cause=101");
  CHECK(trace_line(event_of(sim::kind::disk_flush, east, 0), trace) ==
        "3149724 disk-flush east:1 epoch=2");
  CHECK(trace_line(event_of({.number = 999, .name = "x", .fields = {}}, east, 0), trace) ==
        "3149724 kind-999 east:1 a=2 b=4 c=7");
}

TEST_CASE("a trace file is whole or not there", "[cli][trace]") {
  const TemporaryFolder folder;
  sim::Trace trace;
  trace.keep_all();
  const auto disk = trace.entity("east/d0");
  constexpr int events = 40'000;  // More than one piece.
  for (int i = 0; i < events; ++i) {
    trace.add(sim::kind::disk_write, event_of(sim::kind::disk_write, disk, 1));
  }
  REQUIRE(write_trace(trace, folder / "trace.txt"));
  const std::string text = folder.read("trace.txt");
  CHECK(std::ranges::count(text, '\n') == events);
  CHECK(folder.count() == 1);
  CHECK_FALSE(write_trace(trace, "/dev/full"));
  CHECK_FALSE(write_trace(trace, folder / "none/trace.txt"));
}

}  // namespace replsim::cli
