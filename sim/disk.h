// A disk: latency, bandwidth, queue depth, a volatile write cache with flush and FUA. Content lives
// above, in a Medium; the disk decides when an operation takes effect, when it is stable and what
// a power loss leaves. Crash points: before an operation takes effect; when it is stable but not
// yet reported (take-effect and report are two events only when the owner's node is paused; a
// crash between them is between two events anyway).
//   D1  The disk owns the operation and its payload: it goes on when the issuer is destroyed.
//   D2  write (cache on): takes effect at completion, stable at the next flush that began after it.
//   D3  write with FUA, or cache 0: takes effect and is stable at completion.
//   D4  flush: at completion everything that took effect before it was issued is stable.
//   D5  power loss: queued operations vanish; of the un-flushed writes each block survives or not.
//   D6  Served in order of submission, `queue_depth` at once; service = wait for the disk's
//       bandwidth, transfer, then latency, so that operations may end in another order.
//   D7  Error faults are decided as service begins and reported at its end; a failed operation
//       takes no effect. Hang is decided at the end of service: nothing takes effect, and nothing
//       is reported, before every hang that struck is lifted. A flush touches the whole disk, but
//       only latency and hang strike it.
//   D8  The owner is paused: the effect takes place, the report waits for resume.
//   D9  A media fault changes what reads show and no report; the medium keeps what was written. It
//       strikes as the operation takes effect.
#pragma once

#include <coroutine>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/fault.h"
#include "sim/latency.h"
#include "sim/world.h"

namespace replsim::sim {

class Node;

enum class IoProblem : std::uint8_t { ReadError, WriteError, Full };

/// Errors of a disk operation.
struct IoError {
  IoProblem problem;
  std::uint64_t lba;
};
using IoResult = std::expected<void, IoError>;

/// A region of a disk: a volume, or the records of an array. Numbered by the owner of the medium.
struct AreaId {
  std::uint32_t value = 0;
  auto operator<=>(const AreaId&) const = default;
};

struct DiskExtent {
  AreaId area;
  std::uint64_t lba = 0;
  std::uint32_t blocks = 0;
  std::uint32_t block_bytes = 4096;
  std::uint64_t disk_offset = 0;  ///< Byte on the disk where the extent lies (for fault ranges).

  std::uint64_t bytes() const { return std::uint64_t{blocks} * block_bytes; }
};

struct DiskWrite {
  DiskExtent extent;
  bool fua = false;
  std::uint64_t stamp = 0;           ///< Every block gets this stamp when `words` is empty.
  std::vector<std::uint64_t> words;  ///< Else: one stamp a block, or a record's payload.
};

/// The content of a disk. Implemented by the store; outlives crashes of the node.
class Medium {
 public:
  virtual ~Medium() = default;
  /// The write takes effect (reads see it). `stable`: it survives a power loss from now on.
  virtual void write(const DiskWrite& write, bool stable) = 0;
  /// Everything written so far is stable.
  virtual void harden() = 0;
  /// Power is lost: of what was not hardened each block survives or not, by `tear`.
  /// Returns blocks lost and survived (for the trace).
  struct Loss {
    std::uint64_t lost = 0;
    std::uint64_t survived = 0;
  };
  virtual Loss lose(Stream& tear, Survival survival) = 0;

  // Media faults: reads show something else than was written until the block is written again or
  // the fault is lifted.
  /// A write that a fault let land `shift` blocks behind, or nowhere.
  struct Astray {
    FaultId fault;
    std::uint64_t shift = 0;  ///< 0: nowhere.
  };
  virtual void write_astray(const DiskWrite& write, bool stable, std::span<const Astray>) {
    this->write(write, stable);
  }
  /// As harden(), or as a stable write(), for all but a power loss.
  virtual void harden_falsely(std::span<const FaultId>) { harden(); }
  virtual void write_falsely(const DiskWrite& write, std::span<const FaultId>) {
    this->write(write, true);
  }
  /// The block shows `stamp`; false when nothing was ever written there.
  virtual bool rot(FaultId, const DiskExtent&, std::uint64_t) { return false; }
  /// The content of these blocks is about to be old: a stale read may show it.
  virtual void remember(FaultId, const DiskExtent&) {}
  /// The block shows what it held so many writes ago, or the oldest that is remembered; 0: the
  /// fault shows nothing of it. True when that is another content.
  virtual bool show_old(FaultId, const DiskExtent&, std::uint64_t) { return false; }
  virtual void lift(FaultId) {}
};

struct DiskConfig {
  std::string name;        ///< Path: "east/d0".
  std::uint64_t size = 0;  ///< Bytes.
  Latency read;
  Latency write;
  std::uint64_t bandwidth = 0;     ///< Bytes per second; 0 = unlimited.
  std::uint32_t queue_depth = 32;  ///< Operations served at once; others wait in order.
  std::uint64_t cache = 0;         ///< Bytes of volatile write cache; 0 = write-through.
};

class Disk;

/// A submitted operation. `co_await` it once for the result; dropping it lets the operation go on.
/// Must not outlive the disk.
class [[nodiscard]] DiskTicket {
 public:
  DiskTicket(Disk& disk, std::uint32_t slot) : disk_(&disk), slot_(slot) {}
  DiskTicket(DiskTicket&& other) noexcept;
  DiskTicket& operator=(DiskTicket&&) = delete;
  ~DiskTicket();
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<> handle);
  IoResult await_resume();

 private:
  Disk* disk_;
  std::uint32_t slot_;
};

class Disk {
 public:
  Disk(World& world, DiskConfig config, Node& owner, Medium& medium);
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk();

  const DiskConfig& config() const { return config_; }
  EntityId entity() const { return entity_; }

  // Submitted at once; the caller may submit several and await them in any order.
  DiskTicket write(World& world, DiskWrite write);
  /// Timing and errors; the caller takes the content from the medium when it is resumed.
  DiskTicket read(World& world, DiskExtent extent);
  DiskTicket flush(World& world);

  void add_fault(World& world, DiskFault fault);
  void remove_fault(World& world, FaultId id);  ///< Hung operations go on.

  /// Part of Node::go_down(PowerLoss).
  void lose_power(World& world);
  std::uint64_t bytes_moved() const { return bytes_moved_; }

  /// Operations submitted and not ended.
  std::size_t outstanding() const { return outstanding_; }

 private:
  friend class DiskTicket;

  enum class Kind : std::uint8_t { Read, Write, Flush };
  /// Vanished: lost with the power; its ticket, if any, is never resumed.
  enum class State : std::uint8_t { Free, Waiting, InService, Hung, Done, Vanished };
  struct Operation {
    DiskWrite write;  // of a read only the extent
    Kind kind = Kind::Read;
    State state = State::Free;
    bool has_ticket = false;
    IoResult result{};
    std::uint64_t serial = 0;      // tells apart the operations of one slot
    std::uint32_t next = no_slot;  // in the waiting line, or of the free slots
    std::coroutine_handle<> waiter;
    EventId event{};
    std::vector<FaultId> hung_by;
  };
  static constexpr std::uint32_t no_slot = UINT32_MAX;

  DiskTicket submit(World& world, Kind kind, DiskWrite write);
  void begin(World& world, std::uint32_t slot);
  Duration service_time(World& world, Operation& operation);
  Duration judge(World& world, Operation& operation);
  bool hangs(World& world, Operation& operation);
  bool strikes(DiskFault& fault, const Operation& operation);
  void hit(World& world, const DiskFault& fault);
  Duration spend(World& world, DiskFault& fault);
  void read_stale(World& world, DiskFault& fault, const DiskExtent& extent);
  void read_media(World& world, const DiskExtent& extent);
  void write_media(World& world, const DiskWrite& write, bool stable);
  void flush_media(World& world);
  std::vector<FaultId> ignoring(World& world, const DiskExtent* extent);
  void end(World& world, std::uint32_t slot);
  void take_effect(World& world, Operation& operation);
  void report(World& world, std::uint32_t slot);
  void begin_waiting(World& world);
  void free_slot(std::uint32_t slot);
  static void served(void* disk, std::uint64_t slot);
  static void released(void* disk, std::uint64_t slot);

  World& world_;
  DiskConfig config_;
  EntityId entity_;
  Node& owner_;
  Medium& medium_;
  std::vector<DiskFault> faults_;  // by id
  Stream read_latency_, write_latency_, flush_latency_, tear_;
  std::vector<Operation> operations_;  // slots
  std::uint32_t first_free_ = no_slot;
  std::uint32_t first_waiting_ = no_slot;
  std::uint32_t last_waiting_ = no_slot;
  std::uint32_t in_service_ = 0;
  std::size_t outstanding_ = 0;
  std::uint64_t serial_ = 0;
  Instant transfer_free_{};   // when the bandwidth is free
  std::uint64_t cached_ = 0;  // bytes written and not flushed
  std::uint64_t flushes_ = 0;
  std::uint64_t bytes_moved_ = 0;
};

}  // namespace replsim::sim
