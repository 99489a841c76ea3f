// Texts of the findings.
#include "harness/check_family.h"

#include <fmt/format.h>

#include <utility>

namespace replsim::harness {

std::string at_text(sim::Instant time) {
  if (time == never) return "never";
  const std::int64_t microseconds = sim::ns(time) / 1000;
  return fmt::format("{}.{:06} s", microseconds / 1'000'000, microseconds % 1'000'000);
}

std::string describe(const CheckContext& context, std::uint64_t stamp) {
  if (stamp == 0) return "nothing written";
  const WriteInfo* write = context.ledger().find(stamp);
  const std::uint64_t count = stamp & ((std::uint64_t{1} << 48) - 1);
  if (write == nullptr) return fmt::format("unknown write {}:{}", stamp >> 48, count);
  return fmt::format("write {}:{} (blocks {}+{} of {}, submitted {}, acknowledged {})", stamp >> 48,
                     count, write->lba, write->blocks, context.view.name(write->volume),
                     at_text(write->submitted), at_text(write->acked));
}

Finding block_finding(const CheckContext& context, const PairView& pair, std::uint64_t lba,
                      std::string message, std::uint64_t expected, std::uint64_t seen) {
  return {.message = fmt::format("{}: block {}: {}", pair.name(), lba, message),
          .expected = describe(context, expected),
          .seen = describe(context, seen),
          .pair = pair.id,
          .entity = pair.target == nullptr ? std::string() : pair.target->path};
}

bool spoilt(const CheckContext& context, const PairView& pair, std::uint64_t lba) {
  const provider::Testbed& testbed = context.view.testbed();
  const auto at = [&](const VolumeView* volume) {
    return volume != nullptr && testbed.media_fault(volume->entity, lba, volume->seen.at(lba));
  };
  return at(pair.source) || at(pair.target);
}

record::Confidence confidence_of(cim::Confidence confidence) {
  switch (confidence) {
    case cim::Confidence::Spec: return record::Confidence::Spec;
    case cim::Confidence::SpecDerived: return record::Confidence::SpecDerived;
    case cim::Confidence::Vendor: return record::Confidence::Vendor;
    case cim::Confidence::Inferred: return record::Confidence::Inferred;
  }
  return record::Confidence::Inferred;
}

bool before(const CheckContext& context, std::uint64_t shown, const WriteInfo& write) {
  if (shown == write.stamp) return false;
  return shown == 0 || context.ledger().happens_before(shown, write.stamp);
}

BlockSet journaled_blocks(const CheckContext& context, const PairView& pair) {
  BlockSet blocks;
  const provider::Introspection* stable = context.view.testbed().introspection();
  if (stable == nullptr || pair.synchronous()) return blocks;
  for (const auto& end : pair.ends) {
    if (end->gone) continue;
    stable->for_each_journaled(end->endpoint, [&](std::uint64_t lba, std::uint64_t count) {
      for (std::uint64_t i = 0; i < count; ++i) blocks.insert(lba + i);
    });
  }
  return blocks;
}

}  // namespace replsim::harness
