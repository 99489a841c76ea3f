// Keeps the words of records small when the same records are written again and again.
#include "model/store/hardened_log.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "model/store/record.h"

namespace replsim::store {

void HardenedLog::record(std::span<const std::uint64_t> encoded) {
  if (record_words_.size() >= compact_at_) drop_outdated_records();
  record_words_.push_back(encoded.size());
  record_words_.insert(record_words_.end(), encoded.begin(), encoded.end());
}

void HardenedLog::drop_outdated_records() {
  struct Place {
    RecordKey key;
    std::size_t at;
  };
  const auto words_at = [this](std::size_t at) {
    return std::span(record_words_).subspan(at + 1, record_words_[at]);
  };
  std::vector<Place> places;
  for (std::size_t at = 0; at < record_words_.size(); at += 1 + record_words_[at]) {
    places.push_back({record_key(words_at(at)), at});
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.key, a.at) < std::tie(b.key, b.at);
  });
  std::vector<std::uint64_t> latest;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i + 1 < places.size() && places[i + 1].key == places[i].key) continue;
    const auto words = words_at(places[i].at);
    latest.push_back(words.size());
    latest.insert(latest.end(), words.begin(), words.end());
  }
  record_words_ = std::move(latest);
  compact_at_ = std::max(compact_at_, record_words_.size() * 2);
}

}  // namespace replsim::store
