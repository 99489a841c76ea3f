// Folds the log of runs into page rows, inside the transaction of a checkpoint: the runs are cut at
// page borders and sorted by page, so that each page row is read and written once, in key order.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/store/database.h"
#include "model/store/packing.h"

namespace replsim::store {

class PageFold {
 public:
  explicit PageFold(Database& database);

  /// Everything in `log` goes into `page`; `log` is empty afterwards.
  void fold();
  /// Blocks that the pages hold.
  std::uint64_t blocks() const { return blocks_; }

 private:
  /// What a run does to one page.
  struct Piece {
    std::uint64_t key;
    std::uint64_t order;
    std::uint16_t first;  ///< Position in the page.
    std::uint16_t count;
    Stamp stamp;
  };

  std::vector<ImageRun> read_log();
  void drop_gone_images(std::vector<ImageRun>& runs);
  static std::vector<Piece> cut(const std::vector<ImageRun>& runs);
  std::optional<PageStamps> read_page(std::uint64_t key);
  void write_page(std::uint64_t key, bool present, const PageStamps& stamps);

  Database& database_;
  Statement select_log_;
  Statement delete_log_;
  Statement select_page_;
  Statement put_page_;
  Statement delete_page_;
  Statement sum_image_;
  Statement delete_image_;
  std::uint64_t blocks_ = 0;
};

}  // namespace replsim::store
