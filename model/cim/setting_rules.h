// What comes of each property of CIM_ReplicationSettingData in CreateElementReplica and
// ModifyReplicaSynchronization of an element pair: one row a property, inherited ones too. The
// services judge by it, `explain` tells it. What a row does not take is refused (5), because it
// asks for what would not be so. Since which schema a property exists: the class's table.
// Source: cim_synchronized.md section 3 (meanings, defaults); rulings R1 (3), R18.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/cim/enumerations.h"
#include "model/cim/value.h"

namespace replsim::cim {

enum class SettingUse : std::uint8_t {
  Identity,  ///< Says what the setting is called; asks for nothing.
  Obeyed,    ///< A value that is taken is applied.
  Neutral,   ///< A value that is taken asks for what is so anyway.
};

/// Numbers that are taken; of a boolean 0 and 1, of an interval its nanoseconds.
struct SettingValues {
  bool any = false;
  std::span<const std::uint64_t> values = {};
  bool take(std::uint64_t value) const;
};

struct SettingRule {
  std::string_view property;
  SettingUse use;
  SettingValues at_creation;
  SettingValues afterwards;  ///< In ModifyReplicaSynchronization.
  /// Chosen when the relation is created: afterwards only the value that it has.
  bool stays = false;
  std::optional<std::uint64_t> fallback;  ///< The schema's default; none = NULL.
  std::string_view text;                  ///< What comes of it.
  std::string_view source;
  Confidence confidence;
};

std::span<const SettingRule> setting_rules();
/// Null when the class has no such property.
const SettingRule* find_setting_rule(std::string_view property);
/// The number that a rule judges; nothing for NULL and for what is no number.
std::optional<std::uint64_t> setting_number(const Value& value);

}  // namespace replsim::cim
