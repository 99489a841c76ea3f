// Provider: the management side of what is judged. Every call takes the time it takes (a message
// to the service and back); no answer is never mixed with a code.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/cim/method.h"
#include "model/cim/value.h"
#include "sim/task.h"

namespace replsim::provider {

template <class T>
using Answer = std::expected<T, cim::NoAnswer>;

/// Result of a read: a status (Ok, NotFound, InvalidClass, ...) and the instances.
struct ReadOutcome {
  cim::CimStatus status = cim::CimStatus::Ok;
  std::vector<cim::Instance> instances;
};

/// One service of one array, as a client reaches it.
class Provider {
 public:
  virtual ~Provider() = default;
  /// `give_up`: the client stops waiting after this long and has no answer.
  virtual sim::Task<Answer<cim::MethodOutcome>> invoke(sim::World& world, cim::MethodCall call,
                                                       sim::Duration give_up) = 0;
  virtual sim::Task<Answer<ReadOutcome>> get(sim::World& world, cim::ObjectPath path,
                                             sim::Duration give_up) = 0;
  /// Instances of a class and of its subclasses, in key order.
  virtual sim::Task<Answer<ReadOutcome>> enumerate(sim::World& world, std::string class_name,
                                                   sim::Duration give_up) = 0;
  /// Elements associated with `of`, of class `class_name` or a subclass, in key order.
  virtual sim::Task<Answer<ReadOutcome>> associators(sim::World& world, cim::ObjectPath of,
                                                     std::string class_name,
                                                     sim::Duration give_up) = 0;
  /// Association instances that refer to `of`, of class `class_name` or a subclass, in key order.
  virtual sim::Task<Answer<ReadOutcome>> references(sim::World& world, cim::ObjectPath of,
                                                    std::string class_name,
                                                    sim::Duration give_up) = 0;
};

}  // namespace replsim::provider
