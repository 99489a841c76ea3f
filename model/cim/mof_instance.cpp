// Reader of one embedded instance: recursive descent over the lexer's tokens, at most depth_max
// deep. The first error is kept and ends the reading.
#include "model/cim/mof_instance.h"

#include <optional>

#include "model/cim/embedded_typing.h"
#include "model/cim/mof_lexer.h"
#include "model/cim/mof_number.h"

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

class MofReader final {
 public:
  MofReader(std::string_view text, SchemaVersion schema, const EmbeddedLimits& limits)
      : lexer_(text), schema_(schema), limits_(limits) {}

  /// The whole text: one instance and nothing behind it.
  std::expected<Instance, EmbeddedError> read(std::string_view class_name) {
    advance();
    Instance instance;
    if (!read_instance(instance, class_name, 1) || !expect(";")) return failure();
    if (token_.kind != MofTokenKind::End) {
      fail(EmbeddedErrorKind::Syntax, "text behind the instance");
      return failure();
    }
    return instance;
  }

 private:
  std::unexpected<EmbeddedError> failure() const { return std::unexpected(error_.value()); }

  bool fail_at(const MofToken& place, EmbeddedErrorKind kind, std::string text) {
    if (!error_) error_ = EmbeddedError{kind, place.line, place.column, std::move(text)};
    return false;
  }
  bool fail(EmbeddedErrorKind kind, std::string text) {
    return fail_at(token_, kind, std::move(text));
  }
  bool fail(TypingError error) { return fail_at(token_, error.kind, std::move(error.text)); }

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
    return token_.kind == MofTokenKind::End ? std::string("the end") : quoted(token_.text);
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
      return fail(EmbeddedErrorKind::Syntax,
                  "expected " + quoted(punctuation) + ", found " + found());
    }
    return advance();
  }
  bool expect_word(std::string_view lower_case) {
    if (error_) return false;
    if (!is_word(lower_case)) {
      return fail(EmbeddedErrorKind::Syntax,
                  "expected " + quoted(lower_case) + ", found " + found());
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
    return fail(EmbeddedErrorKind::WrongType, text + ", found " + found());
  }

  MofLexer lexer_;
  SchemaVersion schema_;
  EmbeddedLimits limits_;
  MofToken token_;
  std::optional<EmbeddedError> error_;
  int properties_ = 0;
  int elements_ = 0;
};

bool MofReader::read_instance(Instance& out, std::string_view class_name, int depth) {
  if (depth > limits_.depth_max) return fail(EmbeddedErrorKind::Limit, "instances nested too deep");
  if (!expect_word("instance") || !expect_word("of")) return false;
  const MofToken place = token_;
  if (place.kind != MofTokenKind::Identifier) {
    return fail(EmbeddedErrorKind::Syntax, "expected a class, found " + found());
  }
  auto info = embedded_class(place.text, class_name);
  if (!info) return fail(std::move(info.error()));
  out.path.class_name = place.text;
  if (!advance() || !expect("{")) return false;
  while (!is("}")) {
    if (!read_property(out, **info, depth)) return false;
  }
  return advance();
}

bool MofReader::read_property(Instance& out, const ClassInfo& info, int depth) {
  if (token_.kind != MofTokenKind::Identifier) {
    return fail(EmbeddedErrorKind::Syntax, "expected a property, found " + found());
  }
  if (++properties_ > limits_.properties_max)
    return fail(EmbeddedErrorKind::Limit, "too many properties");
  auto found_property = embedded_property(out, info, token_.text, schema_);
  if (!found_property) return fail(std::move(found_property.error()));
  const PropertyInfo* property = *found_property;
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
    return fail(EmbeddedErrorKind::WrongType,
                std::string(property.name) + wanted + ", found " + found());
  }
  return property.array ? read_array(out, property, depth) : read_scalar(out, property, depth);
}

bool MofReader::read_array(Value& out, const PropertyInfo& property, int depth) {
  Value::Array items;
  if (!expect("{")) return false;
  while (!is("}")) {
    if (!items.empty() && !expect(",")) return false;
    if (++elements_ > limits_.elements_max)
      return fail(EmbeddedErrorKind::Limit, "too many elements");
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

bool MofReader::read_number(Value& out, Type type) {
  const auto number = parse_mof_number(token_.text);
  if (!number) {
    switch (number.error()) {
      case MofNumberError::NotANumber:
        return fail(EmbeddedErrorKind::Syntax, quoted(token_.text) + " is no number");
      case MofNumberError::Real:
        return fail(EmbeddedErrorKind::WrongType, quoted(token_.text) + " is no whole number");
      case MofNumberError::TooLarge: break;
    }
  }
  const NumberText written{.negative = number && number->negative,
                           .too_large = !number,
                           .magnitude = number ? number->magnitude : 0,
                           .text = token_.text};
  auto value = embedded_number(type, written);
  if (!value) return fail(std::move(value.error()));
  out = std::move(*value);
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
  auto value = embedded_text(property.type, std::move(text));
  if (!value) return fail_at(place, value.error().kind, std::move(value.error().text));
  out = std::move(*value);
  return true;
}

}  // namespace

std::expected<Instance, EmbeddedError> parse_mof_instance(std::string_view text,
                                                          std::string_view class_name,
                                                          SchemaVersion schema,
                                                          const EmbeddedLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return std::unexpected(EmbeddedError{EmbeddedErrorKind::Limit, 1, 1, "the text is too long"});
  }
  MofReader reader(text, schema, limits);
  return reader.read(class_name);
}

}  // namespace replsim::cim
