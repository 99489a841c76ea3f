// A capability profile: what a provider offers (language.md section 13, rulings, knobs).
// Files live in fixtures/profiles; what a profile lacks answers Not Supported.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/cim/schema.h"

namespace replsim::cim {

enum class JobPolicy : std::uint8_t { AsNeeded, Always, Never };

struct Profile {
  std::string name = "default";
  SchemaVersion schema = SchemaVersion::V2_49;
  std::set<std::uint16_t> sync_types;         ///< SyncType values.
  std::set<std::uint16_t> modes;              ///< Mode values.
  std::set<std::uint16_t> replication_types;  ///< ReplicationType values.
  std::set<std::uint16_t> operations;         ///< Operation values.
  std::set<std::string> methods;              ///< "CreateElementReplica", ...
  std::set<std::uint16_t> features;
  std::set<std::uint16_t> wait_for_copy_state;  ///< CopyState values accepted; empty = all.
  JobPolicy jobs = JobPolicy::AsNeeded;
  std::int64_t job_after_ns = 0;
  std::int64_t call_limit_ns = 30'000'000'000;
  std::vector<std::string> extra_parameters;
  std::map<std::uint32_t, std::string> vendor_codes;
  std::map<std::string, std::string>
      knobs;  ///< As written: "suspended-target-access" -> "read-write".
};

}  // namespace replsim::cim
