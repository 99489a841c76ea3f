// From runs to pages.
#include "model/store/page_fold.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace replsim::store {
namespace {

std::uint64_t written(const PageStamps& stamps) {
  const auto empty = std::count(stamps.begin(), stamps.end(), never_written);
  return stamps.size() - static_cast<std::size_t>(empty);
}

}  // namespace

PageFold::PageFold(Database& database)
    : database_(database),
      select_log_(database, "SELECT runs FROM log ORDER BY number"),
      delete_log_(database, "DELETE FROM log"),
      select_page_(database, "SELECT stamps FROM page WHERE key = ?1"),
      put_page_(database, "INSERT OR REPLACE INTO page VALUES(?1, ?2, ?3)"),
      delete_page_(database, "DELETE FROM page WHERE key = ?1"),
      sum_image_(database,
                 "SELECT coalesce(sum(written), 0) FROM page WHERE key >= ?1 AND key < ?2"),
      delete_image_(database, "DELETE FROM page WHERE key >= ?1 AND key < ?2") {}

std::vector<ImageRun> PageFold::read_log() {
  std::vector<ImageRun> all;
  while (select_log_.step()) {
    const auto runs = unpack_runs(select_log_.blob(0));
    if (!runs) {
      database_.fail(SinkProblem::Damaged, "a row of the log does not hold whole runs");
      break;
    }
    all.insert(all.end(), runs->begin(), runs->end());
  }
  return all;
}

void PageFold::drop_gone_images(std::vector<ImageRun>& runs) {
  std::map<std::uint32_t, std::size_t> gone;  // image -> first run that counts
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].blocks == 0) gone[runs[i].image] = i + 1;
  }
  if (gone.empty()) return;
  for (const auto& [image, first] : gone) {
    const std::uint64_t begin = page_key(image, 0);
    const std::uint64_t end = page_key(image + 1, 0);
    sum_image_.bind(1, begin).bind(2, end);
    while (sum_image_.step()) blocks_ -= static_cast<std::uint64_t>(sum_image_.integer(0));
    delete_image_.bind(1, begin).bind(2, end).execute();
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto found = gone.find(runs[i].image);
    if (found == gone.end() || i >= found->second) runs[kept++] = runs[i];
  }
  runs.resize(kept);
}

std::vector<PageFold::Piece> PageFold::cut(const std::vector<ImageRun>& runs) {
  std::vector<Piece> pieces;
  pieces.reserve(runs.size());
  for (std::size_t order = 0; order < runs.size(); ++order) {
    const ImageRun& run = runs[order];
    const std::uint64_t end = run.lba + run.blocks;
    for (std::uint64_t lba = run.lba; lba < end;) {
      const std::uint64_t first = lba % 256;
      const std::uint64_t count = std::min(256 - first, end - lba);
      pieces.push_back({page_key(run.image, lba / 256), order, static_cast<std::uint16_t>(first),
                        static_cast<std::uint16_t>(count), run.stamp});
      lba += count;
    }
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return std::tie(a.key, a.order) < std::tie(b.key, b.order);
  });
  return pieces;
}

std::optional<PageStamps> PageFold::read_page(std::uint64_t key) {
  std::optional<PageStamps> stamps;
  select_page_.bind(1, key);
  while (select_page_.step()) {
    stamps = unpack_page(select_page_.blob(0));
    if (!stamps) database_.fail(SinkProblem::Damaged, "a page does not hold 256 blocks");
  }
  return stamps;
}

void PageFold::write_page(std::uint64_t key, bool present, const PageStamps& stamps) {
  const std::uint64_t count = written(stamps);
  blocks_ += count;
  if (count == 0) {
    if (present) delete_page_.bind(1, key).execute();
    return;
  }
  const Bytes bytes = pack_page(stamps);
  put_page_.bind(1, key).bind(2, count).bind(3, std::span(bytes)).execute();
}

void PageFold::fold() {
  std::vector<ImageRun> runs = read_log();
  drop_gone_images(runs);
  const std::vector<Piece> pieces = cut(runs);
  for (std::size_t i = 0; i < pieces.size() && database_.ok();) {
    const std::uint64_t key = pieces[i].key;
    const std::optional<PageStamps> before = read_page(key);
    PageStamps stamps = before.value_or(PageStamps{});
    blocks_ -= written(stamps);
    for (; i < pieces.size() && pieces[i].key == key; ++i) {
      std::fill_n(stamps.begin() + pieces[i].first, pieces[i].count, pieces[i].stamp);
    }
    write_page(key, before.has_value(), stamps);
  }
  delete_log_.execute();
}

}  // namespace replsim::store
