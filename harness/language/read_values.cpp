// Scalars by type.
#include <fmt/core.h>

#include <algorithm>

#include "harness/language/fields.h"

namespace replsim::harness {
namespace {

void report_value(Context& context, const Node& at, const ValueError& error) {
  context.report.add(error.code, at.location, error.text, error.hint);
}

/// Reads a plain scalar by a parser of quantity.h.
template <typename T>
std::optional<T> read_plain(Context& context, Cursor at, std::string_view wanted,
                            Parsed<T> (*parse)(std::string_view)) {
  const Node* node = read_scalar(context, at, wanted);
  if (node == nullptr) return std::nullopt;
  if (node->quoted) {
    report_type(context, *node, wanted, "a quoted value is text; leave the quotes out");
    return std::nullopt;
  }
  const Parsed<T> value = parse(node->text);
  if (value) return *value;
  report_value(context, *node, value.error());
  return std::nullopt;
}

}  // namespace

void report_type(Context& context, const Node& at, std::string_view wanted, std::string hint) {
  if (at.is_null()) {
    if (at.quoted) return;
    context.report.add("null-value", at.location, "null is only for `raw`", std::move(hint));
    return;
  }
  const std::string seen =
      at.is_scalar() ? fmt::format("`{}`", flow_text(at)) : std::string(describe(at));
  context.report.add("wrong-type", at.location, fmt::format("{} where {} belongs", seen, wanted),
                     std::move(hint));
}

const Node* read_scalar(Context& context, Cursor& at, std::string_view wanted) {
  at = follow(context, at);
  if (at.node == nullptr) return nullptr;
  if (!at.node->is_scalar()) {
    report_type(context, *at.node, wanted);
    return nullptr;
  }
  const auto name = reference_name(*at.node);
  if (!name) return at.node;
  if (at.scope != nullptr) {
    const auto found = at.scope->names.find(*name);
    if (found == at.scope->names.end() || !found->second.slot) {
      report_unbound(context, *at.scope, *name, at.node->location);
      return nullptr;
    }
  }
  report_type(context, *at.node, wanted, "this name has a value only when the run is under way");
  return nullptr;
}

std::vector<Cursor> elements(Context& context, Cursor at) {
  at = follow(context, at);
  if (at.node == nullptr) return {};
  if (!at.node->is_list()) return {at};
  std::vector<Cursor> result;
  for (const Node& item : at.node->items) result.push_back(follow(context, {&item, at.scope}));
  return result;
}

std::optional<sim::Duration> read_duration(Context& context, Cursor at) {
  return read_plain(context, at, describe(ValueType::Duration), &parse_duration);
}

std::optional<std::uint64_t> read_size(Context& context, Cursor at) {
  const auto size = read_plain(context, at, describe(ValueType::Size), &parse_size);
  if (!size) return std::nullopt;
  return size->bytes;
}

std::optional<Rate> read_rate(Context& context, Cursor at) {
  return read_plain(context, at, describe(ValueType::Rate), &parse_rate);
}

std::optional<std::uint64_t> read_byte_rate(Context& context, Cursor at) {
  const auto rate = read_plain(context, at, describe(ValueType::ByteRate), &parse_rate);
  if (!rate) return std::nullopt;
  const Node& node = *follow(context, at).node;
  if (rate->of != Rate::Of::Bytes) {
    report_type(context, node, describe(ValueType::ByteRate));
    return std::nullopt;
  }
  if (rate->billionths != 0) {
    context.report.add("out-of-range", node.location,
                       "the bandwidth is no whole number of bytes per second");
    return std::nullopt;
  }
  return rate->per_second;
}

std::optional<std::int64_t> read_share(Context& context, Cursor at) {
  const auto share = read_plain(context, at, describe(ValueType::Share), &parse_share);
  if (!share) return std::nullopt;
  return share->ppb;
}

std::optional<std::uint64_t> read_count(Context& context, Cursor at) {
  return read_plain(context, at, describe(ValueType::Count), &parse_unsigned);
}

std::optional<Number> read_number(Context& context, Cursor at) {
  return read_plain(context, at, describe(ValueType::Number), &parse_number);
}

std::optional<bool> read_truth(Context& context, Cursor at) {
  const Node* node = read_scalar(context, at, describe(ValueType::Truth));
  if (node == nullptr) return std::nullopt;
  if (!node->quoted && (node->text == "true" || node->text == "false")) return node->text == "true";
  report_type(context, *node, describe(ValueType::Truth));
  return std::nullopt;
}

std::optional<std::string> read_text(Context& context, Cursor at) {
  const Node* node = read_scalar(context, at, describe(ValueType::Text));
  if (node == nullptr) return std::nullopt;
  if (!node->quoted && (parse_number(node->text) || parse_duration(node->text) ||
                        parse_size(node->text) || parse_share(node->text) ||
                        parse_rate(node->text) || node->text == "true" || node->text == "false")) {
    report_type(context, *node, describe(ValueType::Text),
                fmt::format("quote it: \"{}\"", node->text));
    return std::nullopt;
  }
  return plain_text(*node);
}

std::optional<std::string> read_name(Context& context, Cursor at) {
  const Node* node = read_scalar(context, at, describe(ValueType::Name));
  if (node == nullptr) return std::nullopt;
  if (is_name(node->text)) return node->text;
  report_type(context, *node, describe(ValueType::Name),
              "letters, digits, - and _, beginning with a letter");
  return std::nullopt;
}

std::optional<std::string> read_word(Context& context, Cursor at,
                                     const std::vector<std::string_view>& words) {
  const Node* node = read_scalar(context, at, describe(ValueType::Word));
  if (node == nullptr) return std::nullopt;
  if (std::ranges::find(words, node->text) != words.end()) return node->text;
  context.report.add("unknown-name", node->location,
                     fmt::format("`{}` is no word for this", node->text),
                     word_hint(node->text, words));
  return std::nullopt;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> read_size_range(Context& context,
                                                                       Cursor at) {
  const Node* node = read_scalar(context, at, describe(ValueType::SizeRange));
  if (node == nullptr) return std::nullopt;
  auto parts = split_range(node->text);
  if (!parts && looks_like_number(node->text)) parts = std::pair{std::string("0 B"), node->text};
  if (node->quoted || !parts) {
    report_type(context, *node, describe(ValueType::SizeRange));
    return std::nullopt;
  }
  const auto begin = parse_size(parts->first);
  const auto end = parse_size(parts->second);
  if (!begin || !end) {
    report_value(context, *node, !begin ? begin.error() : end.error());
    return std::nullopt;
  }
  if (begin->bytes < end->bytes) return std::pair{begin->bytes, end->bytes};
  context.report.add("out-of-range", node->location, "the range ends before it begins");
  return std::nullopt;
}

}  // namespace replsim::harness
