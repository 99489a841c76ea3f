// Looks at a file's first hundred bytes itself, so that SQLite never touches what is not ours.
#include "model/store/database_file.h"

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "model/store/sink_schema.h"

namespace replsim::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic{"SQLite format 3\0", 16};
constexpr std::size_t header_bytes = 100;

std::unexpected<SinkError> problem(SinkProblem kind, const std::string& path,
                                   std::string_view text) {
  return std::unexpected(SinkError{kind, path + ": " + std::string(text)});
}

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

/// An unfinished file of ours, left behind by a process that was killed, or nothing.
std::expected<void, SinkError> check_left_over(const std::string& path) {
  const auto found = path_is_free(path);
  std::error_code code;
  const bool empty = fs::is_regular_file(path, code) && fs::file_size(path, code) == 0 && !code;
  if (!found && !empty) return std::unexpected(found.error());
  return {};
}

std::expected<void, SinkError> remove(const std::string& path) {
  std::error_code code;
  if (fs::remove(path, code); code) return problem(SinkProblem::Unwritable, path, code.message());
  return {};
}

struct Journal {
  std::string_view end;
  std::uint32_t magic;
};
constexpr std::array journals{Journal{"-wal", 0x377F0682}, Journal{"-journal", 0xD9D505F9}};

/// A journal of SQLite, or nothing.
std::expected<void, SinkError> check_journal(const std::string& path, std::uint32_t magic_number) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::array<char, 4> first{};
  file.read(first.data(), first.size());
  // The lowest bit says in which byte order a write-ahead log has its checksums.
  const bool ours = file.gcount() == 0 || (big_endian(first.data()) | 1u) == (magic_number | 1u);
  if (!ours) return problem(SinkProblem::Foreign, path, "is not a journal of SQLite");
  return {};
}

/// The journal of a database that is no longer there would be played into the new one.
std::expected<void, SinkError> remove_stray_journals(const std::string& path) {
  for (const Journal& journal : journals) {
    const std::string name = path + std::string(journal.end);
    if (auto ours = check_journal(name, journal.magic); !ours) return ours;
    if (auto removed = remove(name); !removed) return removed;
  }
  return {};
}

}  // namespace

std::expected<bool, SinkError> path_is_free(const std::string& path) {
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  if (status.type() == fs::file_type::not_found) return true;
  if (code) return problem(SinkProblem::Unwritable, path, code.message());
  if (status.type() != fs::file_type::regular) {
    return problem(SinkProblem::Foreign, path, "is not a plain file");
  }
  std::ifstream file(path, std::ios::binary);
  std::array<char, header_bytes> header{};
  if (!file) return problem(SinkProblem::Unwritable, path, "cannot be read");
  file.read(header.data(), header.size());
  const bool whole = file.gcount() == static_cast<std::streamsize>(header.size());
  if (!whole || std::memcmp(header.data(), magic.data(), magic.size()) != 0 ||
      big_endian(header.data() + 68) != application_id) {
    return problem(SinkProblem::Foreign, path, "is not a database of replsim; left as it is");
  }
  const std::uint32_t version = big_endian(header.data() + 60);
  if (version > schema_version) {
    return problem(
        SinkProblem::Newer, path,
        "was written by a newer replsim (schema " + std::to_string(version) + "); left as it is");
  }
  if (version != schema_version) {
    return problem(SinkProblem::Damaged, path, "has no schema version; left as it is");
  }
  return false;
}

std::expected<void, SinkError> check_database_path(const std::string& path) {
  const auto is_free = path_is_free(path);
  if (!is_free) return std::unexpected(is_free.error());
  std::error_code code;
  const std::string place = *is_free ? path : fs::canonical(path, code).string();
  if (code) return problem(SinkProblem::Unwritable, path, code.message());
  if (auto ours = check_left_over(place + "-new"); !ours || !*is_free) return ours;
  for (const Journal& journal : journals) {
    if (auto ours = check_journal(place + std::string(journal.end), journal.magic); !ours) {
      return ours;
    }
  }
  return {};
}

std::expected<void, SinkError> make_database_file(const std::string& path, bool replace,
                                                  const std::function<void(Database&)>& fill) {
  if (path.empty()) return problem(SinkProblem::Unwritable, path, "the name is empty");
  const auto is_free = path_is_free(path);
  if (!is_free) return std::unexpected(is_free.error());
  if (!*is_free && !replace) {
    return problem(SinkProblem::Exists, path, "holds a run already; left as it is");
  }
  std::error_code code;
  const std::string place = *is_free ? path : fs::canonical(path, code).string();
  if (code) return problem(SinkProblem::Unwritable, path, code.message());
  const std::string aside = place + "-new";
  if (auto ours = check_left_over(aside); !ours) return ours;
  if (auto removed = remove(aside); !removed) return removed;
  {
    Database fresh(aside, Database::Mode::Create);
    fresh.run(
        "PRAGMA page_size = 16384; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = NORMAL");
    fresh.begin();
    fill(fresh);
    if (!fresh.end()) {
      const SinkError error = *fresh.error();
      fs::remove(aside, code);
      return std::unexpected(error);
    }
  }
  if (*is_free) {
    if (auto removed = remove_stray_journals(place); !removed) return removed;
  } else {
    // Folds the old run's write-ahead log into it and removes the log; fails if it is in use.
    Database old(place, Database::Mode::Write);
    old.run("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; COMMIT");
    if (!old.ok()) {
      fs::remove(aside, code);
      return std::unexpected(*old.error());
    }
  }
  fs::rename(aside, place, code);
  if (code) return problem(SinkProblem::Unwritable, path, code.message());
  return {};
}

}  // namespace replsim::store
