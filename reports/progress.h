// Progress of a run on standard error: a bar on a terminal, one plain line a finished run
// otherwise. It counts runs, not time: no clock is needed.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "harness/record/run_record.h"

namespace replsim::reports {

struct ProgressOptions {
  bool terminal = false;
  bool colour = false;
  std::size_t columns = 80;  ///< Width of the terminal.
};

/// Takes the finished runs in any order and writes through the function given.
class Progress final {
 public:
  using Write = std::function<void(std::string_view)>;

  Progress(std::size_t total, ProgressOptions options, Write write);

  /// Shows that nothing is done yet.
  void start();
  /// One more run has ended; what the others of its file did may still change its verdict.
  void ended(const record::ScenarioRecord& scenario);
  /// The verdict of a run that ended stands; told in the order of the runs.
  void finished(const record::ScenarioRecord& scenario, bool strict);
  /// Takes the bar away so that other text can be written; the next call draws it again.
  void hide();

 private:
  void draw(std::string_view label);

  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t judged_ = 0;
  std::size_t failed_ = 0;
  bool shown_ = false;
  ProgressOptions options_;
  Write write_;
};

}  // namespace replsim::reports
