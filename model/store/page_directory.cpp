// Open addressing with linear probing and Fibonacci hashing; at most three quarters full.
#include "model/store/page_directory.h"

#include <algorithm>
#include <utility>

namespace replsim::store {

PageDirectory::Entry& PageDirectory::place(std::uint64_t page) {
  std::size_t at = home(page);
  while (table_[at].size_class != nowhere) at = (at + 1) & (table_.size() - 1);
  return table_[at];
}

void PageDirectory::grow() {
  const std::size_t places = table_.empty() ? 8 : table_.size() * 2;
  std::vector<Entry> old = std::exchange(table_, std::vector<Entry>(places));
  shift_ = 64;
  for (std::size_t n = places; n > 1; n /= 2) --shift_;
  for (const Entry& entry : old) {
    if (entry.size_class != nowhere) place(entry.page) = entry;
  }
}

PageDirectory::Entry& PageDirectory::insert(std::uint64_t page, std::uint8_t size_class,
                                            std::uint32_t slot) {
  if ((size_ + 1) * 4 > table_.size() * 3) grow();
  Entry& entry = place(page);
  entry = Entry{page, slot, 0, size_class};
  ++size_;
  if (order_built_) order_.push_back(page);
  return entry;
}

std::span<const std::uint64_t> PageDirectory::ordered() const {
  if (!order_built_) {
    order_.clear();
    order_.reserve(size_);
    for (const Entry& entry : table_) {
      if (entry.size_class != nowhere) order_.push_back(entry.page);
    }
    order_sorted_ = 0;
    order_built_ = true;
  }
  if (order_sorted_ != order_.size()) {
    const auto middle = order_.begin() + static_cast<std::ptrdiff_t>(order_sorted_);
    std::sort(middle, order_.end());
    if (order_sorted_ != 0) {
      std::vector<std::uint64_t> merged(order_.size());
      std::merge(order_.begin(), middle, middle, order_.end(), merged.begin());
      order_ = std::move(merged);
    }
    order_sorted_ = order_.size();
  }
  return order_;
}

void PageDirectory::clear() {
  *this = PageDirectory{};
}

}  // namespace replsim::store
