// Where the database of a run may be put. A path holds nothing, a whole older run, or the new one:
// the new file is made aside (`PATH-new`) and takes the path's name when it is complete.
//   F1  A file that is not ours is never opened by SQLite, renamed or written.
//   F2  One of ours is replaced only when the caller says so, and no other process uses it.
// Source: SQLite file format, "The Database Header" (application_id at 68, user_version at 60).
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "model/store/database.h"

namespace replsim::store {

/// What is at a path: nothing (true when absent), or a file of our version (false).
std::expected<bool, SinkError> path_is_free(const std::string& path);

/// Whether make_database_file() with `replace` can use a path, so far as looking tells: the file
/// there, an unfinished one and a journal beside it are ours or absent. Changes nothing.
std::expected<void, SinkError> check_database_path(const std::string& path);

/// Make the file of a new run: `fill` writes schema and first rows into an empty database.
std::expected<void, SinkError> make_database_file(const std::string& path, bool replace,
                                                  const std::function<void(Database&)>& fill);

}  // namespace replsim::store
