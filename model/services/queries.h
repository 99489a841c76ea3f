// Reads of an array's CIM view: get, enumerate, associators, references. One table says which
// classes have instances; associations are job - what it works on, volume - pool, and the two
// volumes of a relation - the relation.
// Source: DSP0200 (intrinsic methods), cim_synchronized.md section 3.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/cim/method.h"
#include "model/services/array_facts.h"

namespace replsim::services {

/// A status (Ok, NotFound, InvalidClass) and the instances, in key order.
struct ReadResult {
  cim::CimStatus status = cim::CimStatus::Ok;
  std::vector<cim::Instance> instances;
};

/// The instance of a path; none when it is not there.
std::optional<cim::Instance> find_instance(const ArrayFacts& facts, const cim::ObjectPath& path);
/// The relation of a path; null when it is not there.
const engine::RelationRecord* find_relation(const ArrayFacts& facts, const cim::ObjectPath& path);
/// True when the path names an instance.
bool exists(const ArrayFacts& facts, const cim::ObjectPath& path);

ReadResult get(const ArrayFacts& facts, const cim::ObjectPath& path);
/// Instances of a class and of its subclasses.
ReadResult enumerate(const ArrayFacts& facts, std::string_view class_name);
/// Elements of a class associated with `of`.
ReadResult associators(const ArrayFacts& facts, const cim::ObjectPath& of,
                       std::string_view class_name);
/// Association instances of a class that refer to `of`.
ReadResult references(const ArrayFacts& facts, const cim::ObjectPath& of,
                      std::string_view class_name);

}  // namespace replsim::services
