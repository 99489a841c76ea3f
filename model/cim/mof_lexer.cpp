// The lexer. Strings may not run over a line; `\x` takes one to four hexadecimal digits and gives
// UTF-8; all other bytes from 0x80 up pass through inside strings.
#include "model/cim/mof_lexer.h"

#include "model/cim/characters.h"

namespace replsim::cim {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}
bool starts_number(char c) {
  return is_digit(c) || c == '+' || c == '-' || c == '.';
}

int hexadecimal_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&out](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0U | code >> 6U);
    byte(0x80U | (code & 0x3FU));
  } else {
    byte(0xE0U | code >> 12U);
    byte(0x80U | (code >> 6U & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  }
}

std::string shown(char c) {
  if (c > ' ' && c < '\x7f') return std::string("'") + c + "'";
  constexpr std::string_view digits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(c);
  return std::string("byte 0x") + digits[value >> 4U] + digits[value & 15U];
}

}  // namespace

char MofLexer::peek(std::size_t ahead) const {
  return place_ + ahead < text_.size() ? text_[place_ + ahead] : '\0';
}

char MofLexer::take() {
  const char c = text_[place_++];
  if (c == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
  return c;
}

EmbeddedError MofLexer::error_at(const MofToken& token, std::string text) const {
  return {EmbeddedErrorKind::Syntax, token.line, token.column, std::move(text)};
}

std::expected<bool, EmbeddedError> MofLexer::skip_blank() {
  while (!at_end()) {
    if (is_blank(peek())) {
      take();
    } else if (peek() == '/' && peek(1) == '/') {
      while (!at_end() && peek() != '\n') take();
    } else if (peek() == '/' && peek(1) == '*') {
      const MofToken start{MofTokenKind::Punctuation, {}, line_, column_};
      take();
      take();
      while (!at_end() && !(peek() == '*' && peek(1) == '/')) take();
      if (at_end()) return std::unexpected(error_at(start, "comment without its end"));
      take();
      take();
    } else {
      break;
    }
  }
  return true;
}

bool MofLexer::hexadecimal_escape(std::string& out) {
  unsigned code = 0;
  int digits = 0;
  while (digits < 4 && !at_end() && hexadecimal_digit(peek()) >= 0) {
    code = code * 16 + static_cast<unsigned>(hexadecimal_digit(take()));
    ++digits;
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (digits == 0 || surrogate) return false;
  append_utf8(out, code);
  return true;
}

bool MofLexer::escape(std::string& out) {
  if (at_end()) return false;
  switch (take()) {
    case 'b': out += '\b'; return true;
    case 't': out += '\t'; return true;
    case 'n': out += '\n'; return true;
    case 'f': out += '\f'; return true;
    case 'r': out += '\r'; return true;
    case '"': out += '"'; return true;
    case '\'': out += '\''; return true;
    case '\\': out += '\\'; return true;
    case 'x':
    case 'X': return hexadecimal_escape(out);
  }
  return false;
}

std::expected<MofToken, EmbeddedError> MofLexer::string_token(MofToken token) {
  token.kind = MofTokenKind::String;
  take();
  while (!at_end() && peek() != '\n') {
    MofToken here{MofTokenKind::String, {}, line_, column_};
    const char c = take();
    if (c == '"') return token;
    if (c != '\\') {
      token.text += c;
    } else if (!escape(token.text)) {
      return std::unexpected(error_at(here, "unknown escape in a string"));
    }
  }
  return std::unexpected(error_at(token, "string without its closing quote"));
}

std::expected<MofToken, EmbeddedError> MofLexer::next() {
  if (const auto skipped = skip_blank(); !skipped) return std::unexpected(skipped.error());
  MofToken token{MofTokenKind::End, {}, line_, column_};
  if (at_end()) return token;
  const char first = peek();
  if (first == '"') return string_token(std::move(token));
  if (is_letter(first)) {
    token.kind = MofTokenKind::Identifier;
    while (!at_end() && (is_letter(peek()) || is_digit(peek()))) token.text += take();
    return token;
  }
  if (starts_number(first)) {
    token.kind = MofTokenKind::Number;
    token.text += take();
    while (!at_end() && (is_letter(peek()) || is_digit(peek()) || peek() == '.')) {
      token.text += take();
    }
    return token;
  }
  constexpr std::string_view punctuation = "{}=,;";
  if (punctuation.find(first) == std::string_view::npos) {
    return std::unexpected(error_at(token, "unexpected " + shown(first)));
  }
  token.kind = MofTokenKind::Punctuation;
  token.text = take();
  return token;
}

}  // namespace replsim::cim
