// Generations: what one end's history is to the other's.
#include "model/engine/types.h"

#include "tests/catch.h"
#include "tests/engine/lineage.h"

namespace replsim::engine {
namespace {

using test::bumped;

constexpr std::uint64_t east = 1;
constexpr std::uint64_t west = 2;

TEST_CASE("a generation is newer when it has the other as an ancestor, at any distance",
          "[engine][types]") {
  // EVIDENCE: rulings/R7: newer = has the other as an ancestor
  const Lineage first{{1, east}, {}};
  CHECK(kinship(first, first) == Kinship::Same);
  Lineage later = first;
  for (int i = 0; i < 4; ++i) {
    later = bumped(later, i % 2 == 0 ? east : west);
    CHECK(kinship(later, first) == Kinship::Newer);
    CHECK(kinship(first, later) == Kinship::Older);
    CHECK(kinship(later, later) == Kinship::Same);
  }
}

TEST_CASE("two ends that bumped apart are a split brain, also with the same counter",
          "[engine][types]") {
  // EVIDENCE: rulings/R7: split brain = neither is an ancestor of the other
  const Lineage first{{1, east}, {}};
  const Lineage at_east = bumped(first, east);
  const Lineage at_west = bumped(first, west);
  CHECK(at_east.current.counter == at_west.current.counter);
  CHECK(kinship(at_east, at_west) == Kinship::SplitBrain);
  CHECK(kinship(bumped(at_east, east), at_west) == Kinship::SplitBrain);
  CHECK(kinship(at_east, bumped(bumped(at_west, west), west)) == Kinship::SplitBrain);
}

TEST_CASE("histories with nothing in common are a split brain", "[engine][types]") {
  // EVIDENCE: data_plane/3: nothing matches = unrelated data, no automatic copy
  CHECK(kinship({{1, east}, {}}, {{1, west}, {}}) == Kinship::SplitBrain);
}

TEST_CASE("kinship is the mirror image of itself seen from the other end", "[engine][types]") {
  const auto mirror = [](Kinship kin) {
    switch (kin) {
      case Kinship::Newer: return Kinship::Older;
      case Kinship::Older: return Kinship::Newer;
      case Kinship::Same:
      case Kinship::SplitBrain: break;
    }
    return kin;
  };
  std::vector<Lineage> all{{{1, east}, {}}};
  for (std::size_t i = 0; i < 6; ++i) {
    all.push_back(bumped(all[i], east));
    all.push_back(bumped(all[i], west));
  }
  for (const Lineage& mine : all) {
    for (const Lineage& theirs : all) {
      CHECK(kinship(theirs, mine) == mirror(kinship(mine, theirs)));
    }
  }
}

TEST_CASE("roles have an other", "[engine][types]") {
  CHECK(other(Role::Source) == Role::Target);
  CHECK(other(Role::Target) == Role::Source);
}

}  // namespace
}  // namespace replsim::engine
