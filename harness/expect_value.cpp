// Making, comparing and naming values.
#include "harness/expect_value.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "harness/bindings_content.h"
#include "harness/overloaded.h"
#include "model/cim/datetime.h"

namespace replsim::harness {

namespace {

Seen quantity(Unit unit, Big billionths) {
  return {Quantity{unit, billionths}};
}

/// A decimal of billionths without trailing zeros: `1.5`.
std::string decimal(Big billionths) {
  const bool negative = billionths < 0;
  if (negative) billionths = -billionths;
  std::string text = fmt::format("{}", static_cast<std::uint64_t>(billionths / billion));
  const auto rest = static_cast<std::uint64_t>(billionths % billion);
  if (rest != 0) {
    std::string digits = fmt::format("{:09}", rest);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return negative ? "-" + text : text;
}

struct Scale {
  Big factor;
  const char* name;
};

template <std::size_t Count>
std::string scaled(Big billionths, const std::array<Scale, Count>& scales, const char* suffix) {
  const Big amount = billionths < 0 ? -billionths : billionths;
  const Scale* best = &scales.back();
  for (const Scale& scale : scales) {
    if (amount >= scale.factor * billion) {
      best = &scale;
      break;
    }
  }
  return fmt::format("{} {}{}", decimal(billionths / best->factor), best->name, suffix);
}

constexpr std::array<Scale, 4> time_scales = {
    {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}, {1, "ns"}}};
constexpr std::array<Scale, 5> size_scales = {{{Big{1} << 40, "TiB"},
                                               {Big{1} << 30, "GiB"},
                                               {Big{1} << 20, "MiB"},
                                               {Big{1} << 10, "KiB"},
                                               {1, "B"}}};

std::string quantity_text(const Quantity& quantity) {
  switch (quantity.unit) {
    case Unit::None: return decimal(quantity.billionths);
    case Unit::Nanoseconds: return scaled(quantity.billionths, time_scales, "");
    case Unit::Bytes: return scaled(quantity.billionths, size_scales, "");
    case Unit::PartsPerBillion: return decimal(quantity.billionths / 10'000'000) + "%";
    case Unit::EventsPerSecond: return decimal(quantity.billionths) + "/s";
    case Unit::BytesPerSecond: return scaled(quantity.billionths, size_scales, "/s");
  }
  std::unreachable();
}

std::optional<ContentDifference> difference(const Content& left, const Content& right) {
  const Content& narrow = left.blocks <= right.blocks ? left : right;
  const std::uint64_t first = narrow.first;
  const std::uint64_t blocks = narrow.blocks;
  if (left.snapshot != nullptr) return left.snapshot->compare_with(*right.image, first, blocks);
  if (right.snapshot == nullptr) return compare(*left.image, *right.image, first, blocks);
  auto found = right.snapshot->compare_with(*left.image, first, blocks);
  if (found) std::swap(found->left, found->right);
  return found;
}

bool holds(const Content& content, const WriteRange& write) {
  for (std::uint64_t lba = write.lba; lba < write.lba + write.blocks; ++lba) {
    if (lba >= content.image->blocks() || content.image->at(lba) != write.stamp) return false;
  }
  return true;
}

std::optional<Big> number_of(const Seen& seen) {
  if (const auto* quantity = std::get_if<Quantity>(&seen.value)) return quantity->billionths;
  if (const auto* value = std::get_if<EnumerationValue>(&seen.value)) {
    return Big{value->number} * billion;
  }
  return std::nullopt;
}

bool comparable(const Seen& left, const Seen& right) {
  const auto* first = std::get_if<Quantity>(&left.value);
  const auto* second = std::get_if<Quantity>(&right.value);
  if (first == nullptr || second == nullptr) return true;
  return first->unit == second->unit || first->unit == Unit::None || second->unit == Unit::None;
}

}  // namespace

Seen seen_count(std::uint64_t count) {
  return quantity(Unit::None, Big{count} * billion);
}
Seen seen_ns(std::int64_t ns) {
  return quantity(Unit::Nanoseconds, Big{ns} * billion);
}
Seen seen_bytes(std::uint64_t bytes) {
  return quantity(Unit::Bytes, Big{bytes} * billion);
}
Seen seen_share(std::uint64_t ppb) {
  return quantity(Unit::PartsPerBillion, Big{ppb} * billion);
}

Seen seen(const Literal& literal) {
  return std::visit(
      Overloaded{
          [](const Null&) { return Seen{Null{}}; }, [](bool value) { return Seen{value}; },
          [](const Number& value) {
            return quantity(Unit::None, Big{value.units} * billion + value.billionths);
          },
          [](const std::string& value) { return Seen{value}; },
          [](sim::Duration value) { return seen_ns(sim::ns(value)); },
          [](ByteSize value) { return seen_bytes(value.bytes); },
          [](const Rate& value) {
            const Unit unit =
                value.of == Rate::Of::Events ? Unit::EventsPerSecond : Unit::BytesPerSecond;
            return quantity(unit, Big{value.per_second} * billion + value.billionths);
          },
          [](Share value) { return quantity(Unit::PartsPerBillion, Big{value.ppb} * billion); },
          [](const EnumerationValue& value) { return Seen{value}; }},
      literal);
}

Seen seen(const cim::Value& value, const cim::Enumeration* enumeration) {
  if (value.is_null()) return {Null{}};
  if (value.is_array()) return {value.text()};
  switch (value.type()) {
    case cim::Type::Null: return {Null{}};
    case cim::Type::Boolean: return {value.as_boolean()};
    case cim::Type::Uint8:
    case cim::Type::Uint16:
    case cim::Type::Uint32:
    case cim::Type::Uint64: {
      const std::uint64_t number = value.as_unsigned();
      if (enumeration == nullptr) return seen_count(number);
      const auto* row = enumeration->find(static_cast<std::uint32_t>(number));
      return {EnumerationValue{static_cast<std::uint32_t>(number),
                               row != nullptr ? std::string(row->name) : fmt::to_string(number)}};
    }
    case cim::Type::Sint64: return quantity(Unit::None, Big{value.as_signed()} * billion);
    case cim::Type::String: return {value.as_string()};
    case cim::Type::DateTime: return seen_ns(value.as_datetime().nanoseconds);
    case cim::Type::Reference: return {value.as_reference()};
    case cim::Type::Instance: return {value.text()};
  }
  std::unreachable();
}

bool equal(const Seen& left, const Seen& right) {
  if (const auto* holder = std::get_if<Holder>(&left.value)) {
    const auto* write = std::get_if<WriteRange>(&right.value);
    return write != nullptr && holds(holder->content, *write);
  }
  if (const auto* first = std::get_if<Content>(&left.value)) {
    const auto* second = std::get_if<Content>(&right.value);
    return second != nullptr && !difference(*first, *second);
  }
  const auto first = number_of(left);
  const auto second = number_of(right);
  if (first && second) return *first == *second && comparable(left, right);
  if (const auto* words = std::get_if<std::string>(&right.value); words && first) {
    const auto* value = std::get_if<EnumerationValue>(&left.value);
    return value != nullptr && value->name == *words;
  }
  if (left.value.index() != right.value.index()) return false;
  if (std::holds_alternative<Null>(left.value)) return true;
  if (const auto* truth = std::get_if<bool>(&left.value)) {
    return *truth == std::get<bool>(right.value);
  }
  if (const auto* words = std::get_if<std::string>(&left.value)) {
    return *words == std::get<std::string>(right.value);
  }
  if (const auto* path = std::get_if<cim::ObjectPath>(&left.value)) {
    return *path == std::get<cim::ObjectPath>(right.value);
  }
  return false;
}

std::optional<int> order(const Seen& left, const Seen& right) {
  const auto first = number_of(left);
  const auto second = number_of(right);
  if (!first || !second || !comparable(left, right)) return std::nullopt;
  return *first < *second ? -1 : (*first == *second ? 0 : 1);
}

std::string text(const Seen& seen) {
  return std::visit(
      Overloaded{[](const Null&) { return std::string("NULL"); },
                 [](bool value) { return std::string(value ? "true" : "false"); },
                 [](const Quantity& value) { return quantity_text(value); },
                 [](const std::string& value) { return value; },
                 [](const EnumerationValue& value) { return value.name; },
                 [](const cim::ObjectPath& value) { return value.text(); },
                 [](const Content& value) { return "content of " + value.name; },
                 [](const WriteRange& value) { return stamp_text(value.stamp); },
                 [](const Holder& value) { return "what " + value.content.name + " holds"; }},
      seen.value);
}

std::string difference_text(const Seen& left, const Seen& right) {
  const auto* first = std::get_if<Content>(&left.value);
  const auto* second = std::get_if<Content>(&right.value);
  if (first == nullptr || second == nullptr) return {};
  const auto found = difference(*first, *second);
  return found ? text(*found) : std::string();
}

}  // namespace replsim::harness
