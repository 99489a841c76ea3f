// Values: construction, checked access, comparison by content, text for people.
#include "model/cim/value.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "model/cim/datetime.h"

namespace replsim::cim {
namespace {

constexpr std::array<std::string_view, 11> type_names = {
    "null",   "boolean", "uint8",    "uint16",    "uint32",  "uint64",
    "sint64", "string",  "datetime", "reference", "instance"};

void require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(what);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

const Value& null_value() {
  static const Value null;
  return null;
}

}  // namespace

std::string_view name(Type type) {
  return type_names.at(static_cast<std::size_t>(type));
}

std::string ObjectPath::text() const {
  std::string out = class_name;
  char separator = '.';
  for (const auto& [key, value] : keys) {
    out += separator;
    out += key + '=' + quoted(value);
    separator = ',';
  }
  return out;
}

Value Value::boolean(bool v) {
  Value value;
  value.type_ = Type::Boolean;
  value.data_ = v;
  return value;
}

Value Value::unsigned_number(Type type, std::uint64_t v) {
  require(type >= Type::Uint8 && type <= Type::Uint64, "unsigned_number of another type");
  constexpr std::array<int, 4> bits = {8, 16, 32, 64};
  const int width = bits.at(static_cast<std::size_t>(type) - 2);
  require(width == 64 || v >> width == 0, "unsigned_number out of range");
  Value value;
  value.type_ = type;
  value.data_ = v;
  return value;
}

Value Value::signed_number(std::int64_t v) {
  Value value;
  value.type_ = Type::Sint64;
  value.data_ = v;
  return value;
}

Value Value::string(std::string v) {
  Value value;
  value.type_ = Type::String;
  value.data_ = std::move(v);
  return value;
}

Value Value::datetime(DateTime v) {
  Value value;
  value.type_ = Type::DateTime;
  value.data_ = v;
  return value;
}

Value Value::reference(ObjectPath v) {
  Value value;
  value.type_ = Type::Reference;
  value.data_ = std::make_shared<const ObjectPath>(std::move(v));
  return value;
}

Value Value::instance(Instance v) {
  Value value;
  value.type_ = Type::Instance;
  value.data_ = std::make_shared<const Instance>(std::move(v));
  return value;
}

Value Value::array(Type element, Array v) {
  const bool uniform = std::all_of(v.begin(), v.end(), [element](const Value& item) {
    return item.is_null() || (item.type() == element && !item.is_array());
  });
  require(uniform, "array of mixed types");
  Value value;
  value.type_ = element;
  value.is_array_ = true;
  value.data_ = std::make_shared<const Array>(std::move(v));
  return value;
}

bool Value::as_boolean() const {
  require(type_ == Type::Boolean && !is_array_, "value is no boolean");
  return std::get<bool>(data_);
}

std::uint64_t Value::as_unsigned() const {
  require(is_number() && type_ != Type::Sint64, "value is no unsigned number");
  return std::get<std::uint64_t>(data_);
}

std::int64_t Value::as_signed() const {
  require(type_ == Type::Sint64 && !is_array_, "value is no sint64");
  return std::get<std::int64_t>(data_);
}

const std::string& Value::as_string() const {
  require(type_ == Type::String && !is_array_, "value is no string");
  return std::get<std::string>(data_);
}

DateTime Value::as_datetime() const {
  require(type_ == Type::DateTime && !is_array_, "value is no datetime");
  return std::get<DateTime>(data_);
}

const ObjectPath& Value::as_reference() const {
  require(type_ == Type::Reference && !is_array_, "value is no reference");
  return *std::get<std::shared_ptr<const ObjectPath>>(data_);
}

const Instance& Value::as_instance() const {
  require(type_ == Type::Instance && !is_array_, "value is no instance");
  return *std::get<std::shared_ptr<const Instance>>(data_);
}

const Value::Array& Value::as_array() const {
  require(is_array_, "value is no array");
  return *std::get<std::shared_ptr<const Array>>(data_);
}

namespace {

std::string list_text(const Value::Array& items) {
  std::string out = "{";
  for (const Value& item : items) {
    if (out.size() > 1) out += ", ";
    out += item.text();
  }
  return out + '}';
}

std::string instance_text(const Instance& instance) {
  std::string out = instance.path.class_name + " {";
  std::string_view separator = "";
  for (const Property& property : instance.properties) {
    out += separator;
    out += property.name + ": " + property.value.text();
    separator = ", ";
  }
  return out + '}';
}

}  // namespace

std::string Value::text() const {
  if (is_array_) return list_text(as_array());
  switch (type_) {
    case Type::Null: return "NULL";
    case Type::Boolean: return as_boolean() ? "true" : "false";
    case Type::Uint8:
    case Type::Uint16:
    case Type::Uint32:
    case Type::Uint64: return std::to_string(as_unsigned());
    case Type::Sint64: return std::to_string(as_signed());
    case Type::String: return quoted(as_string());
    case Type::DateTime: return format_datetime(as_datetime());
    case Type::Reference: return as_reference().text();
    case Type::Instance: return instance_text(as_instance());
  }
  throw std::logic_error("value of no type");
}

bool Value::operator==(const Value& other) const {
  if (type_ != other.type_ || is_array_ != other.is_array_) return false;
  if (is_array_) return as_array() == other.as_array();
  if (type_ == Type::Reference) return as_reference() == other.as_reference();
  if (type_ == Type::Instance) return as_instance() == other.as_instance();
  return data_ == other.data_;
}

const Value& Instance::get(std::string_view property) const {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [property](const Property& p) { return p.name == property; });
  return found == properties.end() ? null_value() : found->value;
}

void Instance::set(std::string_view property, Value value) {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [property](const Property& p) { return p.name == property; });
  if (found != properties.end()) {
    found->value = std::move(value);
  } else {
    properties.push_back({std::string(property), std::move(value)});
  }
}

}  // namespace replsim::cim
