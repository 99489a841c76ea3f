// Words of MOF text, one at a time, with their places. Comments and white space are skipped.
// Source: DSP0004 annex A, lexical rules.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "model/cim/mof_instance.h"

namespace replsim::cim {

enum class MofTokenKind : std::uint8_t { End, Identifier, Number, String, Punctuation };

struct MofToken {
  MofTokenKind kind = MofTokenKind::End;
  std::string text;  ///< The word; of a string its value with escapes resolved.
  int line = 1;
  int column = 1;
};

/// Reads token by token; the text must outlive it.
class MofLexer final {
 public:
  explicit MofLexer(std::string_view text) : text_(text) {}
  /// The next token; End again and again after the last one.
  std::expected<MofToken, EmbeddedError> next();

 private:
  bool at_end() const { return place_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const;
  char take();
  std::expected<bool, EmbeddedError> skip_blank();
  std::expected<MofToken, EmbeddedError> string_token(MofToken token);
  bool escape(std::string& out);
  bool hexadecimal_escape(std::string& out);
  EmbeddedError error_at(const MofToken& token, std::string text) const;

  std::string_view text_;
  std::size_t place_ = 0;
  int line_ = 1;
  int column_ = 1;
};

}  // namespace replsim::cim
