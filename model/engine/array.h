// The replication software of one array. Built from the stable records of its disks alone; a crash
// destroys it with everything that is not a record. Services and the testbed read its parts.
//   Context    what every part may use             volumes.h    elements and pools
//   relations.h records of relations, commit, announce    jobs.h   jobs
//   host_path.h host I/O                           peers.h      sessions with other arrays
//   sender.h, receiver.h  data between the ends    mover.h      copies
//   control*.h operations                          reconcile.h  after a reconnect or restart
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/cim/method.h"
#include "model/engine/config.h"
#include "model/engine/types.h"
#include "sim/node.h"
#include "sim/task.h"

namespace replsim::engine {

class Volumes;
class Relations;
class Jobs;
struct Context;

/// CreateElementReplica with checked parameters (SyncType Mirror).
struct CreateRequest {
  std::string source_volume;  ///< Local name: "vol1".
  std::string target_array;
  std::optional<std::string> target_volume;  ///< Local name at the target array.
  std::optional<std::string> target_pool;    ///< Local name; none = the array's first pool.
  std::string element_name;                  ///< Empty: the new element's own name.
  cim::Mode mode = cim::Mode::Synchronous;
  RelationSettings settings;
  Provisioning provisioning = Provisioning::PoolDecides;
  std::optional<cim::CopyState> wait;  ///< WaitForCopyState.
};

/// ModifyReplicaSynchronization with checked parameters; the cell is neither E5 nor N1.
struct ModifyRequest {
  EndpointNumber endpoint;
  cim::Operation operation = cim::Operation::Abort;
  bool force = false;
  std::optional<cim::CopyState> wait;
  bool through_job = false;  ///< Asked of a copy job: makes none itself (R4).
};

/// CIM_ConcreteJob.RequestStateChange: values of RequestedState that mean something here.
enum class JobRequest : std::uint16_t { Start = 2, Suspend = 3, Terminate = 4, Kill = 5 };
/// What is done to the relation for it (R4).
cim::Operation operation_of(JobRequest asked);

/// What the engine answers. 4096 with a job; 0 without.
struct CallResult {
  cim::ReturnCode code = cim::ReturnCode::Completed;
  std::optional<JobNumber> job;
  std::optional<cim::Error> error;
  EndpointNumber endpoint;    ///< Of a created relation; 0 = none.
  std::string target_volume;  ///< Path of the created or given target.
};

class Array {
 public:
  Array(sim::World& world, sim::Node& node, const ArrayConfig& config);
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array();

  /// Write the records of a new array (pools, volumes) stably, before the first start. Takes no
  /// time.
  static void format(sim::World& world, const ArrayConfig& config);

  /// Read the records, go on with jobs and copies, greet the peers.
  void start(sim::World& world);
  /// Messages of kinds 1..9 and 20.. (Wire).
  void receive(sim::World& world, sim::Node& from, sim::Message message);

  sim::Task<CallResult> create_mirror(sim::World& world, CreateRequest request);
  sim::Task<CallResult> modify(sim::World& world, ModifyRequest request);
  /// 0 when the job is in the state asked for; 4097 when it can not go there.
  sim::Task<CallResult> request_job_state(sim::World& world, JobNumber number, JobRequest asked);

  const ArrayConfig& config() const;
  Volumes& volumes();
  Relations& relations();
  Jobs& jobs();
  /// The records are read; until then calls are not answered.
  bool ready() const;
  /// A call is in its control phase, a copy or a reconcile is under way.
  bool busy() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace replsim::engine
