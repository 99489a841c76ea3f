// Reader of one embedded instance: recursive descent over the lexer's tokens, at most depth_max
// deep. The first error is kept and ends the reading.
#include "model/cim/mof_instance.h"

#include <limits>
#include <optional>

#include "model/cim/datetime.h"
#include "model/cim/mof_lexer.h"
#include "model/cim/mof_number.h"
#include "model/cim/object_path.h"

namespace replsim::cim {
namespace {

bool same_word(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (c != lower_case[i]) return false;
  }
  return true;
}

std::string quote(std::string_view text) {
  return "'" + std::string(text) + "'";
}

class MofReader final {
 public:
  MofReader(std::string_view text, SchemaVersion schema, const MofLimits& limits)
      : lexer_(text), schema_(schema), limits_(limits) {}

  /// The whole text: one instance and nothing behind it.
  std::expected<Instance, MofError> read(std::string_view class_name) {
    advance();
    Instance instance;
    if (!read_instance(instance, class_name, 1) || !expect(";")) return failure();
    if (token_.kind != MofTokenKind::End) {
      fail(MofErrorKind::Syntax, "text behind the instance");
      return failure();
    }
    return instance;
  }

 private:
  std::unexpected<MofError> failure() const { return std::unexpected(error_.value()); }

  bool fail_at(const MofToken& place, MofErrorKind kind, std::string text) {
    if (!error_) error_ = MofError{kind, place.line, place.column, std::move(text)};
    return false;
  }
  bool fail(MofErrorKind kind, std::string text) { return fail_at(token_, kind, std::move(text)); }

  bool advance() {
    if (error_) return false;
    auto token = lexer_.next();
    if (!token) {
      error_ = token.error();
      token_ = MofToken{};
      return false;
    }
    token_ = std::move(*token);
    return true;
  }

  std::string found() const {
    return token_.kind == MofTokenKind::End ? std::string("the end") : quote(token_.text);
  }

  bool is(std::string_view punctuation) const {
    return !error_ && token_.kind == MofTokenKind::Punctuation && token_.text == punctuation;
  }
  bool is_word(std::string_view lower_case) const {
    return token_.kind == MofTokenKind::Identifier && same_word(token_.text, lower_case);
  }
  /// Skips the punctuation or fails. Only the last one of the text may be followed by the end.
  bool expect(std::string_view punctuation) {
    if (error_) return false;
    if (!is(punctuation)) {
      return fail(MofErrorKind::Syntax, "expected " + quote(punctuation) + ", found " + found());
    }
    return advance();
  }
  bool expect_word(std::string_view lower_case) {
    if (error_) return false;
    if (!is_word(lower_case)) {
      return fail(MofErrorKind::Syntax, "expected " + quote(lower_case) + ", found " + found());
    }
    return advance();
  }

  bool read_instance(Instance& out, std::string_view class_name, int depth);
  bool read_property(Instance& out, const ClassInfo& info, int depth);
  bool read_value(Value& out, const PropertyInfo& property, int depth);
  bool read_array(Value& out, const PropertyInfo& property, int depth);
  bool read_scalar(Value& out, const PropertyInfo& property, int depth);
  bool read_number(Value& out, Type type);
  bool read_string(std::string& out);
  bool read_text(Value& out, const PropertyInfo& property);
  bool wrong_type(const PropertyInfo& property) {
    std::string text = std::string(property.name) + " is a " + std::string(name(property.type));
    return fail(MofErrorKind::WrongType, text + ", found " + found());
  }

  MofLexer lexer_;
  SchemaVersion schema_;
  MofLimits limits_;
  MofToken token_;
  std::optional<MofError> error_;
  int properties_ = 0;
  int elements_ = 0;
};

bool MofReader::read_instance(Instance& out, std::string_view class_name, int depth) {
  if (depth > limits_.depth_max) return fail(MofErrorKind::Limit, "instances nested too deep");
  if (!expect_word("instance") || !expect_word("of")) return false;
  const MofToken place = token_;
  if (place.kind != MofTokenKind::Identifier) {
    return fail(MofErrorKind::Syntax, "expected a class, found " + found());
  }
  const ClassInfo* info = find_class(place.text);
  if (info == nullptr || !is_a(place.text, class_name)) {
    return fail(MofErrorKind::WrongClass,
                "expected an instance of " + std::string(class_name) + ", found " + found());
  }
  out.path.class_name = place.text;
  if (!advance() || !expect("{")) return false;
  while (!is("}")) {
    if (!read_property(out, *info, depth)) return false;
  }
  return advance();
}

bool MofReader::read_property(Instance& out, const ClassInfo& info, int depth) {
  if (token_.kind != MofTokenKind::Identifier) {
    return fail(MofErrorKind::Syntax, "expected a property, found " + found());
  }
  if (++properties_ > limits_.properties_max)
    return fail(MofErrorKind::Limit, "too many properties");
  const PropertyInfo* property = info.find_property(token_.text);
  if (property == nullptr || property->since > schema_) {
    return fail(MofErrorKind::UnknownProperty,
                std::string(info.name) + " has no property " + found() + " in this schema");
  }
  for (const Property& known : out.properties) {
    if (known.name == property->name) {
      return fail(MofErrorKind::UnknownProperty, "property " + found() + " is given twice");
    }
  }
  if (!advance() || !expect("=")) return false;
  Value value;
  if (!read_value(value, *property, depth)) return false;
  out.properties.push_back({std::string(property->name), std::move(value)});
  return expect(";");
}

bool MofReader::read_value(Value& out, const PropertyInfo& property, int depth) {
  if (is_word("null")) {
    out = Value{};
    return advance();
  }
  if (property.array != is("{")) {
    const std::string wanted = property.array ? " is an array" : " is no array";
    return fail(MofErrorKind::WrongType,
                std::string(property.name) + wanted + ", found " + found());
  }
  return property.array ? read_array(out, property, depth) : read_scalar(out, property, depth);
}

bool MofReader::read_array(Value& out, const PropertyInfo& property, int depth) {
  Value::Array items;
  if (!expect("{")) return false;
  while (!is("}")) {
    if (!items.empty() && !expect(",")) return false;
    if (++elements_ > limits_.elements_max) return fail(MofErrorKind::Limit, "too many elements");
    Value item;
    if (is_word("null")) {
      if (!advance()) return false;
    } else if (!read_scalar(item, property, depth)) {
      return false;
    }
    items.push_back(std::move(item));
  }
  out = Value::array(property.type, std::move(items));
  return advance();
}

bool MofReader::read_scalar(Value& out, const PropertyInfo& property, int depth) {
  switch (property.type) {
    case Type::Boolean:
      if (!is_word("true") && !is_word("false")) return wrong_type(property);
      out = Value::boolean(is_word("true"));
      return advance();
    case Type::Uint8:
    case Type::Uint16:
    case Type::Uint32:
    case Type::Uint64:
    case Type::Sint64:
      if (token_.kind != MofTokenKind::Number) return wrong_type(property);
      return read_number(out, property.type);
    case Type::String:
    case Type::DateTime:
    case Type::Reference:
      if (token_.kind != MofTokenKind::String) return wrong_type(property);
      return read_text(out, property);
    case Type::Instance: {
      if (!is_word("instance")) return wrong_type(property);
      Instance nested;
      if (!read_instance(nested, property.class_name, depth + 1)) return false;
      out = Value::instance(std::move(nested));
      return true;
    }
    case Type::Null: break;
  }
  return wrong_type(property);
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

bool MofReader::read_number(Value& out, Type type) {
  const auto number = parse_mof_number(token_.text);
  if (!number) {
    switch (number.error()) {
      case MofNumberError::NotANumber:
        return fail(MofErrorKind::Syntax, quote(token_.text) + " is no number");
      case MofNumberError::Real:
        return fail(MofErrorKind::WrongType, quote(token_.text) + " is no whole number");
      case MofNumberError::TooLarge: break;
    }
  }
  const bool is_signed = type == Type::Sint64;
  const bool negative = number && number->negative && number->magnitude != 0;
  const std::uint64_t highest = highest_of(type) + (negative && is_signed ? 1U : 0U);
  if (!number || (negative && !is_signed) || number->magnitude > highest) {
    return fail(MofErrorKind::OutOfRange,
                quote(token_.text) + " is outside of " + std::string(name(type)));
  }
  if (is_signed) {
    const std::uint64_t bits = negative ? ~number->magnitude + 1U : number->magnitude;
    out = Value::signed_number(static_cast<std::int64_t>(bits));
  } else {
    out = Value::unsigned_number(type, number->magnitude);
  }
  return advance();
}

/// Adjacent strings are one.
bool MofReader::read_string(std::string& out) {
  while (!error_ && token_.kind == MofTokenKind::String) {
    out += token_.text;
    if (!advance()) return false;
  }
  return !error_;
}

bool MofReader::read_text(Value& out, const PropertyInfo& property) {
  const MofToken place = token_;
  std::string text;
  if (!read_string(text)) return false;
  if (property.type == Type::String) {
    out = Value::string(std::move(text));
    return true;
  }
  if (property.type == Type::DateTime) {
    const auto time = parse_datetime(text);
    if (!time) return fail_at(place, MofErrorKind::WrongType, quote(text) + " is no datetime");
    out = Value::datetime(*time);
    return true;
  }
  auto path = parse_object_path(text);
  if (!path) return fail_at(place, MofErrorKind::WrongType, quote(text) + " is no object path");
  out = Value::reference(std::move(*path));
  return true;
}

}  // namespace

std::expected<Instance, MofError> parse_mof_instance(std::string_view text,
                                                     std::string_view class_name,
                                                     SchemaVersion schema,
                                                     const MofLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return std::unexpected(MofError{MofErrorKind::Limit, 1, 1, "the text is too long"});
  }
  MofReader reader(text, schema, limits);
  return reader.read(class_name);
}

}  // namespace replsim::cim
