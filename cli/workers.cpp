// Hands out run numbers and puts the answers in order; see the header.
// W1: numbers are handed out in rising order, so all below a known failure are done or under way.
#include "cli/workers.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <map>
#include <system_error>

#include "cli/worker_process.h"

namespace replsim::cli {
namespace {

using record::ScenarioRecord;

/// While it lives, SIGINT, SIGTERM and SIGHUP arrive on a descriptor and nowhere else, in children
/// neither.
class SignalDescriptor final {
 public:
  SignalDescriptor() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    ::sigprocmask(SIG_BLOCK, &wanted, &before_);
    descriptor_ = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  }
  SignalDescriptor(const SignalDescriptor&) = delete;
  SignalDescriptor& operator=(const SignalDescriptor&) = delete;
  ~SignalDescriptor() {
    signalfd_siginfo taken{};
    while (::read(descriptor_, &taken, sizeof taken) > 0) {
    }
    ::close(descriptor_);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  int descriptor() const { return descriptor_; }

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

class Dispatcher final {
 public:
  Dispatcher(const WorkerOptions& options, const RunOne& run_one, const Identity& identity,
             const WorkerEvents& events)
      : options_(options),
        run_one_(run_one),
        identity_(identity),
        events_(events),
        limit_(options.runs) {}

  WorkerResult run() {
    const std::size_t count = std::min(std::max<std::size_t>(options_.workers, 1), options_.runs);
    for (std::size_t i = 0; i < count; ++i) workers_.emplace_back(run_one_);
    for (auto& worker : workers_) hand_out(worker);
    while (!result_.interrupted && any_busy()) wait();
    if (result_.interrupted) flush_out_of_order();
    return std::move(result_);
  }

 private:
  bool any_busy() const {
    return std::ranges::any_of(workers_, [](const auto& w) { return w.busy_with().has_value(); });
  }

  void hand_out(WorkerProcess& worker) {
    while (next_ < limit_ && !worker.busy_with()) {
      const std::size_t index = next_++;
      if (worker.request(index)) return;
      worker = WorkerProcess(run_one_);
      if (worker.request(index)) return;
      take(index, died(index, "no worker process takes requests"));
    }
  }

  void wait() {
    std::vector<pollfd> waiting{{.fd = signals_.descriptor(), .events = POLLIN}};
    std::vector<WorkerProcess*> who{nullptr};
    for (auto& worker : workers_) {
      if (!worker.busy_with()) continue;
      waiting.push_back({.fd = worker.descriptor(), .events = POLLIN});
      who.push_back(&worker);
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) return;
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (waiting[0].revents != 0) {
      result_.interrupted = true;
      return;
    }
    for (std::size_t i = 1; i < waiting.size(); ++i) {
      if (waiting[i].revents != 0) receive(*who[i]);
    }
  }

  void receive(WorkerProcess& worker) {
    if (!worker.busy_with()) return;
    const std::size_t index = *worker.busy_with();
    auto answer = worker.receive();
    if (!answer) {
      worker = WorkerProcess(run_one_);
      take(index, died(index, answer.error()));
    } else if (*answer) {
      take(index, std::move(**answer));
    } else {
      return;
    }
    hand_out(worker);
  }

  ScenarioRecord died(std::size_t index, const std::string& why) {
    ScenarioRecord record = identity_(index);
    record.verdict = record::Verdict::Error;
    record.reason = why;
    return record;
  }

  void take(std::size_t index, ScenarioRecord record) {
    if (index >= limit_) return;
    if (record.name.empty()) {  // An exception: the worker did not know whose run it was.
      record = died(index, record.reason);
    }
    if (events_.ended) events_.ended(record);
    const bool stops = stops_all(record);
    early_.emplace(index, std::move(record));
    if (stops) stop_after(index);
    while (!early_.empty() && early_.begin()->first == result_.records.size()) {
      ScenarioRecord next = std::move(early_.begin()->second);
      early_.erase(early_.begin());
      put(std::move(next));
    }
  }

  bool stops_all(const ScenarioRecord& record) const {
    return options_.fail_fast &&
           record::exit_code(record.verdict, options_.strict) != record::ExitCode::Pass;
  }

  /// By W1 all below are done or under way; what is above is not waited for.
  void stop_after(std::size_t index) {
    limit_ = index + 1;
    early_.erase(early_.upper_bound(index), early_.end());
    for (auto& worker : workers_) {
      if (worker.busy_with() && *worker.busy_with() > index) worker = WorkerProcess(run_one_);
    }
  }

  void put(ScenarioRecord record) {
    if (events_.ordered) events_.ordered(record);
    const bool stops = stops_all(record);
    result_.records.push_back(std::move(record));
    if (stops) stop_after(result_.records.size() - 1);
  }

  void flush_out_of_order() {
    for (auto& [index, record] : early_) put(std::move(record));
    early_.clear();
  }

  const WorkerOptions& options_;
  const RunOne& run_one_;
  const Identity& identity_;
  const WorkerEvents& events_;
  SignalDescriptor signals_;
  std::vector<WorkerProcess> workers_;
  std::map<std::size_t, ScenarioRecord> early_;  ///< Ended before one with a lower number.
  std::size_t next_ = 0;
  std::size_t limit_;  ///< Numbers from here on are not run.
  WorkerResult result_;
};

}  // namespace

WorkerResult run_in_workers(const WorkerOptions& options, const RunOne& run_one,
                            const Identity& identity, const WorkerEvents& events) {
  Dispatcher dispatcher(options, run_one, identity, events);
  return dispatcher.run();
}

}  // namespace replsim::cli
