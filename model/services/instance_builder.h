// Collects the properties of one instance and puts them into the order of the class. A name that
// the class does not have is our own bug; one that the schema lacks is left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/cim/schema.h"
#include "model/cim/value.h"

namespace replsim::services {

class InstanceBuilder {
 public:
  InstanceBuilder(cim::ObjectPath path, cim::SchemaVersion schema);

  InstanceBuilder& set(std::string_view property, cim::Value value);
  InstanceBuilder& text(std::string_view property, std::string_view value);
  InstanceBuilder& truth(std::string_view property, bool value);
  /// A number of the property's own type.
  InstanceBuilder& number(std::string_view property, std::uint64_t value);
  InstanceBuilder& numbers(std::string_view property, std::vector<std::uint64_t> values);
  /// A point in time by the array's clock.
  InstanceBuilder& moment(std::string_view property, std::int64_t nanoseconds);
  InstanceBuilder& interval(std::string_view property, std::int64_t nanoseconds);
  InstanceBuilder& reference(std::string_view property, cim::ObjectPath path);

  cim::Instance build();

 private:
  const cim::PropertyInfo& info(std::string_view property) const;

  cim::ObjectPath path_;
  cim::SchemaVersion schema_;
  const cim::ClassInfo* class_;
  std::vector<cim::Value> values_;  // by place in the class; NULL = not set
};

}  // namespace replsim::services
