// The run record that the golden tests of all reports show: a pass with a story, a failure with
// everything that a failure can have, one that differs, a skipped one and hostile text.
#pragma once

#include "harness/record/run_record.h"

namespace replsim::reports {

inline record::ScenarioRecord told_scenario() {
  record::ScenarioRecord s;
  s.name = "planned-failover";
  s.title = "A planned failover loses nothing";
  s.file = "scenarios/failover/planned.yaml";
  s.line = 2;
  s.cell = "mode=Synchronous";
  s.case_name = "cut first";
  s.seed = 7;
  s.hash = 0x00ab54a98ceb1f0aULL;
  s.events = 1234;
  s.simulated_ns = 61'500'000'000;
  s.wall_ns = 12'345'678;
  s.calls = {{.at_ns = 0,
              .provider = "east",
              .method = "CreateElementReplica",
              .summary = "Mirror of east/vol1",
              .answer = "4096 Job Started",
              .code = 4096,
              .duration_ns = 2'000'000},
             {.at_ns = 30'000'000'000,
              .provider = "west",
              .method = "ModifyReplicaSynchronization",
              .answer = "no answer"}};
  s.transitions = {{2'000'000, "east:1", "east", "-", "Unsynchronized", "CreateElementReplica"},
                   {12'004'000'000, "east:1", "east", "Unsynchronized", "Synchronized", ""}};
  s.jobs = {{.at_ns = 2'000'000,
             .name = "east:job:1",
             .what = "CreateElementReplica",
             .state = "Completed",
             .ended_ns = 12'004'000'000}};
  s.moments = {{20'000'000'000, "fault", "link.cut east-west begins"},
               {20'000'000'000, "crash", "east goes down"},
               {25'000'000'000, "fault", "link.cut east-west ends"}};
  s.faults = {{.name = "link.cut east-west",
               .at_ns = 20'000'000'000,
               .ended_ns = 25'000'000'000,
               .fired = 1,
               .hits = 3}};
  s.losses = {{.at_ns = 31'000'000'000,
               .relation = "east:1",
               .bytes = 6144,
               .writes = 2,
               .oldest_age_ns = 1'500'000}};
  s.invariants = {{"A1", 40}, {"A22", 0}};
  s.evidence = {"ModifyReplicaSynchronization/Failover"};
  s.measures = {{"rto", "1.5 s"}};
  return s;
}

inline record::ScenarioRecord failed_scenario() {
  record::ScenarioRecord s;
  s.name = "cut";
  s.file = "scenarios/faults/cut.yaml";
  s.verdict = record::Verdict::Fail;
  s.hash = 0xffffffffffffffffULL;
  s.events = 1;
  s.warnings = {"$p is never used"};
  record::Failure expect{.file = s.file,
                         .line = 14,
                         .column = 7,
                         .rule = "expect",
                         .confidence = record::Confidence::Spec,
                         .message = "$mirror.CopyState is not what was expected",
                         .expected = "Synchronized",
                         .seen = "Broken",
                         .at_ns = 10'000'000'001};
  expect.step = {{13, "  - expect:"}, {14, "      $mirror.CopyState: Synchronized"}};
  expect.history = {"9.000 s Unsynchronized -> Broken (disk.write-error)"};
  s.failures = {expect,
                {.file = s.file,
                 .rule = "B2",
                 .confidence = record::Confidence::Inferred,
                 .message = "code 4 where the table says 5"}};
  return s;
}

inline record::Record sample() {
  record::Record record{.version = "0.1.0", .build = "0123456789abcdef"};
  record.options.set = {{"size", "4 KiB"}};
  record.options.strict = false;
  record.scenarios = {told_scenario(), failed_scenario()};
  record::ScenarioRecord differs{.name = "vendor-code", .file = "b.yaml"};
  differs.verdict = record::Verdict::Differs;
  differs.events = 2;
  differs.failures = {
      {.file = "b.yaml", .rule = "B5", .confidence = record::Confidence::Vendor, .message = "m"}};
  record::ScenarioRecord skipped{.name = "snapshot", .file = "b.yaml"};
  skipped.verdict = record::Verdict::Skipped;
  skipped.reason = "the profile has no SyncType Snapshot";
  record::ScenarioRecord hostile{.name = "a<b>&\"c\"\x1b[2J\xff", .file = "c.yaml"};
  hostile.verdict = record::Verdict::Error;
  hostile.reason = std::string{"line\nbreak \x01 and \xEF\xBF\xBE"};
  record.scenarios.insert(record.scenarios.end(), {differs, skipped, hostile});
  return record;
}

}  // namespace replsim::reports
