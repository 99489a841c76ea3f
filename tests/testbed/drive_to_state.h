// A pair of elements in any CopyState: ways that drive a new pair there through calls, host writes
// and faults alone, in a world of its own each time.
// Source: operation_matrix.md; rulings R2, R5, R7, R12, R14.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/cim/transition_table.h"
#include "tests/testbed/fixture.h"

namespace replsim::testbed::test {

/// A pair over two arrays, or one in a single array.
enum class Shape : std::uint8_t { Remote, Local };

using Knobs = std::map<std::string, std::string>;

/// A world with one mirror (or none yet) of east/vol1.
class Scene {
 public:
  Scene(Shape shape, cim::Mode mode, const Knobs& knobs);

  Bench bench;
  Shape shape;
  cim::Mode mode;
  cim::ObjectPath mirror;
  std::uint64_t pair = 0;
  std::string target;  ///< Path of the target element.

  /// Returns as soon as the pair shows `wait`, or after 60 s.
  void create(cim::CopyState wait);
  std::optional<cim::MethodOutcome> call(cim::Operation operation, bool force,
                                         std::optional<std::uint16_t> wait = std::nullopt,
                                         const std::string& array = "east");
  /// Calls, and waits until nothing is under way.
  void done(cim::Operation operation, bool force = false, const std::string& array = "east");
  void write_source(std::uint64_t lba, std::uint64_t blocks = 1);
  void write_target(std::uint64_t lba, std::uint64_t blocks = 1);
  /// Cuts the arrays off from each other until both have noticed.
  void cut();
  /// The data area of the disk below the source element gives errors; its records are well.
  void break_source(const std::string& effect);
  /// Lifts the fault that is active; whoever notices it later does so later.
  void lift();

  /// Arrays of the topology.
  std::vector<std::string> arrays() const;
  /// The instance of one array; none when it has none.
  std::optional<cim::Instance> instance(const std::string& array) const;
  /// 0 when the array has no instance.
  std::uint64_t state(const std::string& array) const;
  /// The array whose end has the role now.
  std::string end(bool source) const;

 private:
  std::optional<sim::FaultId> fault_;
};

/// What is special in a way besides the state that it ends in.
enum class Twist : std::uint8_t {
  None,
  SplitBrain,   ///< Neither end knows the other's history (R7).
  PeerForgot,   ///< The other end was detached and its array is there (R7).
  FailingBack,  ///< A copy back to the source element, of a Failback,
  Restoring,    ///< or of a Restore from Replica of a Fractured pair (R6).
};

struct Way {
  const char* name;
  cim::CopyState state;
  cim::TargetImage image;  ///< Of the target when it is there (R5).
  Knobs knobs;             ///< Of the profile, where the state needs one (R14).
  Twist twist;
  bool remote_only;
  void (*drive)(Scene&);
};
const std::vector<Way>& ways();

/// The pair after the way was gone, whether or not it ended where it should.
std::unique_ptr<Scene> go(const Way& way, Shape shape, cim::Mode mode, const Knobs& knobs);
inline std::unique_ptr<Scene> go(const Way& way, Shape shape, cim::Mode mode) {
  return go(way, shape, mode, way.knobs);
}

}  // namespace replsim::testbed::test
