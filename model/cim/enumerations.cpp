// Names of enumerators, read from the tables; short codes of the matrix.
#include "model/cim/enumerations.h"

#include <algorithm>
#include <array>

#include "model/cim/enumeration_tables.h"
#include "model/cim/features.h"

namespace replsim::cim {
namespace {

template <typename E>
std::string_view name_in(const Enumeration& table, E value) {
  const EnumValue* row = table.find(number(value));
  return row == nullptr ? std::string_view{} : row->name;
}

struct ShortCode {
  CopyState state;
  std::string_view code;
};

// Source: operation_matrix.md, legend.
constexpr std::array<ShortCode, 17> short_codes = {{
    {CopyState::Initialized, "INI"},
    {CopyState::Unsynchronized, "UNS"},
    {CopyState::Synchronized, "SYN"},
    {CopyState::Broken, "BRK"},
    {CopyState::Fractured, "FRA"},
    {CopyState::Split, "SPL"},
    {CopyState::Inactive, "INA"},
    {CopyState::Suspended, "SUS"},
    {CopyState::Failedover, "FO"},
    {CopyState::Prepared, "PRE"},
    {CopyState::Aborted, "ABO"},
    {CopyState::Skewed, "SKW"},
    {CopyState::Mixed, "MIX"},
    {CopyState::NotApplicable, "NA"},
    {CopyState::Partitioned, "PAR"},
    {CopyState::Invalid, "INV"},
    {CopyState::Restored, "RES"},
}};

}  // namespace

std::string_view name(SyncType value) {
  return name_in(sync_type_enumeration, value);
}
std::string_view name(Mode value) {
  return name_in(association_mode_enumeration, value);
}
std::string_view name(CopyState value) {
  return name_in(copy_state_enumeration, value);
}
std::string_view name(Operation value) {
  return name_in(operation_enumeration, value);
}
std::string_view name(ProgressStatus value) {
  return name_in(progress_status_enumeration, value);
}
std::string_view name(CopyRecoveryMode value) {
  return name_in(copy_recovery_mode_enumeration, value);
}
std::string_view name(JobState value) {
  return name_in(job_state_enumeration, value);
}
std::string_view name(JobRequest value) {
  return name_in(job_request_enumeration, value);
}
std::string_view name(OperationalStatus value) {
  return name_in(operational_status_enumeration, value);
}
std::string_view name(ReturnCode value) {
  return name_in(return_code_enumeration, value);
}
std::string_view name(ReplicationType value) {
  return name_in(replication_type_enumeration, value);
}
std::string_view name(Consistency value) {
  return name_in(consistency_enumeration, value);
}

std::string_view name(Feature value) {
  return name_in(feature_enumeration, value);
}

std::string_view name(Confidence confidence) {
  switch (confidence) {
    case Confidence::Spec: return "spec";
    case Confidence::SpecDerived: return "spec-derived";
    case Confidence::Vendor: return "vendor";
    case Confidence::Inferred: return "inferred";
  }
  return {};
}

std::string_view short_code(CopyState state) {
  const auto found = std::find_if(short_codes.begin(), short_codes.end(),
                                  [state](const ShortCode& row) { return row.state == state; });
  return found == short_codes.end() ? std::string_view{} : found->code;
}

std::optional<CopyState> copy_state_of(std::string_view short_code) {
  const auto found = std::find_if(short_codes.begin(), short_codes.end(),
                                  [&](const ShortCode& row) { return row.code == short_code; });
  if (found == short_codes.end()) return std::nullopt;
  return found->state;
}

}  // namespace replsim::cim
