// Properties by their place in the class.
#include "model/services/instance_builder.h"

#include <utility>

#include "sim/check.h"

namespace replsim::services {

InstanceBuilder::InstanceBuilder(cim::ObjectPath path, cim::SchemaVersion schema)
    : path_(std::move(path)), schema_(schema), class_(cim::find_class(path_.class_name)) {
  REPLSIM_CHECK(class_ != nullptr);
  values_.resize(class_->properties.size());
}

const cim::PropertyInfo& InstanceBuilder::info(std::string_view property) const {
  const cim::PropertyInfo* found = class_->find_property(property);
  REPLSIM_CHECK(found != nullptr);
  return *found;
}

InstanceBuilder& InstanceBuilder::set(std::string_view property, cim::Value value) {
  const cim::PropertyInfo& row = info(property);
  REPLSIM_CHECK(value.is_null() || value.type() == row.type);
  if (row.since <= schema_) {
    values_[static_cast<std::size_t>(&row - class_->properties.data())] = std::move(value);
  }
  return *this;
}

InstanceBuilder& InstanceBuilder::text(std::string_view property, std::string_view value) {
  return set(property, cim::Value::string(std::string(value)));
}

InstanceBuilder& InstanceBuilder::truth(std::string_view property, bool value) {
  return set(property, cim::Value::boolean(value));
}

InstanceBuilder& InstanceBuilder::number(std::string_view property, std::uint64_t value) {
  return set(property, cim::Value::unsigned_number(info(property).type, value));
}

InstanceBuilder& InstanceBuilder::numbers(std::string_view property,
                                          std::vector<std::uint64_t> values) {
  const cim::Type type = info(property).type;
  cim::Value::Array list;
  for (const std::uint64_t value : values) {
    list.push_back(cim::Value::unsigned_number(type, value));
  }
  return set(property, cim::Value::array(type, std::move(list)));
}

InstanceBuilder& InstanceBuilder::moment(std::string_view property, std::int64_t nanoseconds) {
  return set(property, cim::Value::datetime({nanoseconds, false}));
}

InstanceBuilder& InstanceBuilder::interval(std::string_view property, std::int64_t nanoseconds) {
  return set(property, cim::Value::datetime({nanoseconds, true}));
}

InstanceBuilder& InstanceBuilder::reference(std::string_view property, cim::ObjectPath path) {
  return set(property, cim::Value::reference(std::move(path)));
}

cim::Instance InstanceBuilder::build() {
  cim::Instance instance;
  instance.path = std::move(path_);
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].is_null()) continue;
    instance.properties.push_back({std::string(class_->properties[i].name), std::move(values_[i])});
  }
  return instance;
}

}  // namespace replsim::services
