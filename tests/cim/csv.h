// Reads the expected tables of fixtures/expected: header line, quoted fields with commas.
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace replsim::cim {

using CsvRow = std::map<std::string, std::string>;

inline std::vector<std::string> split_csv_line(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

/// All rows whose first column is `sync_type`.
inline std::vector<CsvRow> read_expected(const std::string& file, const std::string& sync_type) {
  std::ifstream stream(std::string(REPLSIM_SOURCE_DIR) + "/fixtures/expected/" + file);
  REQUIRE(stream.is_open());
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> header = split_csv_line(line);
  std::vector<CsvRow> rows;
  while (std::getline(stream, line)) {
    const std::vector<std::string> fields = split_csv_line(line);
    REQUIRE(fields.size() == header.size());
    if (fields.front() != sync_type) continue;
    CsvRow row;
    for (std::size_t i = 0; i < fields.size(); ++i) row[header[i]] = fields[i];
    rows.push_back(row);
  }
  return rows;
}

}  // namespace replsim::cim
