// Testbed: the data path, faults, power, images and views of a modelled world. Scenario steps other
// than management calls, and all oracles, need one; without it they are skipped with the reason.
// Nothing here but io() takes simulated time.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/provider/introspection.h"
#include "harness/provider/provider.h"
#include "harness/provider/topology.h"
#include "model/trace/events.h"
#include "sim/fault.h"
#include "sim/task.h"

namespace replsim::provider {

enum class IoKind : std::uint8_t { Read, Write, Flush };

/// A host's access to a volume: made once, used for every I/O of a workload.
struct HostVolumeId {
  std::uint32_t value = 0;
};

struct IoRequest {
  IoKind kind = IoKind::Read;
  std::uint64_t lba = 0;     ///< In blocks of the volume.
  std::uint64_t blocks = 0;  ///< A flush has none.
};

struct IoOutcome {
  trace::IoAnswer answer = trace::IoAnswer::Ok;
  std::uint64_t stamp = 0;            ///< The write's id; also when it failed.
  std::vector<std::uint64_t> stamps;  ///< What a read saw, one a block.
};

/// A volume as it is now. `entity` is stable over the run; a path names one volume for ever.
struct VolumeInfo {
  sim::EntityId entity;
  std::string path;  ///< "west/pool1-1"
  std::string array;
  std::uint64_t bytes = 0;
  std::uint32_t block = 4096;
};

/// A fault as language.md section 12 names it. Unused parameters keep their defaults.
struct FaultSpec {
  std::string effect;   ///< "link.cut", "array.power-loss", "disk.latency", ...
  std::string target;   ///< Path of the entity.
  std::string name;     ///< Names its chance stream: the step's `as` or its place.
  bool forward = true;  ///< link.*
  bool backward = true;
  std::uint32_t rate_ppb = 0;  ///< link.*, provider.*: share of what is met
  sim::Duration add{};         ///< *.latency, provider.late-*
  sim::Duration gap{};         ///< link.reorder
  std::uint64_t length = 1;    ///< link.burst-loss: messages of a burst
  std::uint64_t limit = 0;     ///< link.bandwidth: bytes per second
  /// link.filter: `drop`; disk.torn-epoch: `survives`; provider.restart: `answers`
  std::string word = {};
  std::uint64_t shift = 0;     ///< disk.misdirected-write: bytes
  std::uint64_t size = 0;      ///< disk.credit: operations at once,
  sim::Duration interval{};    ///< and the time for one more
  std::uint64_t factor = 1;    ///< array.slow, host.slow
  std::uint64_t versions = 1;  ///< disk.stale-read: writes ago
  sim::Duration by{};          ///< clock.offset, clock.jump
  std::int64_t gain_ppb = 0;   ///< clock.drift
  std::uint64_t first = 0;     ///< disk.*: bytes on the disk
  std::uint64_t bytes = UINT64_MAX;
  std::uint32_t chance_ppb = 1'000'000'000;
};

struct FaultCounts {
  std::uint64_t met = 0;  ///< Events of its kind met while active (a node fault: 1 when it struck).
  std::uint64_t hits = 0;  ///< Events changed.
};

/// One relation (a pair of association instances), followed through Reverse Roles.
struct RelationInfo {
  std::uint64_t pair = 0;
  bool exists = true;         ///< False when no array has an instance any more.
  cim::ObjectPath path;       ///< Current path of the merged view.
  std::string source_volume;  ///< Paths.
  std::string target_volume;
  std::vector<std::string> arrays;  ///< Arrays that hold an instance (running or not).
};

class Testbed {
 public:
  virtual ~Testbed() = default;

  virtual sim::World& world() = 0;
  virtual const Topology& topology() const = 0;
  virtual Provider& provider(std::string_view array) = 0;
  virtual const cim::Profile& profile(std::string_view array) const = 0;

  // Entities -----------------------------------------------------------------------------------
  /// None when there is no such volume now.
  virtual std::optional<VolumeInfo> volume(std::string_view path) const = 0;
  virtual std::vector<VolumeInfo> volumes() const = 0;
  /// Hosts that see the volume now, in topology order.
  virtual std::vector<std::string> hosts_of(std::string_view volume) const = 0;
  /// A number of an entity: metric "size", "free" (pool, bytes), "bytes" (link, disk),
  /// "utilisation" (link, disk; parts per billion of the time since the start). None when there is
  /// no such thing.
  virtual std::optional<std::uint64_t> metric(std::string_view path,
                                              std::string_view name) const = 0;
  /// Settable topology values: `east/pool1.size` in bytes. The text says why not.
  virtual std::expected<void, std::string> set(std::string_view path, std::string_view name,
                                               std::uint64_t value) = 0;

  // CIM view without time passing ----------------------------------------------------------------
  /// What get() at this array would answer now; none when it is not there. Of an array that is
  /// down: what its stable records say.
  virtual std::optional<cim::Instance> peek(std::string_view array,
                                            const cim::ObjectPath& path) const = 0;
  /// All instances of a class (or subclasses) at an array, in key order.
  virtual std::vector<cim::Instance> peek_all(std::string_view array,
                                              std::string_view class_name) const = 0;
  /// Pair id of a StorageSynchronized path, current or former.
  virtual std::optional<std::uint64_t> pair_of(const cim::ObjectPath& path) const = 0;
  virtual std::optional<RelationInfo> relation(std::uint64_t pair) const = 0;
  /// The association instance of one array, or the merged view of rulings R7 (array empty).
  virtual std::optional<cim::Instance> peek_relation(std::uint64_t pair,
                                                     std::string_view array) const = 0;

  /// Bytes that the journal of the pair's source end holds, 0 without one; none while that array
  /// does not run or when there is no such pair.
  virtual std::optional<std::uint64_t> journal(std::uint64_t pair) const = 0;

  // Data path
  // --------------------------------------------------------------------------------------
  /// Error: the host does not see the volume, or one of them does not exist.
  virtual std::expected<HostVolumeId, std::string> open(std::string_view host,
                                                        std::string_view volume) = 0;
  /// The host's I/O; ends with the answer or the host's own time-out.
  virtual sim::Task<IoOutcome> io(sim::World& world, HostVolumeId access, IoRequest request) = 0;
  /// Real bytes for a write with `data:`, kept once by content: the stamp that the next write of
  /// this access will have is bound to them.
  virtual void bind_data(HostVolumeId access, std::string data) = 0;

  // Images
  // -----------------------------------------------------------------------------------------
  /// Valid for the whole run, also after the volume was deleted (then empty).
  virtual const VolumeImage* image(sim::EntityId volume) const = 0;
  /// A media fault makes what reads of this block see, or did since it was last written; or
  /// `stamp`, which the block holds, is what such a fault showed for a block with this number, so
  /// that it is a copy of that. The image itself is what was written.
  virtual bool media_fault(sim::EntityId volume, std::uint64_t lba, std::uint64_t stamp) const = 0;
  virtual void add_listener(ImageListener& listener) = 0;
  virtual void remove_listener(ImageListener& listener) = 0;

  // Faults and power
  // ---------------------------------------------------------------------------------
  /// Error: unknown effect or target, with the reason.
  virtual std::expected<sim::FaultId, std::string> begin_fault(const FaultSpec& spec) = 0;
  virtual void end_fault(sim::FaultId id) = 0;  ///< Ending twice does nothing.
  virtual FaultCounts fault_counts(sim::FaultId id) const = 0;
  /// "running", "stopped" for hosts.
  virtual std::expected<void, std::string> power(std::string_view host, std::string_view state) = 0;
  virtual bool running(std::string_view node) const = 0;
  /// What the wall clock of an array shows now, ns since 2000.
  virtual std::int64_t clock(std::string_view array) const = 0;
  /// No fault is active that holds, cuts or delays between or in these arrays (for liveness).
  virtual bool quiet() const = 0;

  /// Stable metadata; nullptr when the provider does not offer it.
  virtual const Introspection* introspection() const = 0;
  /// True while a call, job or copy is under way anywhere (end: converge waits for it).
  virtual bool busy() const = 0;
};

}  // namespace replsim::provider
