// Splitting a text into lines, and places as text.
#include "harness/language/source.h"

#include <fmt/core.h>

namespace replsim::harness {

std::string_view SourceFile::line(std::uint32_t number) const {
  if (number == 0 || number > line_starts.size()) return {};
  const std::size_t begin = line_starts[number - 1];
  const std::size_t end = number < line_starts.size() ? line_starts[number] : text.size();
  std::string_view result = std::string_view(text).substr(begin, end - begin);
  while (!result.empty() && (result.back() == '\n' || result.back() == '\r'))
    result.remove_suffix(1);
  return result;
}

std::shared_ptr<const SourceFile> make_source_file(std::string path, std::string text) {
  auto file = std::make_shared<SourceFile>();
  file->path = std::move(path);
  file->text = std::move(text);
  file->line_starts.push_back(0);
  for (std::size_t i = 0; i < file->text.size(); ++i)
    if (file->text[i] == '\n' && i + 1 < file->text.size()) file->line_starts.push_back(i + 1);
  return file;
}

std::string_view Location::path() const {
  return file ? std::string_view(file->path) : std::string_view();
}

std::string Location::text() const {
  return fmt::format("{}:{}:{}", path(), line, column);
}

}  // namespace replsim::harness
