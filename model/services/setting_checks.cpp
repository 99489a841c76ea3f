// A setting is judged by its row; what rows cannot say, the few functions of the end.
#include "model/services/setting_checks.h"

#include <fmt/format.h>

#include <array>

#include "model/cim/operation_rules.h"
#include "model/cim/setting_rules.h"
#include "model/services/create_call.h"

namespace replsim::services {
namespace {

using Supplier = cim::TargetElementSupplier;
using Policy = cim::ThinProvisioningPolicy;

constexpr std::string_view settings_parameter = "ReplicationSettingData";
constexpr std::string_view settings_class = "CIM_ReplicationSettingData";

/// The refusal names the setting, so that `explain` tells its row.
Objection objection(std::string_view property, std::string message) {
  return {std::move(message), fmt::format("{}/{}", settings_parameter, property)};
}

std::span<const cim::Property> given(const CheckedCall& call) {
  if (!call.settings || !*call.settings) return {};
  return (*call.settings)->properties;
}

const cim::EnumValue* value_of(const cim::PropertyInfo& info, std::uint64_t number) {
  return info.enumeration->find(static_cast<std::uint32_t>(number));
}

/// The properties with a scale and their numbers.
template <class Judge>
Verdict each_choice(const CheckedCall& call, Judge judge) {
  const cim::ClassInfo* info = cim::find_class(settings_class);
  for (const cim::Property& property : given(call)) {
    const cim::PropertyInfo* row = info->find_property(property.name);
    if (row == nullptr || row->enumeration == nullptr || !property.value.is_number()) continue;
    if (Verdict verdict = judge(*row, property.value.as_unsigned())) return verdict;
  }
  return std::nullopt;
}

Verdict judge_values(const CheckedCall& call, bool creation) {
  for (const cim::Property& property : given(call)) {
    const cim::SettingRule* rule = cim::find_setting_rule(property.name);
    if (rule == nullptr) return objection(property.name, property.name + " is not known");
    if (property.value.is_null() || rule->use == cim::SettingUse::Identity) continue;
    if (property.value.type() == cim::Type::DateTime && !property.value.as_datetime().interval) {
      return objection(property.name, property.name + " is an interval, not a point in time");
    }
    const cim::SettingValues& takes = creation ? rule->at_creation : rule->afterwards;
    const auto number = cim::setting_number(property.value);
    const bool empty = property.value.is_array() && property.value.as_array().empty();
    if (empty || (number && takes.take(*number))) continue;
    return objection(property.name, fmt::format("{} {} is not offered: {}", property.name,
                                                property.value.text(), rule->text));
  }
  return std::nullopt;
}

template <class Enumeration>
Enumeration choice(const CheckedCall& call, std::string_view property, Enumeration fallback) {
  const auto number = cim::setting_number(call.setting(property));
  return number ? static_cast<Enumeration>(*number) : fallback;
}

Verdict supplier(const CheckedCall& call) {
  const bool supplied = call.path("TargetElement") != nullptr;
  switch (choice(call, "TargetElementSupplier", Supplier::InstrumentationDecides)) {
    case Supplier::UseExisting:
    case Supplier::ClientMustSupply:
      if (!supplied) return objection("TargetElementSupplier", "there is no TargetElement");
      break;
    case Supplier::CreateNew:
      if (supplied) return objection("TargetElementSupplier", "TargetElement excludes a new one");
      break;
    case Supplier::UseAndCreate:
    case Supplier::InstrumentationDecides: break;
  }
  return std::nullopt;
}

Verdict thinness(const CheckedCall& call) {
  const bool thin = source_is_thin(call);
  const Policy policy = provisioning(call);
  const bool of_thin = policy == Policy::ThinToThin || policy == Policy::ThinToFull;
  const bool of_full = policy == Policy::FullToThin;
  if ((of_thin && !thin) || (of_full && thin)) {
    return objection("ThinProvisioningPolicy",
                     fmt::format("the source is {}", thin ? "thin" : "not thin"));
  }
  if ((of_thin || of_full) && call.path("TargetElement") != nullptr) {
    return objection("ThinProvisioningPolicy", "no element is made: TargetElement is given");
  }
  return std::nullopt;
}

Verdict pool_of_source(const CheckedCall& call) {
  if (!wants_pool_of_source(call)) return std::nullopt;
  constexpr std::string_view name = "TargetElementResourcePool";
  if (call.path("TargetElement") != nullptr) {
    return objection(name, "no element is made: TargetElement is given");
  }
  const auto pool = source_pool(call);
  if (!pool) return objection(name, "the source is in no pool");
  const cim::ObjectPath* wanted = call.path("TargetPool");
  if (wanted == nullptr || *wanted == *pool) return std::nullopt;
  return objection(name, "TargetPool is another one than that of the source");
}

Verdict asynchronous_only(const CheckedCall& call) {
  const bool synchronous = creation_mode(call) == cim::Mode::Synchronous;
  const cim::Value& kept = call.setting("ConsistentAsyncCopy");
  if (synchronous && !kept.is_null() && kept.as_boolean()) {
    return objection("ConsistentAsyncCopy", "the pair is not asynchronous");
  }
  if (!synchronous && !call.setting("DesiredRPO").is_null()) {
    return objection("DesiredRPO", "no interval is promised in this mode");
  }
  return std::nullopt;
}

}  // namespace

std::optional<ReadSettings> read_settings(const CheckedCall& call) {
  const cim::Value& text = call.get(settings_parameter);
  if (text.is_null()) return std::nullopt;
  return cim::parse_embedded_instance(text.as_string(), settings_class, call.profile.schema);
}

Verdict malformed_settings(const CheckedCall& call) {
  if (call.settings && !*call.settings) {
    const cim::EmbeddedError& error = call.settings->error();
    return Objection{
        fmt::format("{}:{}:{}: {}", settings_parameter, error.line, error.column, error.text)};
  }
  return each_choice(call, [&](const cim::PropertyInfo& row, std::uint64_t number) -> Verdict {
    if (number >= first_vendor_value) return std::nullopt;
    const cim::EnumValue* value = value_of(row, number);
    if (value != nullptr && value->since <= call.profile.schema) return std::nullopt;
    return Objection{fmt::format("{} has no value {}", row.name, number)};
  });
}

Verdict vendor_setting(const CheckedCall& call) {
  return each_choice(call, [](const cim::PropertyInfo& row, std::uint64_t number) -> Verdict {
    if (number < first_vendor_value) return std::nullopt;
    return objection(row.name, fmt::format("{}: no vendor-specific values are offered", row.name));
  });
}

Verdict creation_settings(const CheckedCall& call) {
  return judge_values(call, true);
}

Verdict contradictory_settings(const CheckedCall& call) {
  constexpr std::array judges = {supplier, thinness, pool_of_source, asynchronous_only};
  for (const auto judge : judges) {
    if (Verdict verdict = judge(call)) return verdict;
  }
  return std::nullopt;
}

Verdict later_settings(const CheckedCall& call) {
  return judge_values(call, false);
}

Verdict changed_settings(const CheckedCall& call, const engine::RelationRecord& relation) {
  const auto plain = [](cim::CopyRecoveryMode mode) {
    return mode == cim::CopyRecoveryMode::Manual ? mode : cim::CopyRecoveryMode::Automatic;
  };
  const auto judge = [&](std::string_view property, bool same) -> Verdict {
    if (call.setting(property).is_null() || same) return std::nullopt;
    return objection(property, fmt::format("{} is chosen when the relation is created", property));
  };
  const engine::RelationSettings wanted = relation_settings(call);
  const engine::RelationSettings& has = relation.settings;
  if (Verdict verdict = judge("CopyRecoveryMode", plain(wanted.recovery) == plain(has.recovery))) {
    return verdict;
  }
  if (Verdict verdict = judge("CopyPriority", wanted.priority == has.priority)) return verdict;
  return judge("FailedCopyStopsHostIO",
               wanted.failed_copy_stops_host_io == has.failed_copy_stops_host_io);
}

engine::RelationSettings relation_settings(const CheckedCall& call) {
  engine::RelationSettings settings;
  settings.recovery = choice(call, "CopyRecoveryMode", cim::CopyRecoveryMode::Automatic);
  settings.priority = choice(call, "CopyPriority", cim::CopyPriority::NotManaged);
  settings.failed_copy_stops_host_io =
      cim::setting_number(call.setting("FailedCopyStopsHostIO")).value_or(0) != 0;
  return settings;
}

cim::ThinProvisioningPolicy provisioning(const CheckedCall& call) {
  return choice(call, "ThinProvisioningPolicy", Policy::ImplementationDecides);
}

bool wants_pool_of_source(const CheckedCall& call) {
  constexpr std::uint64_t same_as_source = 3;
  return cim::setting_number(call.setting("TargetElementResourcePool")) == same_as_source;
}

}  // namespace replsim::services
