// CIM values as they travel in method calls, instances and embedded instances.
// A value carries its CIM type: the object manager refuses a value of the wrong type
// before the provider sees it (rulings R1 (0)).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace replsim::cim {

enum class Type : std::uint8_t {
  Null,
  Boolean,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Sint64,
  String,
  DateTime,
  Reference,
  Instance,
};

/// Name as the MOF spells it ("uint16", "boolean", ...).
std::string_view name(Type type);

struct Instance;
class Value;

/// An instance path: class and keys. Keys keep the order of the class definition.
/// `CIM_StorageSynchronized` paths have SystemElement and SyncedElement, each the text of a path;
/// other classes have one key, InstanceID or DeviceID.
struct ObjectPath {
  std::string class_name;
  std::vector<std::pair<std::string, std::string>> keys;
  bool operator==(const ObjectPath&) const = default;
  /// `CIM_StoragePool.InstanceID="west/pool1"`; quotes and backslashes in keys are escaped.
  std::string text() const;
};

/// A CIM datetime: either a point in time (nanoseconds since 2000-01-01T00:00:00Z) or an interval.
struct DateTime {
  std::int64_t nanoseconds = 0;
  bool interval = false;
  bool operator==(const DateTime&) const = default;
};

/// One CIM value or an array of values of one type.
class Value {
 public:
  using Array = std::vector<Value>;

  Value() = default;  ///< NULL
  static Value boolean(bool v);
  static Value unsigned_number(Type type, std::uint64_t v);  ///< Uint8 .. Uint64
  static Value signed_number(std::int64_t v);
  static Value string(std::string v);
  static Value datetime(DateTime v);
  static Value reference(ObjectPath v);
  static Value instance(Instance v);
  static Value array(Type element, Array v);

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::Null; }
  bool is_array() const { return is_array_; }
  bool is_number() const { return !is_array_ && type_ >= Type::Uint8 && type_ <= Type::Sint64; }

  // Each getter requires the matching type (REPLSIM-style check: throws std::logic_error).
  bool as_boolean() const;
  std::uint64_t as_unsigned() const;
  std::int64_t as_signed() const;
  const std::string& as_string() const;
  DateTime as_datetime() const;
  const ObjectPath& as_reference() const;
  const Instance& as_instance() const;
  const Array& as_array() const;

  /// For people and reports: `6`, `"text"`, `true`, `NULL`, `{...}`.
  std::string text() const;
  bool operator==(const Value& other) const;

 private:
  Type type_ = Type::Null;
  bool is_array_ = false;
  std::variant<std::monostate, bool, std::uint64_t, std::int64_t, std::string, DateTime,
               std::shared_ptr<const ObjectPath>, std::shared_ptr<const Instance>,
               std::shared_ptr<const Array>>
      data_;
};

/// A property and its value.
struct Property {
  std::string name;
  Value value;
  bool operator==(const Property&) const = default;
};

/// An instance with its path (empty keys when embedded) and its properties in class order.
struct Instance {
  ObjectPath path;
  std::vector<Property> properties;
  /// NULL when absent. Property names are compared exactly.
  const Value& get(std::string_view property) const;
  void set(std::string_view property, Value value);
  bool operator==(const Instance&) const = default;
};

}  // namespace replsim::cim
