// The enumerations of the replication schema as C++ types. The numbers are those of the documents.
// Names are not spelled here: `name()` looks them up in the tables of enumeration_tables.h,
// which also hold meaning, schema version and source of every value.
// Source: CIM 2.49 (CIM_Synchronized, CIM_ReplicationService, CIM_ConcreteJob), rulings R1, R17.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace replsim::cim {

/// CIM_Synchronized.SyncType.
enum class SyncType : std::uint16_t { Mirror = 6, Snapshot = 7, Clone = 8, TokenizedClone = 9 };

/// CIM_Synchronized.Mode. As a parameter only Synchronous, Asynchronous and Adaptive exist.
enum class Mode : std::uint16_t {
  Unknown = 0,
  Synchronous = 2,
  Asynchronous = 3,
  Adaptive = 4,
  Active = 5,
};

/// CIM_Synchronized.CopyState. There is no value 0 or 1.
enum class CopyState : std::uint16_t {
  Initialized = 2,
  Unsynchronized = 3,
  Synchronized = 4,
  Broken = 5,
  Fractured = 6,
  Split = 7,
  Inactive = 8,
  Suspended = 9,
  Failedover = 10,
  Prepared = 11,
  Aborted = 12,
  Skewed = 13,
  Mixed = 14,
  NotApplicable = 15,
  Partitioned = 16,
  Invalid = 17,
  Restored = 18,
};

/// Operation of ModifyReplicaSynchronization.
enum class Operation : std::uint16_t {
  Abort = 2,
  ActivateConsistency = 3,
  Activate = 4,
  AddSyncPair = 5,
  DeactivateConsistency = 6,
  Deactivate = 7,
  Detach = 8,
  Dissolve = 9,
  Failover = 10,
  Failback = 11,
  Fracture = 12,
  RemoveSyncPair = 13,
  ResyncReplica = 14,
  RestoreFromReplica = 15,
  Resume = 16,
  ResetToSync = 17,
  ResetToAsync = 18,
  ReturnToResourcePool = 19,
  ReverseRoles = 20,
  Split = 21,
  Suspend = 22,
  Unprepare = 23,
  Prepare = 24,
  ResetToAdaptive = 25,
  ResetToActive = 26,
  ResetReplica = 27,
};

/// CIM_Synchronized.ProgressStatus.
enum class ProgressStatus : std::uint16_t {
  Unknown = 0,
  Completed = 2,
  Dormant = 3,
  Initializing = 4,
  Preparing = 5,
  Synchronizing = 6,
  Resyncing = 7,
  Restoring = 8,
  Fracturing = 9,
  Splitting = 10,
  FailingOver = 11,
  FailingBack = 12,
  Aborting = 13,
  Mixed = 14,
  NotApplicable = 15,
  Suspending = 16,
  RequiresFracture = 17,
  RequiresResync = 18,
  RequiresActivate = 19,
  Pending = 20,
  Detaching = 21,
  RequiresDetach = 22,
  Terminating = 23,
  RequiresSplit = 24,
  RequiresResume = 25,
};

/// CopyRecoveryMode of the association (0, 2, 3) and of CIM_ReplicationSettingData (also 4).
enum class CopyRecoveryMode : std::uint16_t {
  Unknown = 0,
  Automatic = 2,
  Manual = 3,
  ImplementationDecides = 4,
};

/// CopyPriority of the association and of CIM_ReplicationSettingData.
enum class CopyPriority : std::uint16_t { NotManaged = 0, Low = 1, Same = 2, High = 3, Urgent = 4 };

/// CIM_ReplicationSettingData.TargetElementSupplier.
enum class TargetElementSupplier : std::uint16_t {
  UseExisting = 1,
  CreateNew = 2,
  UseAndCreate = 3,
  InstrumentationDecides = 4,
  ClientMustSupply = 5,
};

/// CIM_ReplicationSettingData.ThinProvisioningPolicy.
enum class ThinProvisioningPolicy : std::uint16_t {
  ThinToThin = 2,
  ThinToFull = 3,
  FullToThin = 4,
  SameAsSource = 5,
  PoolDecides = 6,
  ImplementationDecides = 7,
};

/// CIM_ConcreteJob.JobState.
enum class JobState : std::uint16_t {
  New = 2,
  Starting = 3,
  Running = 4,
  Suspended = 5,
  ShuttingDown = 6,
  Completed = 7,
  Terminated = 8,
  Killed = 9,
  Exception = 10,
  Service = 11,
  QueryPending = 12,
};

/// RequestedState of CIM_ConcreteJob.RequestStateChange.
enum class JobRequest : std::uint16_t {
  Start = 2,
  Suspend = 3,
  Terminate = 4,
  Kill = 5,
  Service = 6
};

/// CIM_ManagedSystemElement.OperationalStatus: the values that jobs and arrays of replsim show.
enum class OperationalStatus : std::uint16_t {
  Unknown = 0,
  Ok = 2,
  Degraded = 3,
  Error = 6,
  Stopped = 10,
  LostCommunication = 13,
  Completed = 17,
};

/// Return codes of the service methods and, from 4097, of the job methods.
enum class ReturnCode : std::uint32_t {
  Completed = 0,
  NotSupported = 1,
  Unknown = 2,
  Timeout = 3,
  Failed = 4,
  InvalidParameter = 5,
  InUse = 6,
  JobStarted = 4096,
  InvalidStateTransition = 4097,
  TimeoutParameterNotSupported = 4098,
  Busy = 4099,
};

/// CIM_ReplicationServiceCapabilities.SupportedReplicationTypes, mirrors of this issue and kin.
enum class ReplicationType : std::uint16_t {
  SynchronousMirrorLocal = 2,
  AsynchronousMirrorLocal = 3,
  SynchronousMirrorRemote = 4,
  AsynchronousMirrorRemote = 5,
  SynchronousSnapshotLocal = 6,
  AsynchronousSnapshotLocal = 7,
  SynchronousSnapshotRemote = 8,
  AsynchronousSnapshotRemote = 9,
  SynchronousCloneLocal = 10,
  AsynchronousCloneLocal = 11,
  SynchronousCloneRemote = 12,
  AsynchronousCloneRemote = 13,
};

/// LocalOrRemote of the capabilities methods.
enum class Locality : std::uint16_t { Local = 2, Remote = 3 };

/// Consistency parameter of the group methods.
enum class Consistency : std::uint16_t { NoConsistency = 2, SequentialConsistency = 3 };

/// CIM_StorageSynchronized.CopyType.
enum class CopyType : std::uint16_t { Async = 2, Sync = 3, UnSyncAssoc = 4, UnSyncUnAssoc = 5 };

/// CIM_StorageSynchronized.ReplicaType. There is no value 1.
enum class ReplicaType : std::uint16_t {
  NotSpecified = 0,
  FullCopy = 2,
  BeforeDelta = 3,
  AfterDelta = 4,
  Log = 5,
};

/// CIM_StorageSynchronized.SyncState, the older state. There is no value 1.
enum class SyncState : std::uint16_t {
  Unknown = 0,
  Initialized = 2,
  PrepareInProgress = 3,
  Prepared = 4,
  ResyncInProgress = 5,
  Synchronized = 6,
  FractureInProgress = 7,
  QuiesceInProgress = 8,
  Quiesced = 9,
  RestoreInProgress = 10,
  Idle = 11,
  Broken = 12,
  Fractured = 13,
  Frozen = 14,
  CopyInProgress = 15,
};

/// CIM_StorageSynchronized.CopyMethodology.
enum class CopyMethodology : std::uint16_t {
  NotSpecified = 0,
  Other = 1,
  ImplementationDecides = 2,
  FullCopy = 3,
  IncrementalCopy = 4,
  DifferentialCopy = 5,
  CopyOnWrite = 6,
  CopyOnAccess = 7,
  DeltaUpdate = 8,
  SnapAndClone = 9,
  CopyBeforeActivation = 10,
  RedirectOnWrite = 11,
};

/// CIM_StorageSynchronized.ReadOnly and UndiscoveredElement: an end of the association.
enum class ReadOnly : std::uint16_t { SystemElement = 2, SyncedElement = 3, Both = 4 };

/// How sure a rule is (rulings, operation_matrix.md). SpecDerived: from a sentence of the schema
/// that names another operation or state.
enum class Confidence : std::uint8_t { Spec, SpecDerived, Vendor, Inferred };

/// Names as the MOF spells them; empty for a value that no table has.
std::string_view name(SyncType value);
std::string_view name(Mode value);
std::string_view name(CopyState value);
std::string_view name(Operation value);
std::string_view name(ProgressStatus value);
std::string_view name(CopyRecoveryMode value);
std::string_view name(JobState value);
std::string_view name(JobRequest value);
std::string_view name(OperationalStatus value);
std::string_view name(ReturnCode value);
std::string_view name(ReplicationType value);
std::string_view name(Consistency value);

/// `spec`, `spec-derived`, `vendor`, `inferred`.
std::string_view name(Confidence confidence);

/// Short code of the matrix: "SYN", "UNS", ...
std::string_view short_code(CopyState state);
/// The state of a short code; nothing when it is unknown.
std::optional<CopyState> copy_state_of(std::string_view short_code);

/// The number of an enumerator, for values and tables.
template <typename E>
constexpr auto number(E value) {
  return static_cast<std::underlying_type_t<E>>(value);
}

}  // namespace replsim::cim
