// One worker process and the socket to it. Requests are run numbers, answers are a length and the
// JSON of a record; one request is under way at a time.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

#include "cli/workers.h"

namespace replsim::cli {

/// Owns the process: destroying it kills and reaps.
class WorkerProcess final {
 public:
  /// Forks. The child never returns from here.
  explicit WorkerProcess(const RunOne& run_one);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();

  int descriptor() const { return descriptor_; }
  std::optional<std::size_t> busy_with() const { return index_; }

  /// Starts one run. False when the process has gone.
  bool request(std::size_t index);

  /// Takes what has arrived. A record when one is complete; none when more is to come; an error
  /// text when the process died ("ended by signal 11") or sent nonsense.
  std::expected<std::optional<record::ScenarioRecord>, std::string> receive();

 private:
  std::string end();  ///< Reaps and says how it ended.

  pid_t process_ = -1;
  int descriptor_ = -1;
  std::optional<std::size_t> index_;
  std::string buffer_;
};

}  // namespace replsim::cli
