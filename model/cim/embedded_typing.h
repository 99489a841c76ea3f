// What both readers of embedded instances ask of the schema: is this the class, is there such a
// property, what is this number or text as a value of that type.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "model/cim/embedded_instance.h"

namespace replsim::cim {

/// An error that has no place yet.
struct TypingError {
  EmbeddedErrorKind kind = EmbeddedErrorKind::WrongType;
  std::string text;
};

/// 'text' in quotation marks, for messages; a long one is cut.
std::string quoted(std::string_view text);

/// The class `given` when it is `wanted` or derives from it.
std::expected<const ClassInfo*, TypingError> embedded_class(std::string_view given,
                                                            std::string_view wanted);
/// A property of the class that the schema has and the instance does not have yet.
std::expected<const PropertyInfo*, TypingError> embedded_property(const Instance& instance,
                                                                  const ClassInfo& info,
                                                                  std::string_view given,
                                                                  SchemaVersion schema);
/// A number written as `text`; too_large: its magnitude does not fit 64 bits.
struct NumberText {
  bool negative = false;
  bool too_large = false;
  std::uint64_t magnitude = 0;
  std::string_view text;
};
std::expected<Value, TypingError> embedded_number(Type type, const NumberText& number);
/// A text as a string, datetime or reference.
std::expected<Value, TypingError> embedded_text(Type type, std::string text);

}  // namespace replsim::cim
