// The profile that ships, and the knobs that a profile or an array may set.
// Source: language.md section 13; rulings (each knob names its ruling), operation_matrix.md.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/cim/profile.h"

namespace replsim::cim {

/// How the value of a knob is written.
enum class KnobType : std::uint8_t { Choice, Truth, Duration, Number };

/// A knob: a documented freedom of a provider.
struct Knob {
  std::string_view name;  ///< As written in files: "suspended-target-access".
  KnobType type;
  std::span<const std::string_view> choices;  ///< Allowed words; empty unless Choice or Truth.
  std::string_view fallback;                  ///< Value when nobody sets it.
  std::string_view meaning;
  std::string_view source;
};

/// All knobs by name.
std::span<const Knob> knobs();
/// Null when unknown.
const Knob* find_knob(std::string_view name);
/// The profile's value, else the knob's fallback; empty for an unknown knob.
std::string_view knob_value(const Profile& profile, std::string_view name);

/// The largest profile that ships: `mirror`, schema 2.49: mirrors, synchronous and
/// asynchronous, local and remote.
Profile default_profile();

}  // namespace replsim::cim
