// Bodies of the messages between a management client and an array (engine::Wire::Management and
// ManagementReply). words[0] = Management, words[1] = the lowest request that the client still
// waits for: the array forgets the answers to older ones.
// Source: DESIGN 4 (only messages), engine/wire.h.
#pragma once

#include <cstdint>
#include <string>

#include "model/cim/method.h"
#include "model/services/queries.h"
#include "sim/message.h"

namespace replsim::services {

enum class Management : std::uint64_t {
  Invoke = 1,
  Get = 2,
  Enumerate = 3,
  Associators = 4,
  References = 5
};

/// A method call; its id is the message's request.
struct CallBody final : sim::BodyOf<CallBody> {
  cim::MethodCall call;
};
struct CallReplyBody final : sim::BodyOf<CallReplyBody> {
  cim::MethodOutcome outcome;
};

/// A read: `path` or `class_name` or both, as its kind needs.
struct ReadBody final : sim::BodyOf<ReadBody> {
  cim::ObjectPath path;
  std::string class_name;
};
struct ReadReplyBody final : sim::BodyOf<ReadReplyBody> {
  ReadResult result;
};

/// Size on the wire of a call, a read or an answer (an estimate; XML is generous).
inline constexpr std::uint32_t management_bytes = 2048;

}  // namespace replsim::services
