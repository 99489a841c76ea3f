// The schema of the database of a run: tables as docs/database.md describes them, and views for
// people with a sqlite3 shell.
#pragma once

#include <cstdint>

#include "model/store/database.h"

namespace replsim::store {

/// "RPLS", in the header of every database of ours.
inline constexpr std::uint32_t application_id = 0x52504C53;
/// user_version. A reader refuses any other.
inline constexpr std::uint32_t schema_version = 1;

/// Create tables and views in an empty database, and the tables of names.
void create_schema(Database& database);

}  // namespace replsim::store
