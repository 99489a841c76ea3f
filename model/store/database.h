// One connection to SQLite, and prepared statements. The first failure sticks: after it every
// operation does nothing, and the caller looks once, at the end of its transaction.
// The only file that knows SQLite's own interface is database.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace replsim::store {

enum class SinkProblem : std::uint8_t {
  Unwritable,  ///< The file cannot be created or written.
  Exists,      ///< There is a run in this file, and nobody said to replace it.
  Foreign,     ///< The file is not one of ours; it was not touched.
  Newer,       ///< Written by a newer replsim.
  Damaged,     ///< One of ours, but its content makes no sense.
  Busy,        ///< Another process uses it.
  Full,        ///< No space left.
  Missing,     ///< There is no such file (to read).
  Io,          ///< Any other failure of reading or writing.
};

/// What went wrong with a database, with a sentence that names the file.
struct SinkError {
  SinkProblem kind = SinkProblem::Io;
  std::string text;
};

/// A connection. Not to be moved: statements point to it.
class Database {
 public:
  enum class Mode : std::uint8_t { Create, Write, Read };

  Database(std::string path, Mode mode);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Runs the statements of a constant text.
  void run(const char* sql);
  /// The same, but a failure does not matter.
  void attempt(const char* sql);
  /// The first failure, if any.
  const std::optional<SinkError>& error() const { return error_; }
  bool ok() const { return !error_.has_value(); }
  /// Sets the first failure, when there is none yet.
  void fail(SinkProblem kind, std::string_view text);
  /// Begin a transaction; commit it when everything since went well, else take it back.
  void begin() { run("BEGIN IMMEDIATE"); }
  bool end();

 private:
  friend class Statement;
  void fail_with(int code);

  std::string path_;
  sqlite3* connection_ = nullptr;
  std::optional<SinkError> error_;
};

/// A prepared statement. Parameters are numbered from 1, columns from 0.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  /// Bit for bit: values from 2^63 on are negative in the database.
  Statement& bind(int parameter, std::uint64_t value) {
    return bind(parameter, static_cast<std::int64_t>(value));
  }
  Statement& bind(int parameter, std::uint32_t value) {
    return bind(parameter, static_cast<std::int64_t>(value));
  }
  Statement& bind(int parameter, std::string_view value);
  /// The bytes must live until the statement has run.
  Statement& bind(int parameter, std::span<const std::uint8_t> bytes);

  /// The next row; false at the end (the statement may be bound and run again) and on failure.
  bool step();
  /// Run to the end.
  void execute() {
    while (step()) {
    }
  }
  std::int64_t integer(int column);
  std::string text(int column);
  /// Valid until the next step.
  std::span<const std::uint8_t> blob(int column);

 private:
  void check(int code);

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace replsim::store
