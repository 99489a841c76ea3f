// Reader of one embedded instance: a stack of open elements over the events of the text. An
// instance inside of an instance is read by a reader of its own, at most depth_max deep; what it
// brings counts for the whole text. The first error is kept and ends the reading.
#include "model/cim/xml_instance.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "model/cim/characters.h"
#include "model/cim/embedded_typing.h"
#include "model/cim/xml_events.h"
#include "model/cim/xml_grammar.h"

namespace replsim::cim {
namespace {

using E = XmlElement;
using Kind = EmbeddedErrorKind;

/// Open elements of one text. A key that is a reference again nests by three; its text doubles.
constexpr std::size_t open_max = 16;

/// What the text has brought so far, with the texts inside of it.
struct Account {
  const EmbeddedLimits& limits;
  int properties = 0;
  int elements = 0;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A whole number: decimal, or hexadecimal behind 0x.
std::expected<NumberText, TypingError> number_text(std::string_view written) {
  NumberText number{.text = trimmed(written)};
  std::string_view digits = number.text;
  if (!digits.empty() && (digits.front() == '+' || digits.front() == '-')) {
    number.negative = digits.front() == '-';
    digits.remove_prefix(1);
  }
  const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
  if (hexadecimal) digits.remove_prefix(2);
  const std::uint64_t base = hexadecimal ? 16 : 10;
  if (digits.empty()) {
    return std::unexpected(TypingError{Kind::WrongType, quoted(number.text) + " is no number"});
  }
  for (const char c : digits) {
    std::uint64_t value = 99;
    if (is_digit(c)) value = static_cast<std::uint64_t>(c - '0');
    if (c >= 'a' && c <= 'f') value = static_cast<std::uint64_t>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') value = static_cast<std::uint64_t>(c - 'A') + 10;
    if (value >= base) {
      return std::unexpected(
          TypingError{Kind::WrongType, quoted(number.text) + " is no whole number"});
    }
    constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
    number.too_large = number.too_large || number.magnitude > (highest - value) / base;
    number.magnitude = number.magnitude * base + value;
  }
  return number;
}

class XmlReader final : public XmlListener {
 public:
  XmlReader(std::string_view class_name, SchemaVersion schema, Account& account, int depth)
      : class_name_(class_name), schema_(schema), account_(account), depth_(depth) {}

  std::expected<Instance, EmbeddedError> read(std::string_view text) {
    read_xml(text, *this);
    if (error_) return std::unexpected(std::move(*error_));
    return std::move(instance_);
  }

  bool begin(std::string_view element, XmlAttributes attributes, XmlPlace place) override;
  bool text(std::string_view text, XmlPlace place) override;
  bool end(XmlPlace place) override;
  void broken(std::string_view why, XmlPlace place) override {
    place_ = place;
    fail(Kind::Syntax, std::string(why));
  }

 private:
  /// An INSTANCENAME that is being read.
  struct OpenPath {
    ObjectPath path;
    std::string key;
    bool key_has_value = false;
  };

  bool fail(Kind kind, std::string text) {
    if (!error_) error_ = EmbeddedError{kind, place_.line, place_.column, std::move(text)};
    return false;
  }
  bool fail(TypingError error) { return fail(error.kind, std::move(error.text)); }
  E parent() const { return open_.size() < 2 ? E::Document : open_[open_.size() - 2]; }

  bool check_attributes(E element, XmlAttributes attributes);
  static std::string_view attribute(XmlAttributes attributes, std::string_view wanted);
  bool begin_property(E element, XmlAttributes attributes);
  bool check_type(const PropertyInfo& property, XmlAttributes attributes);
  bool begin_key(std::string_view key);
  bool begin_value();
  bool end_value();
  bool end_reference();
  bool give(Value value);
  bool give_key(std::string text);
  std::expected<Value, TypingError> typed(const std::string& text) const;
  bool read_nested();

  std::string_view class_name_;
  SchemaVersion schema_;
  Account& account_;
  int depth_;
  std::vector<E> open_;
  XmlPlace place_;
  XmlPlace value_place_;
  std::string text_;
  const ClassInfo* class_ = nullptr;
  const PropertyInfo* property_ = nullptr;
  bool has_value_ = false;
  Value value_;
  Value::Array items_;
  std::vector<OpenPath> paths_;
  std::optional<ObjectPath> path_;  ///< The INSTANCENAME that has ended.
  Instance instance_;
  std::optional<EmbeddedError> error_;
};

std::string_view XmlReader::attribute(XmlAttributes attributes, std::string_view wanted) {
  for (const auto& [name, value] : attributes) {
    if (name == wanted) return value;
  }
  return {};
}

bool XmlReader::check_attributes(E element, XmlAttributes attributes) {
  for (const auto& [given, value] : attributes) {
    if (attribute_rule(element, given) == XmlAttributeRule::Unknown) {
      return fail(Kind::Syntax, std::string(name(element)) + " has no attribute " + quoted(given));
    }
  }
  const std::string_view required = required_attribute(element);
  if (required.empty() || !attribute(attributes, required).empty()) return true;
  return fail(Kind::Syntax, std::string(name(element)) + " needs " + std::string(required));
}

bool XmlReader::begin(std::string_view element, XmlAttributes attributes, XmlPlace place) {
  place_ = place;
  const auto known = xml_element(element);
  const E outer = open_.empty() ? E::Document : open_.back();
  if (!known || !may_stand_in(*known, outer)) {
    const std::string where =
        outer == E::Document ? "at the top" : "in " + std::string(name(outer));
    return fail(Kind::Syntax, quoted(element) + " cannot stand " + where);
  }
  if (open_.size() >= open_max) return fail(Kind::Limit, "elements nested too deep");
  if (!check_attributes(*known, attributes)) return false;
  open_.push_back(*known);
  switch (*known) {
    case E::Instance: {
      auto info = embedded_class(attribute(attributes, "CLASSNAME"), class_name_);
      if (!info) return fail(std::move(info.error()));
      class_ = *info;
      instance_.path.class_name = class_->name;
      return true;
    }
    case E::Property:
    case E::PropertyArray:
    case E::PropertyReference: return begin_property(*known, attributes);
    case E::Value:
    case E::ValueNull: return begin_value();
    case E::ValueArray:
    case E::ValueReference:
      path_.reset();
      if (outer != E::KeyBinding && has_value_) return fail(Kind::Syntax, "a second value");
      return true;
    case E::InstanceName:
      if (path_) return fail(Kind::Syntax, "a second instance name");
      paths_.push_back({{std::string(attribute(attributes, "CLASSNAME")), {}}, {}, false});
      return true;
    case E::KeyBinding: return begin_key(attribute(attributes, "NAME"));
    case E::KeyValue: text_.clear(); return true;
    case E::Document: break;
  }
  return true;
}

bool XmlReader::begin_property(E element, XmlAttributes attributes) {
  if (++account_.properties > account_.limits.properties_max) {
    return fail(Kind::Limit, "too many properties");
  }
  auto found = embedded_property(instance_, *class_, attribute(attributes, "NAME"), schema_);
  if (!found) return fail(std::move(found.error()));
  property_ = *found;
  has_value_ = false;
  value_ = Value{};
  items_.clear();
  const bool reference = property_->type == Type::Reference;
  E wanted = property_->array ? E::PropertyArray : E::Property;
  if (reference && !property_->array) wanted = E::PropertyReference;
  if (element != wanted) {
    return fail(Kind::WrongType,
                std::string(property_->name) + " is written as " + std::string(name(wanted)));
  }
  return reference || check_type(*property_, attributes);
}

bool XmlReader::check_type(const PropertyInfo& property, XmlAttributes attributes) {
  const bool embedded = property.type == Type::Instance;
  const std::string_view wanted = embedded ? name(Type::String) : name(property.type);
  const std::string_view given = attribute(attributes, "TYPE");
  if (given != wanted) {
    return fail(Kind::WrongType, std::string(property.name) + " is a " + std::string(wanted) +
                                     ", found " + quoted(given));
  }
  const std::string_view object = attribute(attributes, "EmbeddedObject");
  if (object.empty() || (embedded && (object == "instance" || object == "object"))) return true;
  return fail(Kind::WrongType, std::string(property.name) + " is no embedded " +
                                   std::string(embedded ? quoted(object) : "instance"));
}

bool XmlReader::begin_value() {
  const bool item = parent() == E::ValueArray;
  if (item && ++account_.elements > account_.limits.elements_max) {
    return fail(Kind::Limit, "too many elements");
  }
  if (!item && has_value_) return fail(Kind::Syntax, "a second value");
  text_.clear();
  value_place_ = place_;
  return true;
}

bool XmlReader::begin_key(std::string_view key) {
  OpenPath& open = paths_.back();
  for (const auto& [known, value] : open.path.keys) {
    if (known == key) return fail(Kind::Syntax, "the key " + quoted(key) + " is given twice");
  }
  open.key = key;
  open.key_has_value = false;
  return true;
}

bool XmlReader::text(std::string_view text, XmlPlace place) {
  place_ = place;
  if (!open_.empty() && holds_text(open_.back())) {
    text_ += text;
    return true;
  }
  if (trimmed(text).empty()) return true;
  return fail(Kind::Syntax, "text outside of a value");
}

std::expected<Value, TypingError> XmlReader::typed(const std::string& text) const {
  const std::string_view word = trimmed(text);
  switch (property_->type) {
    case Type::Boolean:
      if (word != "TRUE" && word != "true" && word != "FALSE" && word != "false") break;
      return Value::boolean(word == "TRUE" || word == "true");
    case Type::Uint8:
    case Type::Uint16:
    case Type::Uint32:
    case Type::Uint64:
    case Type::Sint64: {
      auto number = number_text(text);
      if (!number) return std::unexpected(std::move(number.error()));
      return embedded_number(property_->type, *number);
    }
    case Type::String: return embedded_text(Type::String, text);
    case Type::DateTime:
    case Type::Reference: return embedded_text(property_->type, std::string(word));
    case Type::Instance:
    case Type::Null: break;
  }
  const std::string wanted =
      std::string(property_->name) + " is a " + std::string(name(property_->type));
  return std::unexpected(TypingError{Kind::WrongType, wanted + ", found " + quoted(word)});
}

/// The text of a value is again the text of an instance.
bool XmlReader::read_nested() {
  if (depth_ >= account_.limits.depth_max) return fail(Kind::Limit, "instances nested too deep");
  XmlReader inner(property_->class_name, schema_, account_, depth_ + 1);
  auto instance = inner.read(text_);
  if (instance) return give(Value::instance(std::move(*instance)));
  const EmbeddedError& error = instance.error();
  return fail(error.kind, "in the instance of " + std::string(property_->name) + ", " +
                              std::to_string(error.line) + ":" + std::to_string(error.column) +
                              ": " + error.text);
}

bool XmlReader::give(Value value) {
  if (parent() == E::ValueArray) {
    items_.push_back(std::move(value));
  } else {
    value_ = std::move(value);
    has_value_ = true;
  }
  return true;
}

bool XmlReader::end_value() {
  place_ = value_place_;
  if (property_->type == Type::Instance) return read_nested();
  auto value = typed(text_);
  if (!value) return fail(std::move(value.error()));
  return give(std::move(*value));
}

bool XmlReader::give_key(std::string text) {
  OpenPath& open = paths_.back();
  if (open.key_has_value) return fail(Kind::Syntax, "a second value of a key");
  if (text.size() > account_.limits.bytes_max) return fail(Kind::Limit, "a key is too long");
  open.path.keys.emplace_back(open.key, std::move(text));
  open.key_has_value = true;
  return true;
}

bool XmlReader::end_reference() {
  if (!path_) return fail(Kind::Syntax, "VALUE.REFERENCE names nothing");
  ObjectPath path = std::move(*path_);
  path_.reset();
  if (parent() == E::KeyBinding) return give_key(path.text());
  return give(Value::reference(std::move(path)));
}

bool XmlReader::end(XmlPlace place) {
  place_ = place;
  const E element = open_.back();
  bool good = true;
  switch (element) {
    case E::Value: good = end_value(); break;
    case E::ValueNull: good = give(Value{}); break;
    case E::ValueArray:
      value_ = Value::array(property_->type, std::move(items_));
      items_.clear();
      has_value_ = true;
      break;
    case E::KeyValue: good = give_key(text_); break;
    case E::KeyBinding:
      if (!paths_.back().key_has_value) good = fail(Kind::Syntax, "a key without its value");
      break;
    case E::InstanceName:
      path_ = std::move(paths_.back().path);
      paths_.pop_back();
      break;
    case E::ValueReference: good = end_reference(); break;
    case E::Property:
    case E::PropertyArray:
    case E::PropertyReference:
      instance_.properties.push_back({std::string(property_->name), std::move(value_)});
      break;
    case E::Instance:
    case E::Document: break;
  }
  open_.pop_back();
  return good;
}

}  // namespace

std::expected<Instance, EmbeddedError> parse_xml_instance(std::string_view text,
                                                          std::string_view class_name,
                                                          SchemaVersion schema,
                                                          const EmbeddedLimits& limits) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (text.size() > limits.bytes_max || text.size() > most) {
    return std::unexpected(EmbeddedError{EmbeddedErrorKind::Limit, 1, 1, "the text is too long"});
  }
  Account account{limits};
  XmlReader reader(class_name, schema, account, 1);
  return reader.read(text);
}

}  // namespace replsim::cim
