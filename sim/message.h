// Messages: plain data owned by the link while it travels. No pointer into a node, no Task, ever
// crosses a link.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

namespace replsim::sim {

/// What does not fit the words: plain data, owned, never shared between nodes.
struct MessageBody {
  virtual ~MessageBody() = default;
  /// A message that arrives twice.
  virtual std::unique_ptr<MessageBody> clone() const = 0;
};

/// Base of a body T: `struct T final : BodyOf<T>`.
template <class T>
struct BodyOf : MessageBody {
  std::unique_ptr<MessageBody> clone() const override {
    return std::make_unique<T>(static_cast<const T&>(*this));
  }
};

struct Message {
  std::uint16_t kind = 0;     ///< Of the layer above; the kernel only traces it.
  std::uint32_t bytes = 64;   ///< Size on the wire.
  std::uint64_t request = 0;  ///< Pairs a reply with its request; 0 = none.
  std::array<std::uint64_t, 8> words{};
  std::unique_ptr<MessageBody> body;
};

}  // namespace replsim::sim
