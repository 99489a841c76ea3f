// The write-behind sink: a database of the run, for people and for later reading; nothing read
// from it reaches a running simulation. Between checkpoints everything waits in memory
// (HardenedLog, Trace::kept); a checkpoint is one transaction.
//   K1  After kill -9 at any instant the file is whole and holds the last checkpoint: rows are
//       written in WAL mode, one transaction a checkpoint.
//   K2  Size is bounded by the blocks ever written at once, not by writes: when the log has grown
//       to half as many blocks as the pages hold, it is folded into them.
//   K3  synchronous = NORMAL: no fsync at a commit, one when the WAL is moved into the file. It
//       costs nothing with so few transactions, and the file survives a crash of the machine too.
// Source: DESIGN 5; docs/database.md describes tables and views.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/store/database.h"
#include "model/store/hardened_log.h"
#include "sim/trace.h"

namespace replsim::store {

/// What a run was made of, all of it needed to repeat it.
struct RunInfo {
  std::string scenario;       ///< Name.
  std::string scenario_text;  ///< The file's text.
  std::uint64_t seed = 0;
  std::string options;  ///< As the command line would say them.
  std::string build;    ///< Build id.
};

/// How far the run is.
struct RunPosition {
  std::uint64_t events = 0;
  sim::Instant time{};
  std::uint64_t hash = 0;  ///< The trace's rolling hash.
};

/// Where a volume's blocks are.
struct VolumePlace {
  std::string volume;  ///< Path: "east/vol1".
  sim::AreaId area;
  std::uint32_t block_bytes = 4096;
  std::uint64_t bytes = 0;
};

struct SinkOptions {
  std::string path = ":memory:";
  bool replace = false;  ///< An older run at the path may be replaced (atomically).
};

class PageFold;

class Sink {
 public:
  /// A checkpoint is due each time this many events have run, and at the end.
  static constexpr std::uint64_t events_per_checkpoint = std::uint64_t{1} << 18;

  /// Creates the database. The file is there, and writable, or an error tells why not.
  static std::expected<std::unique_ptr<Sink>, SinkError> open(const SinkOptions& options,
                                                              const RunInfo& run);
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  /// Leaves the file at the last checkpoint.
  ~Sink();

  /// The log of a disk, to be attached to its DiskContent; lives as long as the sink.
  HardenedLog& add_disk(std::string_view array, std::string_view disk);
  /// Names the volume of an area. Telling it again changes the entry.
  void add_volume(const HardenedLog& disk, const VolumePlace& place);
  /// Names a kind of trace event that is not one of sim's or the model's.
  void add_kind(const sim::TraceKind& kind);

  /// One transaction: everything hardened and every trace event kept since the last one.
  std::expected<void, SinkError> checkpoint(const sim::Trace& trace, const RunPosition& position);
  /// The last checkpoint: folds the whole log, so that the views show everything, and leaves one
  /// plain file without a WAL beside it.
  std::expected<void, SinkError> finish(const sim::Trace& trace, const RunPosition& position);

 private:
  struct Disk {
    HardenedLog log;
    std::string array;
    std::string name;
    std::vector<std::uint32_t> images;  ///< By area; 0 = none yet.
  };
  struct Statements;

  explicit Sink(const std::string& path);
  void write_checkpoint(const sim::Trace& trace, const RunPosition& position, bool last);
  void write_disks();
  void write_runs();
  void write_records();
  void write_trace(const sim::Trace& trace);
  std::uint32_t image_of(Disk& disk, std::uint64_t disk_id, sim::AreaId area);

  Database database_;
  bool in_memory_;
  std::unique_ptr<Statements> statements_;
  std::unique_ptr<PageFold> fold_;
  std::deque<Disk> disks_;
  struct Naming {
    std::size_t disk;
    VolumePlace place;
  };
  std::vector<Naming> namings_;  ///< Not yet written.
  std::vector<sim::TraceKind> kinds_;
  std::size_t disks_written_ = 0;
  std::uint32_t images_ = 0;
  std::size_t events_written_ = 0;
  std::uint32_t entities_written_ = 0;
  std::uint64_t checkpoints_ = 0;
  std::uint64_t log_rows_ = 0;
  std::uint64_t log_blocks_ = 0;  ///< Runs in the log, counted as one block at least.
};

}  // namespace replsim::store
