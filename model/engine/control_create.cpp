// Creation of a mirror: target end provisionally, source end for good, target end for good. What
// was never committed is given back (R10): by CreateUndo, or at the next contact.
#include <fmt/format.h>

#include <algorithm>

#include "model/cim/operation_rules.h"
#include "model/cim/state_graph.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using cim::EventCause;
using cim::ReturnCode;
using Edit = Relations::Edit;

CallResult refused(ReturnCode code, std::string id, std::string text) {
  return {.code = code, .error = refusal(std::move(id), std::move(text), "CreateElementReplica")};
}

}  // namespace

std::optional<CallResult> Control::refuse_create(const CreateRequest& request, Volume*& source) {
  source = context_.volumes.find(request.source_volume);
  if (source == nullptr) {
    return refused(ReturnCode::InvalidParameter, "invalid:source", "there is no such element");
  }
  if (auto no = refuse_source(*source)) return no;
  if (!context_.peers.known(request.target_array)) {
    return refused(ReturnCode::Failed, "refused:peer", "no path leads to the target's array");
  }
  if (!context_.peers.contact(request.target_array)) {
    return refused(ReturnCode::Failed, "refused:peer", "the other array does not answer");
  }
  return std::nullopt;
}

sim::Task<CallResult> Control::create_mirror(sim::World& world, CreateRequest request) {
  // Right after a start the arrays may not have greeted each other yet.
  const sim::Instant deadline = world.now() + context_.config.call_limit;
  co_await context_.peers.meet(world, request.target_array, context_.config.call_limit);
  Volume* source = nullptr;
  if (const auto no = refuse_create(request, source)) co_return *no;
  if (source->creating) {
    co_return refused(ReturnCode::InUse, "refused:busy", "the source is under a running creation");
  }
  auto making = std::make_shared<Making>();
  const CopyState wait = request.wait.value_or(cim::default_creation_wait(cim::SyncType::Mirror));
  context_.spawn(make(world, std::move(request), *source, making));
  while (!making->ended && world.now() < deadline) {
    const Alarm alarm(world, making->signal, deadline - world.now());
    co_await making->signal.wait();
  }
  // It goes on, and may still make the relation or give back what it took.
  if (!making->ended) co_return CallResult{.code = ReturnCode::Timeout};
  CallResult result = making->result;
  Relation* relation = context_.relations.find(result.endpoint);
  const bool waits = context_.config.profile.jobs == cim::JobPolicy::Never;
  if (result.code != ReturnCode::JobStarted || relation == nullptr || !waits) co_return result;
  while (world.now() < deadline && !relation->removed && relation->state() != wait) {
    const Alarm alarm(world, relation->changed, deadline - world.now());
    co_await relation->changed.wait();
  }
  result.code = relation->state() == wait ? ReturnCode::Completed : ReturnCode::Timeout;
  co_return result;
}

sim::Task<void> Control::make(sim::World& world, CreateRequest request, Volume& source,
                              std::shared_ptr<Making> making) {
  ++at_work_;
  source.creating = true;
  making->result = co_await create_checked(world, std::move(request), source);
  source.creating = false;
  --at_work_;
  making->ended = true;
  making->signal.notify_all(world);
}

sim::Task<CallResult> Control::create_checked(sim::World& world, CreateRequest request,
                                              Volume& source) {
  const PairId pair{peers_half(context_.peers.name_hash()) | context_.counters.pair++};
  const CopyState wait = request.wait.value_or(cim::default_creation_wait(cim::SyncType::Mirror));
  ControlBody body;
  body.verb = Verb::Create;
  body.pair = pair;
  body.source_volume = context_.path(source.record.name);
  body.target_volume = request.target_volume.value_or("");
  body.target_pool = request.target_pool.value_or("");
  body.element_name = request.element_name;
  body.bytes = source.record.bytes;
  body.block = source.record.block;
  body.mode = request.mode;
  body.settings = request.settings;
  body.provisioning = request.provisioning;
  body.lineage.current = {1, context_.peers.name_hash()};
  const auto reply =
      co_await context_.peers.ask(world, request.target_array, body, context_.config.peer_timeout);
  if (!reply) {
    // It may have made the target end all the same: that goes back now or at the next contact.
    context_.spawn(take_back(world, request.target_array, pair));
    co_return refused(ReturnCode::Failed, "failed:peer", "the other array did not answer");
  }
  if (reply->code != ReturnCode::Completed) {
    co_return CallResult{.code = reply->code, .error = reply->error};
  }
  RelationRecord record;
  record.number = {context_.counters.endpoint++};
  record.pair = pair;
  record.peer = request.target_array;
  record.local_volume = source.record.number;
  record.blocks = source.record.blocks();
  record.remote_volume = reply->target_volume;
  record.rest_at = cim::creation_stops_in(wait) ? wait : CopyState::Unsynchronized;
  record.mode = request.mode;
  record.settings = request.settings;
  record.lineage = body.lineage;
  Relation* relation = co_await context_.relations.add(
      world, std::move(record), cim::cause_code(EventCause::CreatedInitialized));
  if (relation == nullptr) {
    co_await take_back(world, request.target_array, pair);
    co_return refused(ReturnCode::Unknown, "failed:metadata", "the records could not be written");
  }
  relation->creating = true;
  CallResult result{.code = ReturnCode::JobStarted,
                    .endpoint = relation->record.number,
                    .target_volume = relation->record.remote_volume};
  co_return co_await begin_its_job(world, *relation, wait, std::move(result));
}

sim::Task<void> Control::take_back(sim::World& world, std::string peer, PairId pair) {
  ControlBody undo;
  undo.verb = Verb::CreateUndo;
  undo.pair = pair;
  co_await insist(world, std::move(peer), std::move(undo));
}

std::uint64_t Control::peers_half(std::uint64_t name_hash) {
  return name_hash >> 32 << 32;
}

sim::Task<CallResult> Control::begin_its_job(sim::World& world, Relation& relation, CopyState wait,
                                             CallResult result) {
  const EndpointNumber number_of = relation.record.number;
  if (context_.config.profile.jobs != cim::JobPolicy::Never) {
    const JobStart start{.endpoint = number_of,
                         .pair = relation.record.pair,
                         .phase = JobPhase::Control,
                         .until = wait};
    result.job = co_await context_.jobs.start(world, start);
    if (!result.job) {
      // The relation is there and goes on; only its job could not be written (R1: 2).
      result.code = ReturnCode::Unknown;
      result.error = refusal("failed:metadata", "the records could not be written", "R1");
    }
  }
  context_.spawn(go_on_creating(world, number_of, result.job));
  co_return result;
}

sim::Task<void> Control::go_on_creating(sim::World& world, EndpointNumber number,
                                        std::optional<JobNumber> job) {
  Relation* relation = context_.relations.find(number);
  if (relation == nullptr) co_return;
  ++at_work_;
  ControlBody commit = address(*relation, Verb::CreateCommit);
  Peers::Reply reply;
  do {  // again when the other array restarted meanwhile
    reply = co_await context_.peers.ask(world, relation->record.peer, commit,
                                        context_.config.peer_timeout);
  } while (!reply && context_.peers.contact(relation->record.peer));
  relation->creating = false;
  if (reply && reply->code == ReturnCode::Completed) {
    context_.reconcile.connect(world, *relation, relation->state());
  }
  // Unanswered: the next contact commits the target end and goes on (Reconcile).
  co_await leave_initialized(world, *relation);
  if (job) co_await context_.jobs.control_ended(world, *job);
  --at_work_;
}

sim::Task<void> Control::leave_initialized(sim::World& world, Relation& relation) {
  const CopyState goal = relation.record.rest_at;
  if (!relation.connected || relation.state() != CopyState::Initialized ||
      goal == CopyState::Initialized) {
    co_return;
  }
  std::uint16_t cause = cim::cause_code(EventCause::CopyStarted);
  if (goal == CopyState::Inactive) cause = cim::cause_code(EventCause::InitialisationFinished);
  if (goal == CopyState::Prepared) cause = cim::cause_code(EventCause::PreparationFinished);
  const Edit edit = [goal](RelationRecord& record) {
    if (record.state != CopyState::Initialized) return false;
    record.state = goal;
    if (goal == CopyState::Unsynchronized) {
      record.target_image = cim::TargetImage::Inconsistent;
    }
    return true;
  };
  const bool moved = co_await context_.relations.change(world, relation, cause, edit);
  if (moved && goal != CopyState::Unsynchronized) {
    co_await tell_follow(world, relation, goal, cause, false);
  }
}

std::optional<CallResult> Control::refuse_target(const ControlBody& body, const Volume* volume) {
  if (volume == nullptr || volume->record.provisional) {
    return refused(ReturnCode::InvalidParameter, "invalid:target", "there is no such target");
  }
  if (volume->record.bytes < body.bytes || volume->record.block != body.block) {
    return refused(ReturnCode::InvalidParameter, "invalid:target",
                   "the target is smaller than the source or has another block size");
  }
  if (!volume->ends.empty() || volume->host_ios != 0 || volume->creating) {
    return refused(ReturnCode::InUse, "refused:busy", "the target element is in use");
  }
  return std::nullopt;
}

const PoolRecord* Control::pool_for(const ControlBody& body) {
  const auto fits = [&](const PoolRecord& pool) {
    const bool named = body.target_pool.empty() || pool.name == body.target_pool;
    const bool wanted = body.provisioning == Provisioning::PoolDecides ||
                        pool.thin == (body.provisioning == Provisioning::Thin);
    return named && wanted;
  };
  const auto& pools = context_.volumes.pools();
  const auto at = std::ranges::find_if(pools, fits);
  return at == pools.end() ? nullptr : &*at;
}

sim::Task<ControlReplyBody> Control::serve_create(sim::World& world, const std::string& peer,
                                                  const ControlBody& body) {
  being_made_[body.pair] = true;
  ControlReplyBody reply = co_await make_target(world, peer, body);
  const bool wanted = being_made_[body.pair];
  being_made_.erase(body.pair);
  if (!wanted) {
    if (Relation* relation = addressed(peer, body)) co_await undo_create(world, *relation);
  }
  co_return reply;
}

sim::Task<ControlReplyBody> Control::make_target(sim::World& world, const std::string& peer,
                                                 const ControlBody& body) {
  ControlReplyBody reply;
  const auto refuse = [&reply](ReturnCode code, std::string id, std::string text) {
    reply.code = code;
    reply.error = refusal(std::move(id), std::move(text), "CreateElementReplica");
  };
  Volume* volume = nullptr;
  if (!body.target_volume.empty()) {
    volume = context_.volumes.find(body.target_volume);
    if (const auto no = refuse_target(body, volume)) {
      reply.code = no->code;
      reply.error = *no->error;
      co_return reply;
    }
  } else {
    const PoolRecord* pool = pool_for(body);
    if (pool == nullptr) {
      refuse(ReturnCode::InvalidParameter, "invalid:pool", "there is no such pool");
      co_return reply;
    }
    auto made = co_await context_.volumes.create_in_pool(world, pool->number, body.bytes,
                                                         body.block, body.element_name);
    if (!made) {
      reply.code =
          made.error().message_id == "refused:space" ? ReturnCode::Failed : ReturnCode::Unknown;
      reply.error = made.error();
      co_return reply;
    }
    volume = *made;
  }
  volume->creating = true;
  RelationRecord record;
  record.number = {context_.counters.endpoint++};
  record.pair = body.pair;
  record.role = Role::Target;
  record.hidden = peer == context_.config.name;
  record.peer = peer;
  record.local_volume = volume->record.number;
  record.blocks = body.bytes / body.block;
  record.remote_volume = body.source_volume;
  record.mode = body.mode;
  record.settings = body.settings;
  record.lineage = body.lineage;
  record.provisional = true;
  record.everything_dirty = false;  // the sender knows what is missing; this end tracks its own
  const Relation* relation = co_await context_.relations.add(
      world, std::move(record), cim::cause_code(EventCause::CreatedInitialized));
  volume->creating = false;
  if (relation == nullptr) {
    if (volume->record.provisional) co_await context_.volumes.remove(world, volume->record.number);
    refuse(ReturnCode::Unknown, "failed:metadata", "the records could not be written");
    co_return reply;
  }
  reply.target_volume = context_.path(volume->record.name);
  co_return reply;
}

sim::Task<ControlReplyBody> Control::serve_commit(sim::World& world, Relation& relation,
                                                  const ControlBody& body) {
  ControlReplyBody reply;
  const Edit edit = [](RelationRecord& record) {
    record.provisional = false;
    return true;
  };
  bool done = co_await context_.volumes.commit(world, relation.record.local_volume);
  if (done && relation.record.provisional) {
    done = co_await context_.relations.change(
        world, relation, cim::cause_code(EventCause::CreatedInitialized), edit);
  }
  if (!done) {
    reply.code = ReturnCode::Failed;
    co_return reply;
  }
  relation.flow = body.lineage.current;
  context_.reconcile.connect(world, relation, relation.state());
  co_return reply;
}

sim::Task<void> Control::undo_create(sim::World& world, Relation& relation) {
  const VolumeNumber number_of = relation.record.local_volume;
  const bool removed = co_await context_.relations.remove(
      world, relation, cim::cause_code(EventCause::CreationRolledBack));
  const Volume* volume = context_.volumes.find(number_of);
  if (removed && volume != nullptr && volume->record.provisional) {
    co_await context_.volumes.remove(world, number_of);
  }
}

}  // namespace replsim::engine
