// Rows of the parameters of each fault effect (language.md 12).
#include <array>

#include "harness/language/table_rows.h"

namespace replsim::harness {
namespace tables {
namespace {

constexpr KeyRow direction(std::string_view effect) {
  return {.section = effect,
          .key = "direction",
          .type = Word,
          .meaning = "Which way, seen from the link's first end.",
          .fallback = "both",
          .words = "both forward backward"};
}

constexpr KeyRow rate(std::string_view effect, std::string_view meaning) {
  return {.section = effect, .key = "rate", .type = Share, .meaning = meaning, .required = true};
}

constexpr KeyRow range(std::string_view effect) {
  return {.section = effect,
          .key = "range",
          .type = SizeRange,
          .meaning = "Part of the disk.",
          .fallback = "(all of it)"};
}

constexpr KeyRow chance(std::string_view effect, std::string_view meaning) {
  return {
      .section = effect, .key = "chance", .type = Share, .meaning = meaning, .fallback = "100%"};
}

constexpr std::string_view operations_hit = "Share of the operations hit.";

constexpr KeyRow added(std::string_view effect) {
  return {.section = effect,
          .key = "add",
          .type = Duration,
          .meaning = "Latency added.",
          .required = true};
}

constexpr KeyRow slowness(std::string_view effect) {
  return {.section = effect,
          .key = "factor",
          .type = Count,
          .meaning = "So many times slower; 1 is full speed.",
          .required = true};
}

constexpr KeyRow by(std::string_view effect) {
  return {.section = effect,
          .key = "by",
          .type = Duration,
          .meaning = "How far ahead; may be negative.",
          .required = true};
}

constexpr std::array effect_rows = {
    direction("link.cut"),
    direction("link.loss"),
    rate("link.loss", "Share of messages that are lost."),
    direction("link.latency"),
    added("link.latency"),
    direction("link.duplicate"),
    rate("link.duplicate", "Share of messages that arrive twice."),
    direction("link.reorder"),
    rate("link.reorder", "Share of messages that come late."),
    KeyRow{.section = "link.reorder",
           .key = "gap",
           .type = Duration,
           .meaning = "How much later they come.",
           .required = true},
    direction("link.burst-loss"),
    rate("link.burst-loss", "Share of messages that are lost in the long run."),
    KeyRow{.section = "link.burst-loss",
           .key = "burst",
           .type = Count,
           .meaning = "Messages that a burst lasts on average.",
           .required = true},
    direction("link.bandwidth"),
    KeyRow{.section = "link.bandwidth",
           .key = "limit",
           .type = ByteRate,
           .meaning = "What is left, each way.",
           .required = true},
    direction("link.clog"),
    direction("link.filter"),
    KeyRow{.section = "link.filter",
           .key = "drop",
           .type = Word,
           .meaning =
               "The class: `data` (reads, writes, flushes, mirrored, journaled and copied blocks), "
               "`acknowledgements` of these, `control` (greetings, orders of one array to "
               "the other, management calls), `replies` to these.",
           .required = true,
           .words = "data acknowledgements control replies"},
    chance("link.filter", "Share of these messages that is dropped."),
    range("disk.read-error"),
    chance("disk.read-error", operations_hit),
    range("disk.write-error"),
    chance("disk.write-error", operations_hit),
    range("disk.latency"),
    chance("disk.latency", operations_hit),
    added("disk.latency"),
    range("disk.hang"),
    chance("disk.hang", operations_hit),
    range("disk.full"),
    chance("disk.full", operations_hit),
    range("disk.latent-error"),
    chance("disk.latent-error", "Share of the blocks that cannot be read."),
    range("disk.bit-rot"),
    chance("disk.bit-rot", "Share of the blocks that are rotten."),
    range("disk.lost-write"),
    chance("disk.lost-write", "Share of the writes that are lost."),
    range("disk.misdirected-write"),
    chance("disk.misdirected-write", "Share of the writes that land elsewhere."),
    KeyRow{.section = "disk.misdirected-write",
           .key = "shift",
           .type = Size,
           .meaning = "How far behind its place a write lands.",
           .fallback = "1 MiB"},
    chance("disk.ignored-flush", "Share of these that are ignored."),
    KeyRow{.section = "disk.torn-epoch",
           .key = "survives",
           .type = Word,
           .meaning = "What is left: `none`, `all`, or `random`, block by block, as without it.",
           .required = true,
           .words = "none all random"},
    range("disk.credit"),
    KeyRow{.section = "disk.credit",
           .key = "size",
           .type = Count,
           .meaning = "Operations that it grants at once.",
           .required = true},
    KeyRow{.section = "disk.credit",
           .key = "interval",
           .type = Duration,
           .meaning = "The time in which one more is granted.",
           .required = true},
    added("provider.late-reply"),
    rate("provider.lost-reply", "Share of the replies that are lost."),
    rate("provider.repeat-request", "Share of the requests that come twice."),
    KeyRow{.section = "provider.restart",
           .key = "answers",
           .type = Word,
           .meaning = "What a client gets for a call under way: `unknown`, the code 2 when it asks "
                      "again, or `none`.",
           .fallback = "unknown",
           .words = "unknown none"},
    rate("provider.lost-indication", "Share of the indications that are lost."),
    added("provider.late-indication"),
    slowness("array.slow"),
    slowness("host.slow"),
    range("disk.stale-read"),
    chance("disk.stale-read", "Share of the reads that see old data."),
    KeyRow{.section = "disk.stale-read",
           .key = "versions",
           .type = Count,
           .meaning = "How many writes ago.",
           .fallback = "1"},
    by("clock.offset"),
    by("clock.jump"),
    KeyRow{.section = "clock.drift",
           .key = "gain",
           .type = Share,
           .meaning = "What it gains; may be negative.",
           .required = true},
};
static_assert(unique_keys(effect_rows));

}  // namespace
}  // namespace tables

std::span<const KeyRow> effect_keys() {
  return tables::effect_rows;
}

}  // namespace replsim::harness
