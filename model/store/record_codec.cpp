// Packing of texts and lists.
#include "model/store/record_codec.h"

namespace replsim::store {

WordWriter& WordWriter::text(std::string_view text) {
  words_.push_back(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 8 == 0) words_.push_back(0);
    words_.back() |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(text[i])) << (i % 8 * 8);
  }
  return *this;
}

WordWriter& WordWriter::numbers(std::span<const std::uint64_t> numbers) {
  words_.push_back(numbers.size());
  words_.insert(words_.end(), numbers.begin(), numbers.end());
  return *this;
}

std::optional<std::uint64_t> WordReader::next() {
  if (rest_.empty()) {
    failed_ = true;
    return std::nullopt;
  }
  const std::uint64_t word = rest_.front();
  rest_ = rest_.subspan(1);
  return word;
}

std::string WordReader::text() {
  const std::uint64_t bytes = next().value_or(0);
  if (bytes > rest_.size() * 8) return fail<std::string>();
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) {
    text[i] = static_cast<char>(rest_[i / 8] >> (i % 8 * 8) & 0xFF);
  }
  rest_ = rest_.subspan((bytes + 7) / 8);
  return text;
}

std::vector<std::uint64_t> WordReader::numbers() {
  const std::uint64_t count = next().value_or(0);
  if (count > rest_.size()) return fail<std::vector<std::uint64_t>>();
  std::vector<std::uint64_t> numbers(rest_.begin(),
                                     rest_.begin() + static_cast<std::ptrdiff_t>(count));
  rest_ = rest_.subspan(count);
  return numbers;
}

}  // namespace replsim::store
