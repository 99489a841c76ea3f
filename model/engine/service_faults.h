// What faults make of an array's management service. It outlives the software: jobs and indications
// ask it as they are told outside; nothing of replication reads it.
//   F1  What is sent stays in the trace as sent; what strays on its way to the subscribers follows
//       it there (C7 is judged on the sender's sequence).
//   F2  A job that may not end has done its work: its record says so (JobPhase::Ended) while its
//       JobState goes on being Running.
// Source: fault catalogue, provider; DESIGN 2 (a fault).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/chance.h"
#include "sim/fault.h"
#include "sim/time.h"
#include "sim/world.h"

namespace replsim::engine {

/// What an indication says.
struct IndicationText {
  sim::EntityId endpoint;
  std::uint64_t cause = 0;
  std::uint64_t kind = 0;  ///< 1 InstCreation, 2 InstModification, 3 InstDeletion
  std::uint64_t previous = 0;
  std::uint64_t state = 0;
};

class ServiceFaults {
 public:
  /// A fault of the way to the subscribers.
  struct Delivery {
    sim::FaultId id;
    std::uint32_t lost_ppb = 0;
    sim::Duration add{};
    sim::Stream chance{};
  };

  ServiceFaults() = default;
  ServiceFaults(const ServiceFaults&) = delete;
  ServiceFaults& operator=(const ServiceFaults&) = delete;
  ~ServiceFaults();

  void add_delivery(Delivery delivery) { deliveries_.push_back(delivery); }
  void add_endless(sim::FaultId id) { endless_.push_back(id); }
  void add_away(sim::FaultId id) { away_.push_back(id); }
  void remove(sim::FaultId id);

  /// No process of the service is there: the request that has come is lost.
  bool away(sim::World& world, sim::EntityId array);
  /// Tell the subscribers.
  void indicate(sim::World& world, const IndicationText& text);
  /// A job whose work is done may end.
  bool jobs_end() const { return endless_.empty(); }
  /// A job was kept from ending.
  void job_kept(sim::World& world, sim::EntityId job);

 private:
  /// An indication on its way.
  struct Late {
    sim::World* world = nullptr;
    IndicationText text;
    sim::EventId arrival{};
  };
  static void arrive(void* owner, std::uint64_t number);

  std::vector<Delivery> deliveries_;
  std::vector<sim::FaultId> endless_;
  std::vector<sim::FaultId> away_;
  std::map<std::uint64_t, Late> late_;
  std::uint64_t next_late_ = 1;
};

}  // namespace replsim::engine
