// What every request about a relation tells.
#include "model/engine/wire.h"

namespace replsim::engine {

ControlBody address(const Relation& relation, Verb verb) {
  ControlBody body;
  body.verb = verb;
  body.pair = relation.record.pair;
  body.from = relation.record.number;
  body.state = relation.record.state;
  body.direction = relation.record.direction;
  body.restore_from = relation.record.restore_from;
  body.lineage = relation.record.lineage;
  body.role_epoch = relation.record.role_epoch;
  body.told_at = relation.turns;
  body.mode = relation.record.mode;
  body.journal = relation.record.journal;
  body.everything = relation.record.everything_dirty;
  return body;
}

}  // namespace replsim::engine
