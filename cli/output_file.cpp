// Temporary file, write, flush, rename; see the header.
#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace replsim::cli {
namespace {

namespace fs = std::filesystem;

std::string error_text(const std::string& path, int error) {
  return path + ": " + std::generic_category().message(error);
}

/// The file itself where `path` is a link, so that the link stays.
std::string resolved(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// A device, pipe or socket, or one of the process's own descriptors whatever that is: it can not
/// be replaced, only written to at its end.
bool is_special(const std::string& path) {
  for (const std::string_view descriptors : {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"}) {
    if (path.starts_with(descriptors)) return true;
  }
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

/// Permissions of a file that a program makes: those of the one it replaces, else what umask says.
mode_t permissions_for(const std::string& path) {
  struct stat existing {};
  if (::stat(path.c_str(), &existing) == 0) return existing.st_mode & 0777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

std::optional<std::string> why_unwritable(const std::string& path) {
  if (path.empty()) return "an empty file name";
  const std::string real = resolved(path);
  struct stat existing {};
  if (::stat(real.c_str(), &existing) == 0) {
    if (S_ISDIR(existing.st_mode)) return error_text(path, EISDIR);
    if (::access(real.c_str(), W_OK) != 0) return error_text(path, errno);
    if (!S_ISREG(existing.st_mode)) return std::nullopt;
  } else if (errno != ENOENT || real.ends_with('/')) {
    return error_text(path, errno == ENOENT ? EISDIR : errno);
  }
  const std::string folder = folder_of(real);
  struct stat place {};
  if (::stat(folder.c_str(), &place) != 0) return error_text(path, errno);
  if (!S_ISDIR(place.st_mode)) return error_text(path, ENOTDIR);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return error_text(path, errno);
  return std::nullopt;
}

std::expected<OutputFile, std::string> OutputFile::open(const std::string& path) {
  if (auto why = why_unwritable(path)) return std::unexpected(std::move(*why));
  if (is_special(path)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return std::unexpected(error_text(path, errno));
    return OutputFile(path, "", descriptor);
  }
  const std::string real = resolved(path);
  std::string temporary = real + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(error_text(path, errno));
  ::fchmod(descriptor, permissions_for(real));
  return OutputFile(real, std::move(temporary), descriptor);
}

OutputFile::OutputFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::expected<void, std::string> OutputFile::write(std::string_view content) {
  if (temporary_.empty()) {  // Opened without blocking only to prove that somebody reads.
    ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) & ~O_NONBLOCK);
  }
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(error_text(path_, errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::expected<void, std::string> OutputFile::commit(std::string_view content) {
  if (auto done = write(content); !done) return done;
  if (!temporary_.empty()) {
    if (::fsync(descriptor_) != 0) return std::unexpected(error_text(path_, errno));
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
      return std::unexpected(error_text(path_, errno));
    }
  }
  ::close(std::exchange(descriptor_, -1));
  return {};
}

}  // namespace replsim::cli
