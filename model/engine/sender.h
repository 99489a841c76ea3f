// The sending end: blocks go to the peer with (generation, sequence), are repeated until they are
// answered, and answered once they are stable there. Slots are reused: no allocation per write.
// Source: data plane 1; invariants A1, A30.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/engine/relation.h"
#include "model/engine/wire.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;
class Sender;

/// Awaits the peer's answer to one message. Dropping it does not take the message back.
class [[nodiscard]] DataTicket {
 public:
  DataTicket(Sender& sender, std::uint32_t slot, std::uint64_t request)
      : sender_(&sender), slot_(slot), request_(request) {}
  DataTicket(DataTicket&& other) noexcept
      : sender_(std::exchange(other.sender_, nullptr)),
        slot_(other.slot_),
        request_(other.request_) {}
  DataTicket& operator=(DataTicket&&) = delete;
  ~DataTicket();
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<> handle);
  /// NotConnected: the session was lost, the data may or may not be there.
  DataAnswer await_resume();

 private:
  Sender* sender_;
  std::uint32_t slot_;
  std::uint64_t request_;
};

class Sender {
 public:
  explicit Sender(Context& context) : context_(context) {}
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender();

  /// A host write to the other end: every block gets `stamp`.
  DataTicket mirror(sim::World& world, Relation& relation, Extent extent, std::uint64_t stamp);
  /// Blocks of a copy.
  DataTicket copy(sim::World& world, Relation& relation, Extent extent,
                  std::vector<std::uint64_t> stamps, std::uint64_t reason);
  void answered(sim::World& world, const sim::Message& reply);
  /// The session is lost: everything in flight for the relation ends NotConnected.
  void drop_all(Relation& relation);

 private:
  friend class DataTicket;
  struct Slot {
    Relation* relation = nullptr;  ///< Null: free.
    std::uint64_t request = 0;
    std::uint64_t sequence = 0;
    std::uint32_t session = 0;  ///< Relation::sessions when it was posted.
    Extent extent;
    std::uint64_t stamp_or_reason = 0;
    bool copy = false;
    std::vector<std::uint64_t> stamps;
    sim::Instant sent{};
    std::optional<DataAnswer> answer;
    bool held = false;  ///< A ticket exists.
    std::coroutine_handle<> waiter;
    std::optional<sim::EventId> waking;  ///< The event that resumes it.
  };

  DataTicket post(sim::World& world, Relation& relation, std::uint32_t slot);
  std::uint32_t take();
  void transmit(sim::World& world, Slot& slot);
  void settle(std::uint32_t slot, DataAnswer answer);
  void release(std::uint32_t slot);
  static void wake(void* sender, std::uint64_t slot);
  /// The answer is there, or never comes: the sequence is open no more.
  void close(Slot& slot, DataAnswer answer);
  sim::Task<void> repeat(sim::World& world);

  Context& context_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t requests_ = 0;
  std::uint32_t open_ = 0;
  bool repeating_ = false;
};

}  // namespace replsim::engine
