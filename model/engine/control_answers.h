// Answers to requests of the other end of a relation.
#pragma once

#include <fmt/format.h>

#include <utility>

#include "model/engine/control.h"
#include "model/engine/wire.h"

namespace replsim::engine {

inline ControlReplyBody answer(cim::ReturnCode code, cim::Error error = {}) {
  ControlReplyBody reply;
  reply.code = code;
  reply.error = std::move(error);
  return reply;
}

inline ControlReplyBody unknown_relation() {
  return answer(cim::ReturnCode::Failed,
                refusal("failed:peer", "the other array does not know the relation", "R1"));
}

/// This end has not met the asking one since it lost sight of it.
inline ControlReplyBody not_met() {
  return answer(cim::ReturnCode::Failed,
                refusal("failed:peer", "the other array is out of contact", "R7"));
}

/// To be asked again: the records could not be written.
inline ControlReplyBody not_written() {
  return answer(cim::ReturnCode::Unknown,
                refusal("failed:metadata", "the records could not be written", "R1"));
}

/// The relation left the state that an operation was admitted in.
inline std::unexpected<cim::Error> gone_on(const Relation& relation, cim::Operation operation) {
  return std::unexpected(refusal("failed:state",
                                 fmt::format("the relation became {} while {} ran",
                                             cim::name(relation.state()), cim::name(operation)),
                                 "R1"));
}

}  // namespace replsim::engine
