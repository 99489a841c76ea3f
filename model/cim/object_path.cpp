// Reading of instance paths, character by character.
#include "model/cim/object_path.h"

#include <algorithm>

#include "model/cim/characters.h"

namespace replsim::cim {
namespace {

bool is_name_character(char c) {
  return is_letter(c) || is_digit(c);
}

class Reader final {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<std::string> identifier() {
    if (rest_.empty() || !is_letter(rest_.front())) return std::nullopt;
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_character);
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    std::string out(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return out;
  }

  std::optional<std::string> quoted() {
    if (!skip('"')) return std::nullopt;
    std::string out;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return out;
      if (c == '\\') {
        if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\\')) return std::nullopt;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      out += c;
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

bool has_key(const ObjectPath& path, std::string_view key) {
  return std::any_of(path.keys.begin(), path.keys.end(),
                     [key](const auto& pair) { return pair.first == key; });
}

}  // namespace

std::optional<ObjectPath> parse_object_path(std::string_view text) {
  Reader reader(text);
  auto class_name = reader.identifier();
  if (!class_name) return std::nullopt;
  ObjectPath path{std::move(*class_name), {}};
  for (char separator = '.'; !reader.at_end(); separator = ',') {
    if (!reader.skip(separator)) return std::nullopt;
    auto key = reader.identifier();
    if (!key || has_key(path, *key) || !reader.skip('=')) return std::nullopt;
    auto value = reader.quoted();
    if (!value) return std::nullopt;
    path.keys.emplace_back(std::move(*key), std::move(*value));
  }
  return path;
}

}  // namespace replsim::cim
