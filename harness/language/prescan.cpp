// The raw text checks. The line scanner keeps just enough state to know quotes, flow brackets
// and block texts apart; what it misjudges is caught by the reader's own limits.
#include "harness/language/prescan.h"

#include <algorithm>
#include <string>
#include <vector>

namespace replsim::harness {
namespace {

/// Length of the UTF-8 sequence at `at`, or 0 when it is malformed.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  const unsigned char second = byte(at + 1);
  if (lead == 0xE0 && second < 0xA0) return 0;   // overlong
  if (lead == 0xED && second >= 0xA0) return 0;  // surrogates
  if (lead == 0xF0 && second < 0x90) return 0;   // overlong
  if (lead == 0xF4 && second >= 0x90) return 0;  // beyond U+10FFFF
  return length;
}

bool is_control(unsigned char c) {
  return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
}

/// False when the bytes are no text at all.
bool check_bytes(const std::shared_ptr<const SourceFile>& file, Report& report) {
  const std::string& text = file->text;
  std::uint32_t line = 1;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    const auto c = static_cast<unsigned char>(text[i]);
    const bool lone_return = c == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n');
    if (length == 0 || is_control(c) || lone_return) {
      // Only the line is sure: characters of a line that is no text cannot be counted.
      report.add("not-text", {file, line, 1},
                 length == 0 ? "the file is no UTF-8 text"
                             : "the file has a control character; it is no text");
      return false;
    }
    if (c == '\n') ++line;
    i += length;
  }
  return true;
}

class LineScanner {
 public:
  LineScanner(const std::shared_ptr<const SourceFile>& file, Report& report)
      : file_(file), places_(file), report_(report) {}

  /// False when nested too deep.
  bool scan() {
    for (std::uint32_t number = 1; number <= file_->line_starts.size(); ++number)
      if (!scan_line(file_->line(number), number)) return false;
    if (quote_ != 0)
      report_.add("yaml-syntax", quote_at_, "a quote that is never closed");
    else if (!open_.empty())
      report_.add("yaml-syntax", open_.back(), "a bracket that is never closed");
    return true;
  }

 private:
  Location at(std::uint32_t line, std::size_t column) {
    return places_.place(static_cast<int>(line) - 1, static_cast<int>(column));
  }

  bool scan_line(std::string_view line, std::uint32_t number) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    if (in_block_ && (indent == line.size() || indent > block_indent_)) return true;
    in_block_ = false;
    const std::size_t end = scan_characters(line, number);
    if (end == std::string_view::npos) return false;
    if (quote_ == 0 && open_.empty()) note_block(line.substr(0, end));
    return true;
  }

  /// Where the content of the line ends (a comment or the line's end); npos when too deep.
  std::size_t scan_characters(std::string_view line, std::uint32_t number) {
    bool token_start = true;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote_ != 0) {
        if (c == '\\' && quote_ == '"') {
          ++i;
        } else if (c == quote_) {
          if (c == '\'' && i + 1 < line.size() && line[i + 1] == '\'') {
            ++i;
          } else {
            quote_ = 0;
            token_start = false;
          }
        }
        continue;
      }
      if (c == ' ' || c == '\t') continue;
      if (c == '#' && (i == 0 || line[i - 1] == ' ')) {
        if (i >= 2 && line[i - 1] == ' ' && line[i - 2] != ' ')
          report_.add("lost-comment", at(number, i),
                      "a comment after a value needs two spaces before `#`",
                      "quote the value if the # belongs to it");
        return i;
      }
      if ((c == '"' || c == '\'') && token_start) {
        quote_ = c;
        quote_at_ = at(number, i);
        continue;
      }
      if ((c == '[' || c == '{') && (token_start || !open_.empty())) {
        open_.push_back(at(number, i));
        if (open_.size() > depth_max) {
          report_.add("too-deep", at(number, i), "nested deeper than 32");
          return std::string_view::npos;
        }
        token_start = true;
        continue;
      }
      if ((c == ']' || c == '}') && !open_.empty()) open_.pop_back();
      const bool separator = c == ':' || c == '-' || c == '?';
      const bool spaced = i + 1 >= line.size() || line[i + 1] == ' ';
      token_start =
          (separator && (spaced || (c == ':' && !open_.empty()))) || (c == ',' && !open_.empty());
    }
    return line.size();
  }

  /// Remembers that a line ends in `|` or `>`: a block text follows.
  void note_block(std::string_view line) {
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    std::size_t mark = line.size();
    while (mark > 0 && std::string_view("+-123456789").find(line[mark - 1]) != line.npos) --mark;
    if (mark < 2 || (line[mark - 1] != '|' && line[mark - 1] != '>')) return;
    if (line[mark - 2] != ' ') return;
    std::size_t column = std::min(line.find_first_not_of(' '), line.size());
    while (column + 1 < line.size() && line[column] == '-' && line[column + 1] == ' ') {
      const std::size_t next = std::min(line.find_first_not_of(' ', column + 1), line.size());
      if (next + 1 >= mark) break;
      column = next;
    }
    in_block_ = true;
    block_indent_ = column;
  }

  const std::shared_ptr<const SourceFile>& file_;
  PlaceCounter places_;
  Report& report_;
  char quote_ = 0;
  Location quote_at_;
  std::vector<Location> open_;  ///< Flow brackets not closed yet.
  bool in_block_ = false;
  std::size_t block_indent_ = 0;
};

void check_tabs(const std::shared_ptr<const SourceFile>& file, Report& report) {
  for (std::uint32_t number = 1; number <= file->line_starts.size(); ++number) {
    const std::size_t found = file->line(number).find('\t');
    if (found != std::string_view::npos)
      report.add("tab", place_of(file, static_cast<int>(number) - 1, static_cast<int>(found)),
                 "a tab", "use spaces");
  }
}

}  // namespace

Location PlaceCounter::place(int line, int byte_column) {
  const std::uint32_t number = static_cast<std::uint32_t>(std::max(line, 0)) + 1;
  const std::string_view text = file_->line(number);
  const std::size_t end = std::min(static_cast<std::size_t>(std::max(byte_column, 0)), text.size());
  if (number != line_) {
    line_ = number;
    bytes_ = 0;
    column_ = 1;
  }
  const auto begins = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
  };
  while (bytes_ < end)
    if (begins(bytes_++)) ++column_;
  while (bytes_ > end)
    if (begins(--bytes_)) --column_;
  return {file_, number, column_};
}

Location place_of(const std::shared_ptr<const SourceFile>& file, int line, int byte_column) {
  return PlaceCounter(file).place(line, byte_column);
}

Location place_of(const std::shared_ptr<const SourceFile>& file, std::size_t offset) {
  const auto& starts = file->line_starts;
  const auto after = std::ranges::upper_bound(starts, offset);
  const auto line = after - starts.begin() - 1;
  const std::size_t start = starts[static_cast<std::size_t>(line)];
  return place_of(file, static_cast<int>(line), static_cast<int>(offset - start));
}

bool prescan(const std::shared_ptr<const SourceFile>& file, Report& report) {
  if (file->text.size() > text_bytes_max) {
    report.add("too-large", {file, 1, 1}, "the file has more than 1 MiB");
    return false;
  }
  if (!check_bytes(file, report)) return false;
  const std::size_t before = report.errors();
  check_tabs(file, report);
  LineScanner scanner(file, report);
  return scanner.scan() && report.errors() == before;
}

}  // namespace replsim::harness
