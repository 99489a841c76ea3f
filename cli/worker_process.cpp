// Both sides of the socket between the parent and a worker process; see the header.
#include "cli/worker_process.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "reports/json.h"

namespace replsim::cli {
namespace {

using record::ScenarioRecord;

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

template <class T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

bool receive_index(int descriptor, std::size_t& index) {
  while (true) {
    const ssize_t got = ::recv(descriptor, &index, sizeof index, MSG_WAITALL);
    if (got < 0 && errno == EINTR) continue;
    return got == static_cast<ssize_t>(sizeof index);
  }
}

/// What run_one throws is a fault of replsim: the record says it. Never lets an exception out.
ScenarioRecord guarded(const RunOne& run_one, std::size_t index) {
  ScenarioRecord failed;
  try {
    return run_one(index);
  } catch (const std::exception& error) {
    failed.reason = error.what();
  } catch (...) {
    failed.reason = "an exception of an unknown kind";
  }
  failed.verdict = record::Verdict::Error;
  return failed;
}

/// The child's life: answers requests until the parent closes the socket.
[[noreturn]] void serve(int descriptor, const RunOne& run_one) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::size_t index = 0;
  while (receive_index(descriptor, index)) {
    const std::string text = reports::scenario_to_json(guarded(run_one, index));
    if (!send_all(descriptor, bytes_of(text.size())) || !send_all(descriptor, text)) break;
  }
  // Not exit(): buffers and handlers of the parent are not the child's to run.
  ::_exit(0);
}

}  // namespace

WorkerProcess::WorkerProcess(const RunOne& run_one) {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socket to a worker process");
  }
  process_ = ::fork();
  if (process_ < 0) {
    const int error = errno;
    ::close(sockets[0]);
    ::close(sockets[1]);
    throw std::system_error(error, std::generic_category(), "new worker process");
  }
  if (process_ == 0) {
    ::close(sockets[0]);
    serve(sockets[1], run_one);
  }
  ::close(sockets[1]);
  descriptor_ = sockets[0];
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      index_(std::exchange(other.index_, std::nullopt)),
      buffer_(std::move(other.buffer_)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  std::swap(process_, other.process_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(index_, other.index_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

WorkerProcess::~WorkerProcess() {
  if (process_ > 0) ::kill(process_, SIGKILL);
  end();
}

bool WorkerProcess::request(std::size_t index) {
  index_ = index;
  return send_all(descriptor_, bytes_of(index));
}

std::expected<std::optional<ScenarioRecord>, std::string> WorkerProcess::receive() {
  std::array<char, 65536> chunk{};
  const ssize_t got = ::recv(descriptor_, chunk.data(), chunk.size(), 0);
  if (got < 0 && errno == EINTR) return std::nullopt;
  if (got <= 0) return std::unexpected(end());
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  std::size_t size = 0;
  if (buffer_.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, buffer_.data(), sizeof size);
  if (buffer_.size() - sizeof size < size) return std::nullopt;
  auto record = reports::scenario_from_json(std::string_view{buffer_}.substr(sizeof size, size));
  buffer_.clear();
  index_.reset();
  if (!record) return std::unexpected("a worker process sent nonsense: " + record.error());
  return std::move(*record);
}

std::string WorkerProcess::end() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  if (process_ <= 0) return {};
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return fmt::format("the worker process was ended by signal {} ({})", signal,
                       ::strsignal(signal));
  }
  return fmt::format("the worker process ended with code {}", WEXITSTATUS(status));
}

}  // namespace replsim::cli
