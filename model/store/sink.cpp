// Writes checkpoints: what the disks hardened, and what the trace kept.
#include "model/store/sink.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/store/database_file.h"
#include "model/store/packing.h"
#include "model/store/page_fold.h"
#include "model/store/record.h"
#include "model/store/sink_schema.h"
#include "model/trace/events.h"
#include "sim/check.h"
#include "sim/trace_kinds.h"

namespace replsim::store {
namespace {

constexpr std::size_t runs_per_row = 4096;
constexpr std::uint64_t fold_from = std::uint64_t{1} << 18;

std::string hex_of(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

void write_run_info(Database& database, const RunInfo& run) {
  Statement put(database, "INSERT OR REPLACE INTO run VALUES(?1, ?2)");
  const auto text = [&put](std::string_view key, std::string_view value) {
    put.bind(1, key).bind(2, value).execute();
  };
  text("scenario", run.scenario);
  text("scenario_text", run.scenario_text);
  text("seed", std::to_string(run.seed));
  text("options", run.options);
  text("build", run.build);
  text("finished", "0");
}

constexpr std::array model_kinds{
    &trace::state_change,    &trace::endpoint_born, &trace::endpoint_gone, &trace::job_change,
    &trace::property_change, &trace::indication,    &trace::call_received, &trace::call_answered,
    &trace::host_write,      &trace::host_ack,      &trace::host_read,     &trace::copied,
    &trace::generation,      &trace::full_copy,     &trace::cut,           &trace::peer,
    &trace::fence,           &trace::volume,        &trace::pool,          &trace::journal_full,
    &trace::pool_full};

/// The highest entity that an event names.
std::uint32_t last_entity(const sim::TraceEvent& event) {
  std::uint64_t last = event.entity.value;
  if (event.kind == trace::endpoint_born.number) last = std::max(last, event.c);
  if (event.kind == trace::job_change.number) last = std::max(last, event.c & UINT32_MAX);
  return static_cast<std::uint32_t>(last);
}

}  // namespace

struct Sink::Statements {
  explicit Statements(Database& d)
      : disk(d, "INSERT INTO disk VALUES(?1, ?2, ?3)"),
        image(d, "INSERT INTO image(id, disk, area) VALUES(?1, ?2, ?3)"),
        volume(d, "UPDATE image SET volume = ?2, block_bytes = ?3, bytes = ?4 WHERE id = ?1"),
        gone(d, "UPDATE image SET gone = 1 WHERE id = ?1"),
        log(d, "INSERT INTO log VALUES(?1, ?2)"),
        put_record(d,
                   "INSERT INTO record VALUES(?1, ?2, ?3, ?4, ?5) "
                   "ON CONFLICT(disk, kind, owner, idx) DO UPDATE SET words = excluded.words"),
        delete_record(
            d, "DELETE FROM record WHERE disk = ?1 AND kind = ?2 AND owner = ?3 AND idx = ?4"),
        entity(d, "INSERT INTO entity VALUES(?1, ?2)"),
        kind(d, "INSERT OR REPLACE INTO event_kind VALUES(?1, ?2, ?3, ?4, ?5)"),
        event(d, "INSERT INTO event VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
        checkpoint(d, "INSERT INTO checkpoint VALUES(?1, ?2, ?3, ?4)"),
        finished(d, "UPDATE run SET value = '1' WHERE key = 'finished'") {}
  Statement disk, image, volume, gone, log, put_record, delete_record;
  Statement entity, kind, event, checkpoint, finished;
};

std::expected<std::unique_ptr<Sink>, SinkError> Sink::open(const SinkOptions& options,
                                                           const RunInfo& run) {
  const auto fill = [&run](Database& database) {
    create_schema(database);
    write_run_info(database, run);
  };
  const bool in_memory = options.path == ":memory:";
  if (!in_memory) {
    const auto made = make_database_file(options.path, options.replace, fill);
    if (!made) return std::unexpected(made.error());
  }
  std::unique_ptr<Sink> sink(new Sink(options.path));
  if (in_memory) {
    fill(sink->database_);
  } else {
    sink->database_.run(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -65536");
  }
  sink->statements_ = std::make_unique<Statements>(sink->database_);
  sink->fold_ = std::make_unique<PageFold>(sink->database_);
  if (!sink->database_.ok()) return std::unexpected(*sink->database_.error());
  for (const sim::TraceKind* kind : sim::kind::all) sink->add_kind(*kind);
  for (const sim::TraceKind* kind : model_kinds) sink->add_kind(*kind);
  return sink;
}

Sink::Sink(const std::string& path)
    : database_(path, path == ":memory:" ? Database::Mode::Create : Database::Mode::Write),
      in_memory_(path == ":memory:") {}

Sink::~Sink() = default;

HardenedLog& Sink::add_disk(std::string_view array, std::string_view disk) {
  Disk& added = disks_.emplace_back();
  added.array = array;
  added.name = disk;
  return added.log;
}

void Sink::add_volume(const HardenedLog& disk, const VolumePlace& place) {
  for (std::size_t i = 0; i < disks_.size(); ++i) {
    if (&disks_[i].log == &disk) namings_.push_back({i, place});
  }
}

void Sink::add_kind(const sim::TraceKind& kind) {
  kinds_.push_back(kind);
}

std::expected<void, SinkError> Sink::checkpoint(const sim::Trace& trace,
                                                const RunPosition& position) {
  write_checkpoint(trace, position, false);
  if (!database_.ok()) return std::unexpected(*database_.error());
  return {};
}

std::expected<void, SinkError> Sink::finish(const sim::Trace& trace, const RunPosition& position) {
  write_checkpoint(trace, position, true);
  if (!in_memory_) {
    statements_.reset();  // no statement may be open when the journal's mode changes
    fold_.reset();
    database_.attempt("PRAGMA journal_mode = DELETE");  // fails while somebody reads: no matter
  }
  if (!database_.ok()) return std::unexpected(*database_.error());
  return {};
}

void Sink::write_checkpoint(const sim::Trace& trace, const RunPosition& position, bool last) {
  REPLSIM_CHECK(statements_ != nullptr, check_value(checkpoints_));
  database_.begin();
  write_disks();
  write_runs();
  write_records();
  write_trace(trace);
  const std::string hash = hex_of(position.hash);
  statements_->checkpoint.bind(1, ++checkpoints_)
      .bind(2, position.events)
      .bind(3, std::int64_t{sim::ns(position.time)})
      .bind(4, std::string_view(hash))
      .execute();
  if (last || log_blocks_ > std::max(fold_from, fold_->blocks() / 2)) {
    fold_->fold();
    log_blocks_ = 0;
  }
  if (last) statements_->finished.execute();
  if (!database_.end()) return;
  for (Disk& disk : disks_) disk.log.clear();
}

std::uint32_t Sink::image_of(Disk& disk, std::uint64_t disk_id, sim::AreaId area) {
  if (disk.images.size() <= area.value) disk.images.resize(area.value + 1);
  std::uint32_t& image = disk.images[area.value];
  if (image == 0) {
    REPLSIM_CHECK(images_ < image_max, check_value(images_));
    image = ++images_;
    statements_->image.bind(1, image).bind(2, disk_id).bind(3, area.value).execute();
  }
  return image;
}

void Sink::write_disks() {
  for (; disks_written_ < disks_.size(); ++disks_written_) {
    const Disk& disk = disks_[disks_written_];
    statements_->disk.bind(1, std::uint64_t{disks_written_ + 1})
        .bind(2, std::string_view(disk.array))
        .bind(3, std::string_view(disk.name))
        .execute();
  }
  for (const Naming& naming : namings_) {
    const VolumePlace& place = naming.place;
    const std::uint32_t image = image_of(disks_[naming.disk], naming.disk + 1, place.area);
    statements_->volume.bind(1, image)
        .bind(2, std::string_view(place.volume))
        .bind(3, place.block_bytes)
        .bind(4, place.bytes)
        .execute();
  }
  namings_.clear();
}

void Sink::write_runs() {
  Bytes bytes;
  std::size_t packed = 0;
  const auto write_row = [&] {
    if (packed != 0) statements_->log.bind(1, ++log_rows_).bind(2, std::span(bytes)).execute();
    bytes.clear();
    packed = 0;
  };
  for (std::size_t i = 0; i < disks_.size(); ++i) {
    for (const HardenedRun& run : disks_[i].log.runs()) {
      REPLSIM_CHECK(run.lba < lba_end && run.blocks <= lba_end - run.lba, check_value(run.lba));
      const std::uint32_t image = image_of(disks_[i], i + 1, run.area);
      if (run.blocks == 0) statements_->gone.bind(1, image).execute();
      pack_run({image, run.lba, run.blocks, run.stamp}, bytes);
      log_blocks_ += std::max<std::uint64_t>(run.blocks, 1);
      if (++packed == runs_per_row) write_row();
    }
  }
  write_row();
}

void Sink::write_records() {
  for (std::size_t i = 0; i < disks_.size(); ++i) {
    HardenedLog& log = disks_[i].log;
    log.drop_outdated_records();
    const std::span<const std::uint64_t> all(log.record_words());
    for (std::size_t at = 0; at < all.size(); at += 1 + all[at]) {
      const auto encoded = all.subspan(at + 1, all[at]);
      const RecordKey key = record_key(encoded);
      const bool erased = record_is_erasure(encoded);
      Statement& statement = erased ? statements_->delete_record : statements_->put_record;
      const Bytes bytes = erased ? Bytes{} : pack_words(encoded);
      statement.bind(1, std::uint64_t{i + 1}).bind(2, std::uint32_t{key.kind});
      statement.bind(3, key.owner).bind(4, key.index);
      if (!erased) statement.bind(5, std::span(bytes));
      statement.execute();
    }
  }
}

void Sink::write_trace(const sim::Trace& trace) {
  for (const sim::TraceKind& kind : kinds_) {
    statements_->kind.bind(1, std::uint32_t{kind.number}).bind(2, kind.name);
    for (int i = 0; i < 3; ++i) {
      statements_->kind.bind(3 + i, kind.fields[static_cast<std::size_t>(i)]);
    }
    statements_->kind.execute();
  }
  kinds_.clear();
  const std::vector<sim::TraceEvent>& kept = trace.kept();
  for (; events_written_ < kept.size(); ++events_written_) {
    const sim::TraceEvent& event = kept[events_written_];
    for (; entities_written_ <= last_entity(event); ++entities_written_) {
      const std::string& name = trace.name({entities_written_});
      statements_->entity.bind(1, entities_written_).bind(2, std::string_view(name)).execute();
    }
    statements_->event.bind(1, std::uint64_t{events_written_ + 1})
        .bind(2, std::int64_t{sim::ns(event.time)})
        .bind(3, std::uint32_t{event.kind})
        .bind(4, event.entity.value)
        .bind(5, event.cause)
        .bind(6, event.a)
        .bind(7, event.b)
        .bind(8, event.c)
        .execute();
  }
}

}  // namespace replsim::store
