// Writer of embedded instances, the inverse of mof_instance.cpp. Control characters are escaped
// with all four hexadecimal digits, so that the character behind them cannot be taken for one.
#include "model/cim/datetime.h"
#include "model/cim/mof_instance.h"

namespace replsim::cim {
namespace {

std::string mof_string(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\x00";
      out += digits[static_cast<unsigned char>(c) >> 4U];
      out += digits[static_cast<unsigned char>(c) & 15U];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string mof_body(const Instance& instance);

std::string mof_scalar(const Value& value) {
  switch (value.type()) {
    case Type::Null: return "NULL";
    case Type::Boolean: return value.as_boolean() ? "true" : "false";
    case Type::Uint8:
    case Type::Uint16:
    case Type::Uint32:
    case Type::Uint64: return std::to_string(value.as_unsigned());
    case Type::Sint64: return std::to_string(value.as_signed());
    case Type::String: return mof_string(value.as_string());
    case Type::DateTime: return mof_string(format_datetime(value.as_datetime()));
    case Type::Reference: return mof_string(value.as_reference().text());
    case Type::Instance: return mof_body(value.as_instance());
  }
  return "NULL";
}

std::string mof_value(const Value& value) {
  if (!value.is_array()) return mof_scalar(value);
  std::string out = "{";
  std::string_view separator = "";
  for (const Value& item : value.as_array()) {
    out.append(separator).append(mof_scalar(item));
    separator = ", ";
  }
  return out + '}';
}

std::string mof_body(const Instance& instance) {
  std::string out = "instance of " + instance.path.class_name + " {";
  for (const Property& property : instance.properties) {
    out.append(" ").append(property.name).append(" = ");
    out.append(mof_value(property.value)).append(";");
  }
  return out + " }";
}

}  // namespace

std::string to_mof(const Instance& instance) {
  return mof_body(instance) + ";";
}

}  // namespace replsim::cim
