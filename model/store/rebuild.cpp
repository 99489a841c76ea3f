// Pages first, then what is still in the log, in order.
#include "model/store/rebuild.h"

#include <charconv>
#include <optional>
#include <string_view>

#include "model/store/database_file.h"
#include "model/store/packing.h"

namespace replsim::store {
namespace {

template <class T>
std::optional<T> parse(std::string_view text, int base) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

class Reader {
 public:
  Reader(const std::string& path, const RebuildLimits& limits)
      : database_(path, Database::Mode::Read), blocks_left_(limits.blocks) {}

  std::expected<RebuiltRun, SinkError> read() {
    database_.run("BEGIN");
    check_whole();
    read_info();
    read_position();
    read_disks();
    read_images();
    read_pages();
    read_log();
    read_records();
    if (!database_.ok()) return std::unexpected(*database_.error());
    for (const Place& place : places_) {
      if (place.gone) run_.disks[place.disk].images.erase(place.area);
    }
    return std::move(run_);
  }

 private:
  struct Place {
    std::size_t disk;
    sim::AreaId area;
    bool gone;
  };

  void damaged(std::string_view text) { database_.fail(SinkProblem::Damaged, text); }
  void check_whole() {
    Statement check(database_, "PRAGMA quick_check(1)");
    while (check.step()) {
      if (check.text(0) != "ok") damaged("the file is damaged");
    }
  }
  void read_info();
  void read_position();
  void read_disks();
  void read_images();
  void read_pages();
  void read_log();
  void read_records();
  BlockImage* image(std::uint64_t number);
  /// Counts blocks against the limit.
  bool spend(std::uint64_t blocks);

  Database database_;
  std::uint64_t blocks_left_;
  RebuiltRun run_;
  std::vector<Place> places_;  ///< By image number - 1.
};

void Reader::read_info() {
  Statement select(database_, "SELECT key, value FROM run");
  while (select.step()) {
    const std::string key = select.text(0);
    const std::string value = select.text(1);
    if (key == "scenario") run_.info.scenario = value;
    if (key == "scenario_text") run_.info.scenario_text = value;
    if (key == "options") run_.info.options = value;
    if (key == "build") run_.info.build = value;
    if (key == "finished") run_.finished = value == "1";
    if (key != "seed") continue;
    const auto seed = parse<std::uint64_t>(value, 10);
    if (!seed) damaged("the seed is not a number");
    run_.info.seed = seed.value_or(0);
  }
}

void Reader::read_position() {
  Statement select(database_,
                   "SELECT events, time_ns, hash FROM checkpoint ORDER BY number DESC LIMIT 1");
  while (select.step()) {
    const auto hash = parse<std::uint64_t>(select.text(2), 16);
    if (!hash) damaged("the hash is not a number");
    run_.position.events = static_cast<std::uint64_t>(select.integer(0));
    run_.position.time = sim::Instant{sim::Duration{select.integer(1)}};
    run_.position.hash = hash.value_or(0);
  }
}

void Reader::read_disks() {
  Statement select(database_, "SELECT id, array, name FROM disk ORDER BY id");
  while (select.step()) {
    run_.disks.push_back({select.text(1), select.text(2), {}, {}});
    if (select.integer(0) != static_cast<std::int64_t>(run_.disks.size())) {
      damaged("the disks are not numbered from 1");
      break;
    }
  }
}

void Reader::read_images() {
  Statement select(database_, "SELECT id, disk, area, gone FROM image ORDER BY id");
  while (select.step()) {
    const std::int64_t disk = select.integer(1);
    const std::int64_t area = select.integer(2);
    const bool fits = disk >= 1 && disk <= static_cast<std::int64_t>(run_.disks.size()) &&
                      area >= 0 && area <= UINT32_MAX;
    if (!fits || select.integer(0) != static_cast<std::int64_t>(places_.size() + 1)) {
      damaged("an image belongs to no disk");
      break;
    }
    const sim::AreaId id{static_cast<std::uint32_t>(area)};
    const auto index = static_cast<std::size_t>(disk - 1);
    places_.push_back({index, id, select.integer(3) != 0});
    run_.disks[index].images.try_emplace(id);
  }
}

BlockImage* Reader::image(std::uint64_t number) {
  if (number == 0 || number > places_.size()) {
    damaged("blocks belong to no image");
    return nullptr;
  }
  const Place& place = places_[number - 1];
  return &run_.disks[place.disk].images[place.area];
}

bool Reader::spend(std::uint64_t blocks) {
  if (blocks > blocks_left_) {
    damaged("it holds more blocks than can be read");
    return false;
  }
  blocks_left_ -= blocks;
  return true;
}

void Reader::read_pages() {
  Statement select(database_, "SELECT key, stamps FROM page ORDER BY key");
  while (select.step()) {
    const auto key = static_cast<std::uint64_t>(select.integer(0));
    const auto stamps = unpack_page(select.blob(1));
    BlockImage* target = image(key >> 40);
    if (!stamps) damaged("a page does not hold 256 blocks");
    if (!stamps || target == nullptr || !spend(256)) break;
    target->write((key & page_max) * 256, *stamps);
  }
}

void Reader::read_log() {
  Statement select(database_, "SELECT runs FROM log ORDER BY number");
  while (database_.ok() && select.step()) {
    const auto runs = unpack_runs(select.blob(0));
    if (!runs) {
      damaged("a row of the log does not hold whole runs");
      break;
    }
    for (const ImageRun& run : *runs) {
      BlockImage* target = image(run.image);
      if (target == nullptr) break;
      if (run.blocks == 0) {
        target->clear();
      } else {
        if (run.stamp != never_written && !spend(run.blocks)) break;
        target->write(run.lba, run.blocks, run.stamp);
      }
    }
  }
}

void Reader::read_records() {
  Statement select(database_, "SELECT disk, words FROM record");
  while (select.step()) {
    const std::int64_t disk = select.integer(0);
    const auto words = unpack_words(select.blob(1));
    const auto payload = words ? record_payload(*words) : std::nullopt;
    if (!payload || disk < 1 || disk > static_cast<std::int64_t>(run_.disks.size())) {
      damaged("a record is damaged");
      break;
    }
    run_.disks[static_cast<std::size_t>(disk - 1)].records[record_key(*words)] =
        RecordWords(payload->begin(), payload->end());
  }
}

}  // namespace

std::expected<RebuiltRun, SinkError> rebuild(const std::string& path, const RebuildLimits& limits) {
  const auto absent = path_is_free(path);
  if (!absent) return std::unexpected(absent.error());
  if (*absent) return std::unexpected(SinkError{SinkProblem::Missing, path + ": no such file"});
  return Reader(path, limits).read();
}

}  // namespace replsim::store
