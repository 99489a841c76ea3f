// The progress bar; see the header.
#include "reports/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reports/text.h"

namespace replsim::reports {
namespace {

constexpr std::size_t bar_cells = 24;

/// At most `columns` characters, never half a UTF-8 sequence.
std::string cut(std::string_view text, std::size_t columns) {
  std::string result;
  while (!text.empty() && columns > 0) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    result += text.substr(0, length);
    text.remove_prefix(length);
    --columns;
  }
  return result;
}

}  // namespace

Progress::Progress(std::size_t total, ProgressOptions options, Write write)
    : total_(total), options_(options), write_(std::move(write)) {}

void Progress::start() {
  if (options_.terminal) draw("");
}

void Progress::ended(const record::ScenarioRecord& scenario) {
  ++done_;
  if (options_.terminal) draw(printable(record::full_name(scenario)));
}

void Progress::finished(const record::ScenarioRecord& scenario, bool strict) {
  ++judged_;
  const auto code = record::exit_code(scenario.verdict, strict);
  if (code != record::ExitCode::Pass) ++failed_;
  const std::string label = printable(record::full_name(scenario));
  if (options_.terminal) {
    draw(label);
  } else {
    write_(fmt::format("[{}/{}] {} {}\n", judged_, total_, record::name(scenario.verdict), label));
  }
}

void Progress::hide() {
  if (!shown_) return;
  write_("\r\x1b[K");
  shown_ = false;
}

void Progress::draw(std::string_view label) {
  const std::size_t filled = total_ == 0 ? bar_cells : bar_cells * done_ / total_;
  std::string head =
      fmt::format("[{:#<{}}{:.<{}}] {}/{}", "", filled, "", bar_cells - filled, done_, total_);
  if (failed_ > 0) head += fmt::format(", {} not passed", failed_);
  const std::size_t room = options_.columns > 1 ? options_.columns - 1 : 0;
  std::string line = cut(head, room);
  if (head.size() + 2 < room) line += "  " + cut(label, room - head.size() - 2);
  const bool coloured = options_.colour && failed_ > 0;
  write_(
      fmt::format("\r{}{}{}\x1b[K", coloured ? "\x1b[31m" : "", line, coloured ? "\x1b[0m" : ""));
  shown_ = true;
}

}  // namespace replsim::reports
