// The rows, in the order of the class.
#include "model/cim/setting_rules.h"

#include <algorithm>
#include <array>

namespace replsim::cim {
namespace {

using Numbers = std::span<const std::uint64_t>;

constexpr std::array<std::uint64_t, 1> only_0 = {0};
constexpr std::array<std::uint64_t, 1> only_1 = {1};
constexpr std::array<std::uint64_t, 1> only_2 = {2};
constexpr std::array<std::uint64_t, 1> only_3 = {3};
constexpr std::array<std::uint64_t, 1> only_4 = {4};
constexpr std::array<std::uint64_t, 1> only_7 = {7};
constexpr std::array<std::uint64_t, 2> two_or_three = {2, 3};
constexpr std::array<std::uint64_t, 3> recovery = {2, 3, 4};
constexpr std::array<std::uint64_t, 5> suppliers = {1, 2, 3, 4, 5};
constexpr std::array<std::uint64_t, 3> uncompressed = {5, 6, 7};

constexpr SettingValues any_value = {.any = true};
constexpr SettingValues no_value = {};
constexpr SettingValues of(Numbers numbers) {
  return {.values = numbers};
}

constexpr std::string_view schema_says = "[spec] CIM_ReplicationSettingData";
constexpr std::string_view read_so = "cim_synchronized.md section 3; rulings R1 (3)";
constexpr std::string_view group_only = "says nothing of a pair of elements; taken, without effect";

constexpr SettingRule identity(std::string_view property) {
  return {.property = property,
          .use = SettingUse::Identity,
          .at_creation = any_value,
          .afterwards = any_value,
          .text = "says what the setting is called or where it comes from; asks for nothing",
          .source = "[spec] CIM_SettingData",
          .confidence = Confidence::Spec};
}

/// Judged the same way at creation and afterwards.
constexpr SettingRule neutral(std::string_view property, SettingValues values,
                              std::optional<std::uint64_t> fallback, std::string_view text) {
  return {.property = property,
          .use = SettingUse::Neutral,
          .at_creation = values,
          .afterwards = values,
          .fallback = fallback,
          .text = text,
          .source = read_so,
          .confidence = Confidence::Inferred};
}

/// Of an element that is made: afterwards none is made, and only the default is taken.
constexpr SettingRule of_new_element(std::string_view property, SettingValues values,
                                     Numbers fallback, std::string_view text) {
  return {.property = property,
          .use = SettingUse::Obeyed,
          .at_creation = values,
          .afterwards = of(fallback),
          .fallback = fallback.front(),
          .text = text,
          .source = schema_says,
          .confidence = Confidence::SpecDerived};
}

constexpr SettingRule of_relation(std::string_view property, SettingValues values,
                                  std::uint64_t fallback, std::string_view text,
                                  std::string_view source, Confidence confidence) {
  return {.property = property,
          .use = SettingUse::Obeyed,
          .at_creation = values,
          .afterwards = values,
          .stays = true,
          .fallback = fallback,
          .text = text,
          .source = source,
          .confidence = confidence};
}

constexpr std::array<SettingRule, 35> rows = {{
    identity("Caption"),
    identity("Description"),
    identity("ElementName"),
    identity("InstanceID"),
    identity("ChangeableType"),
    identity("ConfigurationName"),
    neutral("ComponentSetting", no_value, {}, "parts of a setting are not looked into: refused"),
    identity("SoID"),
    identity("SoOrgID"),
    neutral("Pairing", any_value, {}, group_only),
    neutral("UnequalGroupsAction", any_value, {}, group_only),
    neutral("DesiredCopyMethodology", of(two_or_three), {},
            "a mirror is a full copy: Full-Copy and Instrumentation decides are taken"),
    of_new_element("TargetElementSupplier", of(suppliers), only_4,
                   "Use existing and Client must supply need TargetElement, Create new excludes "
                   "it; the others leave it to the call"),
    of_new_element("ThinProvisioningPolicy", any_value, only_7,
                   "the pool decides whether a new target is thin; Copy thin source to ... and "
                   "Copy full source to ... need such a source and such a pool, Provisioning of "
                   "target same as source needs such a pool"),
    neutral("ConsistentPointInTime", any_value, 0, group_only),
    neutral("DeltaUpdateInterval", of(only_0), {},
            "belongs to Delta-Update, which a mirror is not: only 0, as NULL, is taken"),
    neutral("Multihop", of(only_1), 1, "one hop: cascades are not offered"),
    neutral("OnGroupOrListError", any_value, 3, group_only),
    of_relation("CopyRecoveryMode", of(recovery), 4,
                "Manual: after a repair the pair waits in Suspended for Resume; Automatic and "
                "Implementation decides: it goes on by itself, and the association shows Automatic",
                "[spec] CIM_ReplicationSettingData; rulings R18; invariants.md B14",
                Confidence::Spec),
    neutral("DeltaUpdateBlocks", of(only_0), {},
            "belongs to Delta-Update, which a mirror is not: only 0 is taken"),
    of_relation("FailedCopyStopsHostIO", any_value, 0,
                "true: a host write of which no copy can be made is answered with an error; the "
                "association shows it",
                "[spec] CIM_Synchronized.FailedCopyStopsHostIO; invariants.md A26",
                Confidence::Spec),
    neutral("UnequalListsAction", any_value, 2, group_only),
    neutral("ReadOnly", of(only_3), {},
            "SyncedElement is taken: hosts see the target of a mirror read-only while it follows "
            "the source"),
    of_relation("CopyPriority", any_value, 0,
                "weighs a copy against host I/O: Low a quarter of the granules in flight at once, "
                "High twice, Urgent four times; the association shows it",
                "[spec] CIM_StorageSynchronized.CopyPriority; how it weighs: inferred",
                Confidence::Inferred),
    neutral("StorageCompressionPolicy", of(uncompressed), 7,
            "nothing is compressed: what asks for a compressed source or target is refused"),
    neutral("AutoDelete", of(only_0), 0, "belongs to aspects; a mirror does not go by itself"),
    neutral("RRCHardwareCompressionEnabled", of(only_0), 0, "connections do not compress"),
    neutral("RRCSoftwareCompressionEnabled", of(only_0), 0, "connections do not compress"),
    of_new_element("TargetElementGoal", of(two_or_three), only_2,
                   "a new target has the size and the block size of its source in both cases"),
    of_new_element("TargetElementResourcePool", of(two_or_three), only_2,
                   "Same as source element: the target is made in the pool of the source, which "
                   "must have one; another TargetPool contradicts it"),
    neutral("TimeBeforeRemoval", of(only_0), {}, "belongs to aspects; a mirror stays"),
    neutral("ConsistencyExempt", any_value, 0, group_only),
    neutral("ConsistentAsyncCopy", any_value, 0,
            "true belongs to Mode Asynchronous and contradicts the others"),
    neutral("DesiredRPO", any_value, {},
            "an interval; a synchronous pair meets every one, another mode promises none"),
    neutral("MaximumSkew", no_value, {}, "belongs to Mode Adaptive: refused"),
}};

}  // namespace

bool SettingValues::take(std::uint64_t value) const {
  return any || std::ranges::find(values, value) != values.end();
}

std::span<const SettingRule> setting_rules() {
  return rows;
}

const SettingRule* find_setting_rule(std::string_view property) {
  const auto row = std::ranges::find(rows, property, &SettingRule::property);
  return row == rows.end() ? nullptr : &*row;
}

std::optional<std::uint64_t> setting_number(const Value& value) {
  if (value.is_null() || value.is_array()) return std::nullopt;
  if (value.type() == Type::Boolean) return value.as_boolean() ? 1 : 0;
  if (value.type() == Type::DateTime) {
    return static_cast<std::uint64_t>(value.as_datetime().nanoseconds);
  }
  if (!value.is_number() || value.type() == Type::Sint64) return std::nullopt;
  return value.as_unsigned();
}

}  // namespace replsim::cim
