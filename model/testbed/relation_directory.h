// Relations as the harness follows them: by pair id, through Reverse Roles, over both arrays.
//   D1  A path of an association, current or former, in either order of its ends, names the newest
//       pair that had it.
//   D2  Merged view: the endpoint with the newer generation, else the source (rulings R7).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/provider/testbed.h"
#include "model/services/array_facts.h"
#include "model/testbed/hardware.h"
#include "sim/trace.h"

namespace replsim::testbed {

class RelationDirectory final : public sim::TraceObserver {
 public:
  explicit RelationDirectory(Hardware& hardware);
  RelationDirectory(const RelationDirectory&) = delete;
  RelationDirectory& operator=(const RelationDirectory&) = delete;
  ~RelationDirectory() override;

  /// What an array holds now, running or not.
  services::ArrayFacts facts(const ArrayMachine& machine) const;

  std::optional<std::uint64_t> pair_of(const cim::ObjectPath& path) const;
  std::optional<provider::RelationInfo> relation(std::uint64_t pair) const;
  /// `array` empty: the merged view.
  std::optional<cim::Instance> instance(std::uint64_t pair, std::string_view array) const;

  void observe(const sim::TraceEvent& event) override;

 private:
  /// An end of a pair, found now.
  struct End {
    const ArrayMachine* machine;
    services::ArrayFacts facts;
    const engine::RelationRecord* record;
  };
  std::vector<End> ends_of(std::uint64_t pair) const;
  const End* merged(const std::vector<End>& ends) const;
  void learn(const ArrayMachine& machine) const;
  void remember(const services::ArrayFacts& facts, const engine::RelationRecord& record) const;

  Hardware& hardware_;
  mutable std::map<std::string, std::uint64_t, std::less<>> pairs_;  // by text of the path
  mutable std::map<std::uint64_t, provider::RelationInfo> known_;    // as last seen
};

}  // namespace replsim::testbed
