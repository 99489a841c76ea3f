// What a subject shows and what it is compared with: one type for both, in exact integers.
// Quantities are billionths of their base unit, so that a decimal, a rate and a count compare.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "harness/bindings_content.h"
#include "harness/language/value.h"
#include "harness/provider/introspection.h"
#include "model/cim/schema.h"
#include "model/cim/value.h"

namespace replsim::harness {

__extension__ using Big = __int128;
inline constexpr Big billion = 1'000'000'000;

enum class Unit : std::uint8_t {
  None,
  Nanoseconds,
  Bytes,
  PartsPerBillion,
  EventsPerSecond,
  BytesPerSecond,
};

struct Quantity {
  Unit unit = Unit::None;
  Big billionths = 0;
};

/// A content: alive, or as it was. `snapshot` is what it was; `first` and `blocks` are its range.
struct Content {
  const provider::VolumeImage* image = nullptr;
  std::shared_ptr<const ContentSnapshot> snapshot;
  std::string name;  ///< For messages: "east/vol1".
  std::uint64_t first = 0;
  std::uint64_t blocks = UINT64_MAX;
};

/// Blocks of one write step, for `holds`.
struct WriteRange {
  std::uint64_t stamp = 0;
  std::uint64_t lba = 0;
  std::uint64_t blocks = 0;
};

/// The subject of `.holds`: compared with a WriteRange it asks whether the write is there.
struct Holder {
  Content content;
};

/// A value seen or wanted.
struct Seen {
  std::variant<Null, bool, Quantity, std::string, EnumerationValue, cim::ObjectPath, Content,
               WriteRange, Holder>
      value;
};

Seen seen_count(std::uint64_t count);
Seen seen_ns(std::int64_t ns);
Seen seen_bytes(std::uint64_t bytes);
Seen seen_share(std::uint64_t ppb);
/// A constant of the language.
Seen seen(const Literal& literal);
/// A CIM value; `info` names the values of its enumeration when it has one.
Seen seen(const cim::Value& value, const cim::Enumeration* enumeration = nullptr);

/// Equality as language.md section 6 means it: quantities by amount when their units agree or one
/// has none, enumerations by number, contents block by block, `holds` by the write's blocks.
bool equal(const Seen& left, const Seen& right);
/// left < right: -1, 0, 1; none when they have no order.
std::optional<int> order(const Seen& left, const Seen& right);
/// For people: `60 s`, `4 KiB`, `Synchronized`, `content of east/vol1`.
std::string text(const Seen& seen);
/// Why two contents differ, or empty.
std::string difference_text(const Seen& left, const Seen& right);

}  // namespace replsim::harness
