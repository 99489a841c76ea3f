// Runs in worker processes. The parent hands out run numbers; each worker process builds its own
// worlds, one after the other, and sends each record back as JSON. Results come out in the order of
// the numbers, so the output is the same for any number of workers.
//
// A worker that dies (a crash of replsim itself) costs its own run, which becomes an Error record,
// and is replaced. SIGINT, SIGTERM and SIGHUP end the whole set: what had ended until then is kept.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "harness/record/run_record.h"

namespace replsim::cli {

/// Makes the record of one run, in a worker process. What it throws becomes an Error record.
using RunOne = std::function<record::ScenarioRecord(std::size_t index)>;

/// What a run's record says before it has run: name, file, line, cell, case, seed. In the parent.
using Identity = std::function<record::ScenarioRecord(std::size_t index)>;

struct WorkerOptions {
  std::size_t runs = 0;     ///< Numbers 0 .. runs - 1.
  std::size_t workers = 1;  ///< At least 1.
  bool fail_fast = false;   ///< Nothing after the first run, by number, that does not pass.
  bool strict = true;       ///< What "not pass" means to `fail_fast`.
};

/// Called in the parent; both may be empty.
struct WorkerEvents {
  std::function<void(const record::ScenarioRecord&)> ended;  ///< At once, in any order.
  std::function<void(record::ScenarioRecord&)>
      ordered;  ///< In the order of the numbers; may judge.
};

struct WorkerResult {
  std::vector<record::ScenarioRecord> records;  ///< In the order of the numbers.
  bool interrupted = false;
};

/// Runs all and returns when the last worker has gone. Throws std::system_error when no process
/// can be made.
WorkerResult run_in_workers(const WorkerOptions& options, const RunOne& run_one,
                            const Identity& identity, const WorkerEvents& events = {});

}  // namespace replsim::cli
