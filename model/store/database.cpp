// SQLite behind two small classes. Files may come from anywhere: defensive mode, no extensions, no
// trust in their schema, and every value read is checked by who reads it.
#include "model/store/database.h"

#include <sqlite3.h>

#include <utility>

namespace replsim::store {
namespace {

constexpr int longest_value = 1 << 26;
constexpr int busy_timeout_ms = 2000;

struct CodeMeaning {
  int code;  ///< SQLite's primary result code.
  SinkProblem problem;
};
// Source: sqlite.org, "Result and Error Codes". What is not listed is Io.
constexpr CodeMeaning meanings[] = {
    {SQLITE_CANTOPEN, SinkProblem::Unwritable}, {SQLITE_READONLY, SinkProblem::Unwritable},
    {SQLITE_PERM, SinkProblem::Unwritable},     {SQLITE_AUTH, SinkProblem::Unwritable},
    {SQLITE_FULL, SinkProblem::Full},           {SQLITE_BUSY, SinkProblem::Busy},
    {SQLITE_LOCKED, SinkProblem::Busy},         {SQLITE_NOTADB, SinkProblem::Foreign},
    {SQLITE_CORRUPT, SinkProblem::Damaged},     {SQLITE_ERROR, SinkProblem::Damaged},
    {SQLITE_SCHEMA, SinkProblem::Damaged},      {SQLITE_TOOBIG, SinkProblem::Damaged},
    {SQLITE_MISMATCH, SinkProblem::Damaged},
};

SinkProblem problem_of(int code) {
  for (const CodeMeaning& meaning : meanings) {
    if (meaning.code == (code & 0xFF)) return meaning.problem;
  }
  return SinkProblem::Io;
}

int flags_of(Database::Mode mode) {
  switch (mode) {
    case Database::Mode::Create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    case Database::Mode::Write: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    case Database::Mode::Read: return SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
  }
  return SQLITE_OPEN_READONLY;
}

}  // namespace

Database::Database(std::string path, Mode mode) : path_(std::move(path)) {
  const int code = sqlite3_open_v2(path_.c_str(), &connection_, flags_of(mode), nullptr);
  if (code != SQLITE_OK) {
    fail_with(code);
    return;
  }
  sqlite3_extended_result_codes(connection_, 1);
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_busy_timeout(connection_, busy_timeout_ms);
  sqlite3_limit(connection_, SQLITE_LIMIT_LENGTH, longest_value);
}

Database::~Database() {
  sqlite3_close(connection_);
}

void Database::fail(SinkProblem kind, std::string_view text) {
  if (ok()) error_ = SinkError{kind, path_ + ": " + std::string(text)};
}

void Database::fail_with(int code) {
  const char* text = connection_ != nullptr ? sqlite3_errmsg(connection_) : sqlite3_errstr(code);
  fail(problem_of(code), text);
}

void Database::run(const char* sql) {
  if (!ok()) return;
  const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail_with(code);
}

void Database::attempt(const char* sql) {
  if (ok()) sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
}

bool Database::end() {
  run("COMMIT");
  if (ok()) return true;
  if (connection_ != nullptr && sqlite3_get_autocommit(connection_) == 0) {
    sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return false;
}

Statement::Statement(Database& database, const char* sql) : database_(database) {
  if (!database_.ok()) return;
  check(sqlite3_prepare_v3(database_.connection_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr));
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::check(int code) {
  if (code != SQLITE_OK && database_.ok()) database_.fail_with(code);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  if (database_.ok()) check(sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  if (database_.ok()) {
    const char* text = value.empty() ? "" : value.data();
    check(sqlite3_bind_text64(statement_, parameter, text, value.size(), SQLITE_TRANSIENT,
                              SQLITE_UTF8));
  }
  return *this;
}

Statement& Statement::bind(int parameter, std::span<const std::uint8_t> bytes) {
  if (!database_.ok()) return *this;
  if (bytes.empty()) {
    check(sqlite3_bind_zeroblob(statement_, parameter, 0));
  } else {
    check(sqlite3_bind_blob64(statement_, parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
  }
  return *this;
}

bool Statement::step() {
  if (!database_.ok()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail_with(code);
  sqlite3_reset(statement_);
  return false;
}

std::int64_t Statement::integer(int column) {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::uint8_t> Statement::blob(int column) {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace replsim::store
