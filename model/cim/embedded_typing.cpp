// Types by the schema's tables.
#include "model/cim/embedded_typing.h"

#include <limits>

#include "model/cim/datetime.h"
#include "model/cim/object_path.h"

namespace replsim::cim {
namespace {

std::unexpected<TypingError> wrong(EmbeddedErrorKind kind, std::string text) {
  return std::unexpected(TypingError{kind, std::move(text)});
}

std::uint64_t highest_of(Type type) {
  switch (type) {
    case Type::Uint8: return std::numeric_limits<std::uint8_t>::max();
    case Type::Uint16: return std::numeric_limits<std::uint16_t>::max();
    case Type::Uint32: return std::numeric_limits<std::uint32_t>::max();
    case Type::Uint64: return std::numeric_limits<std::uint64_t>::max();
    case Type::Sint64: return std::numeric_limits<std::int64_t>::max();
    case Type::Null:
    case Type::Boolean:
    case Type::String:
    case Type::DateTime:
    case Type::Reference:
    case Type::Instance: break;
  }
  return 0;
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_max = 80;
  if (text.size() <= shown_max) return "'" + std::string(text) + "'";
  return "'" + std::string(text.substr(0, shown_max)) + "...'";
}

std::expected<const ClassInfo*, TypingError> embedded_class(std::string_view given,
                                                            std::string_view wanted) {
  const ClassInfo* info = find_class(given);
  if (info == nullptr || !is_a(given, wanted)) {
    return wrong(EmbeddedErrorKind::WrongClass,
                 "expected an instance of " + std::string(wanted) + ", found " + quoted(given));
  }
  return info;
}

std::expected<const PropertyInfo*, TypingError> embedded_property(const Instance& instance,
                                                                  const ClassInfo& info,
                                                                  std::string_view given,
                                                                  SchemaVersion schema) {
  const PropertyInfo* property = info.find_property(given);
  if (property == nullptr || property->since > schema) {
    return wrong(EmbeddedErrorKind::UnknownProperty,
                 std::string(info.name) + " has no property " + quoted(given) + " in this schema");
  }
  for (const Property& known : instance.properties) {
    if (known.name == property->name) {
      return wrong(EmbeddedErrorKind::UnknownProperty,
                   "property " + quoted(given) + " is given twice");
    }
  }
  return property;
}

std::expected<Value, TypingError> embedded_number(Type type, const NumberText& number) {
  const bool is_signed = type == Type::Sint64;
  const bool negative = number.negative && number.magnitude != 0;
  const std::uint64_t highest = highest_of(type) + (negative && is_signed ? 1U : 0U);
  if (number.too_large || (negative && !is_signed) || number.magnitude > highest) {
    return wrong(EmbeddedErrorKind::OutOfRange,
                 quoted(number.text) + " is outside of " + std::string(name(type)));
  }
  if (!is_signed) return Value::unsigned_number(type, number.magnitude);
  const std::uint64_t bits = negative ? ~number.magnitude + 1U : number.magnitude;
  return Value::signed_number(static_cast<std::int64_t>(bits));
}

std::expected<Value, TypingError> embedded_text(Type type, std::string text) {
  if (type == Type::String) return Value::string(std::move(text));
  if (type == Type::DateTime) {
    const auto time = parse_datetime(text);
    if (!time) return wrong(EmbeddedErrorKind::WrongType, quoted(text) + " is no datetime");
    return Value::datetime(*time);
  }
  auto path = parse_object_path(text);
  if (!path) return wrong(EmbeddedErrorKind::WrongType, quoted(text) + " is no object path");
  return Value::reference(std::move(*path));
}

}  // namespace replsim::cim
