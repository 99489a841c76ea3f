// The replication service of one array: judges a call in the order of rulings R1, asks the engine,
// and answers with code, error and out parameters. Part of the array's software: a crash takes it.
//   S1  A refused call has no effect; everything up to the engine only reads.
//   S2  Out parameters exist for the codes 0 and 4096 alone.
// Source: rulings R1, R2, R18; cim_replication_service.md section C.
#pragma once

#include <cstdint>

#include "model/cim/method.h"
#include "model/engine/array.h"
#include "model/services/array_facts.h"
#include "model/services/call_checks.h"
#include "model/services/queries.h"
#include "sim/task.h"

namespace replsim::services {

class ReplicationService {
 public:
  explicit ReplicationService(engine::Array& array) : array_(array) {}

  /// Run a call to its answer. `id` names it in the trace.
  sim::Task<cim::MethodOutcome> invoke(sim::World& world, cim::MethodCall call, std::uint64_t id);

  // Reads take no time here.
  ReadResult get(const sim::World& world, const cim::ObjectPath& path) const;
  ReadResult enumerate(const sim::World& world, std::string_view class_name) const;
  ReadResult associators(const sim::World& world, const cim::ObjectPath& of,
                         std::string_view class_name) const;
  ReadResult references(const sim::World& world, const cim::ObjectPath& of,
                        std::string_view class_name) const;

 private:
  sim::Task<cim::MethodOutcome> answer(sim::World& world, const cim::MethodCall& call);
  sim::Task<cim::MethodOutcome> create(sim::World& world, engine::CreateRequest request);
  sim::Task<cim::MethodOutcome> modify(sim::World& world, engine::ModifyRequest request);
  sim::Task<cim::MethodOutcome> request_job_state(sim::World& world, const CheckedCall& call);
  cim::MethodOutcome get_error(const CheckedCall& call) const;
  cim::MethodOutcome outcome_of(const engine::CallResult& result) const;
  ArrayFacts facts(const sim::World& world) const;

  engine::Array& array_;
};

}  // namespace replsim::services
