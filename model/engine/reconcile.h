// Contact lost, contact found, elements that fail and are repaired.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/engine/reconcile_rules.h"
#include "model/engine/relation.h"
#include "sim/task.h"

namespace replsim::engine {

struct Context;

class Reconcile {
 public:
  explicit Reconcile(Context& context) : context_(context) {}

  PairFacts facts_of(const Relation& relation) const;
  /// What this array tells the peer of their relations.
  std::vector<PairFacts> facts(const std::string& peer);
  void peer_lost(sim::World& world, const std::string& peer);
  void peer_found(sim::World& world, const std::string& peer, std::vector<PairFacts> theirs,
                  bool restarted);
  /// Restart of this array: relations whose both ends are here meet at once.
  void start(sim::World& world);
  /// A disk of an element failed: BRK at this end, and at the peer when it is in contact.
  sim::Task<void> element_failed(sim::World& world, Relation& relation, bool here);
  /// The target end: go where the source end decided.
  /// False: an operation changed this end since it told its facts (`turns`), or it can not.
  sim::Task<bool> follow(sim::World& world, Relation& relation, const ControlBody& order);
  /// Start to look after a broken pair when nobody does. Called after every change.
  void poke(Relation& relation);
  /// This relation may move data again in this session; the other end is in `theirs`.
  void connect(sim::World& world, Relation& relation, cim::CopyState theirs);

 private:
  cim::CopyRecoveryMode recovery_of(const Relation& relation) const;
  static void disconnect(sim::World& world, Relation& relation);
  sim::Task<void> lose(sim::World& world, EndpointNumber number);
  sim::Task<void> lose_flow(sim::World& world, EndpointNumber number);
  /// One move of this end, unless it has changed meanwhile (Relation::turns).
  sim::Task<bool> make(sim::World& world, Relation& relation, Move move, bool split);
  sim::Task<void> tell(sim::World& world, std::string peer, ControlBody body);
  /// Until the other end has broken too.
  sim::Task<void> tell_broken(sim::World& world, Relation& relation, ControlBody body);
  sim::Task<void> meet(sim::World& world, EndpointNumber number, PairFacts theirs,
                       bool peer_restarted);
  /// Complete a swap of roles that only one end knows of. True: this end leads the meeting.
  sim::Task<bool> align(sim::World& world, Relation& relation, PairFacts& theirs);
  /// Decide and apply until both ends are where they were led. False: the other end leads.
  sim::Task<bool> negotiate(sim::World& world, Relation& relation, PairFacts theirs);
  /// What the other end tells of itself now, for the meeting at work. False: it has no such pair.
  sim::Task<bool> ask_facts(sim::World& world, Relation& relation);
  /// Fresh facts when the decision was made on old ones.
  sim::Task<std::optional<PairFacts>> apply(sim::World& world, Relation& relation, Meeting meeting,
                                            PairFacts theirs);
  sim::Task<std::optional<PairFacts>> tell_target(sim::World& world, Relation& relation,
                                                  Meeting meeting, std::uint32_t turns);
  /// The hidden end of a local pair whose other end is gone: a creation or a Detach half done.
  sim::Task<void> drop_hidden(sim::World& world, EndpointNumber number);
  sim::Task<void> missing_at_peer(sim::World& world, EndpointNumber number);
  sim::Task<void> complete_swap(sim::World& world, Relation& relation, std::uint32_t epoch);
  sim::Task<void> probe(sim::World& world, Relation& relation);
  std::vector<Extent> tracked(const Relation& relation) const;

  Context& context_;
};

}  // namespace replsim::engine
