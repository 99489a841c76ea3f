// Features of a replication type that change what a provider does (GetSupportedFeatures).
// The whole table with all 63 names is feature_enumeration; here are those that code refers to.
// Source: CIM 2.49, CIM_ReplicationServiceCapabilities.GetSupportedFeatures.
#pragma once

#include <cstdint>
#include <string_view>

namespace replsim::cim {

enum class Feature : std::uint16_t {
  SuspendsSourceIoWhenNecessary = 7,
  TargetAssociatedToAspect = 13,
  SourceAssociatedToAspect = 14,
  RecoveryFromBrokenAutomatic = 15,
  TargetMustRemainAssociated = 16,
  SynchronizedCloneDetaches = 18,
  ReverseRolesRequiresReadOnlySource = 19,
  ReverseRolesRequiresResync = 20,
  RestoreRequiresFracture = 21,
  ResyncRequiresActivate = 22,
  CopyRequiresOfflineSource = 23,
  RestoreRequiresDetach = 27,
  ReverseRolesRequiresSynchronized = 29,
  ReverseRolesRequiresFractured = 30,
  ReverseRolesRequiresSplit = 31,
  ReverseRolesRequiresFailedover = 32,
  ReverseRolesRequiresSuspended = 33,
  ManagesRemoteSource = 34,
  ManagesRemoteTarget = 35,
  TargetElementNotSupplied = 39,
  TargetPoolNotSupplied = 40,
  TargetGoalNotSupplied = 41,
  CreatesRemoteElements = 42,
  RemoteElementsRequireTargetPool = 43,
  FailoverRequiresFracture = 47,
  FailoverRequiresSplit = 48,
  RestoreRequiresResume = 49,
  ClientSuppliesElementName = 51,
  ReverseRolesKeepsCopyState = 52,
  FailoverRequiresFailback = 53,
  PlannedFailoverRequiresFractured = 54,
  ReverseRolesForFailover = 56,
  SourceMayBeDeleted = 62,
  DetachedSnapshotIndependent = 63,
};

/// The name as the MOF spells it.
std::string_view name(Feature value);

}  // namespace replsim::cim
