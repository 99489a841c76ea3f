// The receiving end: applies blocks stably, once each, in the sender's order where they overlap.
// A message of an older generation, of another session or for a relation that is not connected
// changes nothing (A30).
#pragma once

#include <string>

#include "model/engine/relation.h"
#include "model/engine/wire.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;
struct Volume;

class Receiver {
 public:
  explicit Receiver(Context& context) : context_(context) {}
  void receive(sim::World& world, const std::string& peer, sim::Message message);
  /// A new session: the sender's sequences start anew.
  static void begin_session(Relation& relation);

 private:
  sim::Task<void> apply(sim::World& world, Relation& relation, sim::Message message);
  /// Write what the message brings, if it is still wanted.
  sim::Task<DataAnswer> store(sim::World& world, Relation& relation, Volume& volume,
                              sim::Message& message);
  void reply(sim::World& world, const std::string& peer, const sim::Message& message,
             DataAnswer answer);
  Context& context_;
};

}  // namespace replsim::engine
