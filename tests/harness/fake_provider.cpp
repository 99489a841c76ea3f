// The management side of the fake testbed, and loading of scenario texts.
#include <fmt/format.h>

#include <stdexcept>

#include "tests/harness/fake_testbed.h"

namespace replsim::harness {

sim::Task<provider::Answer<cim::MethodOutcome>> FakeTestbed::invoke(sim::World& world,
                                                                    cim::MethodCall call,
                                                                    sim::Duration give_up) {
  calls.push_back(call);
  FakeAnswer answer;
  auto& queue = answers_[call.method];
  if (!queue.empty()) {
    answer = std::move(queue.front());
    queue.pop_front();
  }
  if (answer.silent) {
    co_await sim::sleep(world, give_up);
    co_return std::unexpected(cim::NoAnswer{"the client gave up"});
  }
  co_await sim::sleep(world, answer.delay);
  if (answer.effect) answer.effect();
  co_return answer.outcome;
}

sim::Task<provider::Answer<provider::ReadOutcome>> FakeTestbed::get(sim::World& world,
                                                                    cim::ObjectPath path,
                                                                    sim::Duration) {
  co_await sim::sleep(world, sim::milliseconds(1));
  provider::ReadOutcome outcome;
  if (auto instance = peek("east", path)) outcome.instances.push_back(std::move(*instance));
  co_return outcome;
}

sim::Task<provider::Answer<provider::ReadOutcome>> FakeTestbed::enumerate(sim::World& world,
                                                                          std::string class_name,
                                                                          sim::Duration) {
  co_await sim::sleep(world, sim::milliseconds(1));
  provider::ReadOutcome outcome;
  if (class_name == "CIM_StorageVolume") {
    for (const auto& info : volumes()) {
      outcome.instances.push_back({{class_name, {{"DeviceID", info.path}}}, {}});
    }
  } else {
    outcome.instances = peek_all("east", class_name);
  }
  co_return outcome;
}

sim::Task<provider::Answer<provider::ReadOutcome>> FakeTestbed::associators(sim::World& world,
                                                                            cim::ObjectPath,
                                                                            std::string class_name,
                                                                            sim::Duration give_up) {
  return enumerate(world, std::move(class_name), give_up);
}

sim::Task<provider::Answer<provider::ReadOutcome>> FakeTestbed::references(sim::World& world,
                                                                           cim::ObjectPath,
                                                                           std::string class_name,
                                                                           sim::Duration give_up) {
  return enumerate(world, std::move(class_name), give_up);
}

std::vector<Run> runs_of(const std::string& text) {
  LoaderOptions options;
  const std::filesystem::path root = REPLSIM_SOURCE_DIR;
  options.std_folder = root / "fixtures/topologies";
  options.profile_folder = root / "fixtures/profiles";
  const LoadResult loaded = load_text(text, "test.yaml", options);
  std::string problems;
  for (const Diagnostic& diagnostic : loaded.diagnostics) problems += render(diagnostic);
  if (!loaded.scenario) throw std::runtime_error(problems);
  Expansion expansion = expand(*loaded.scenario, options);
  for (const Diagnostic& diagnostic : expansion.diagnostics) problems += render(diagnostic);
  if (expansion.runs.empty()) throw std::runtime_error(problems);
  return std::move(expansion.runs);
}

Run run_of(const std::string& lines) {
  return runs_of("version: 1\nscenario: test\ntopology: std:two-arrays\nprovider: east\n" + lines)
      .front();
}

}  // namespace replsim::harness
