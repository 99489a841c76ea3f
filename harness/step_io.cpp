// One host I/O as a step, and the lists of instances.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "harness/bindings_content.h"
#include "harness/expect_read.h"
#include "harness/mistakes.h"
#include "harness/step_run.h"

namespace replsim::harness {

namespace {

/// An I/O that can be issued.
struct PreparedIo {
  provider::HostVolumeId access;
  provider::IoRequest request;
  provider::VolumeInfo volume;
  std::string host;
};

using Failure = std::unexpected<std::string>;

/// The host of the step, or the only one that sees the volume now.
std::expected<std::string, std::string> host_of(RunContext& context, const std::string& given,
                                                const std::string& volume) {
  if (!given.empty()) return given;
  const auto hosts = context.testbed.hosts_of(volume);
  if (hosts.size() == 1) return hosts.front();
  return Failure(fmt::format("{} hosts see {}: the step must name one", hosts.size(), volume));
}

std::expected<PreparedIo, std::string> prepare(RunContext& context, const IoStep& io) {
  const auto path = resolve_path(context, io.volume);
  if (!path) return Failure(path.error());
  auto volume = context.testbed.volume(*path);
  if (!volume) return Failure("there is no volume " + *path);
  auto host = host_of(context, io.host, *path);
  if (!host) return Failure(host.error());
  const auto access = context.testbed.open(*host, *path);
  if (!access) return Failure(access.error());
  PreparedIo prepared{*access, {}, std::move(*volume), std::move(*host)};
  const std::uint32_t block = prepared.volume.block;
  const std::uint64_t length = io.length.value_or(block);
  if (io.kind == IoStep::Kind::Flush) {
    prepared.request.kind = provider::IoKind::Flush;
    return prepared;
  }
  if (io.offset % block != 0 || length % block != 0 || length == 0) {
    return Failure(
        fmt::format("offset and length must be multiples of {}'s block, {} B", *path, block));
  }
  if (io.offset + length > prepared.volume.bytes) {
    return Failure(fmt::format("{} ends at byte {}", *path, prepared.volume.bytes));
  }
  prepared.request.kind =
      io.kind == IoStep::Kind::Write ? provider::IoKind::Write : provider::IoKind::Read;
  prepared.request.lba = io.offset / block;
  prepared.request.blocks = length / block;
  return prepared;
}

std::string_view verb(IoStep::Kind kind) {
  switch (kind) {
    case IoStep::Kind::Write: return "write";
    case IoStep::Kind::Read: return "read";
    case IoStep::Kind::Flush: return "flush";
  }
  std::unreachable();
}

bool answers(IoReturn wanted, trace::IoAnswer answer) {
  switch (wanted) {
    case IoReturn::Ok: return answer == trace::IoAnswer::Ok;
    case IoReturn::Refused: return answer == trace::IoAnswer::Refused;
    case IoReturn::Error: return answer == trace::IoAnswer::Error;
    case IoReturn::Timeout: return answer == trace::IoAnswer::Timeout;
  }
  std::unreachable();
}

std::string_view answer_word(trace::IoAnswer answer) {
  switch (answer) {
    case trace::IoAnswer::Ok: return "ok";
    case trace::IoAnswer::Refused: return "refused";
    case trace::IoAnswer::Error: return "error";
    case trace::IoAnswer::Timeout: return "timeout";
  }
  std::unreachable();
}

Bound bound_of(const IoStep& io, const PreparedIo& prepared, const provider::IoOutcome& outcome) {
  if (io.kind == IoStep::Kind::Write) {
    return BoundWrite{{outcome.stamp, prepared.request.lba, prepared.request.blocks},
                      prepared.volume.path};
  }
  if (io.kind == IoStep::Kind::Flush) return std::monostate{};
  const auto kept = std::make_shared<ContentSnapshot>(prepared.request.lba, outcome.stamps,
                                                      prepared.volume.block);
  return BoundRead{{kept.get(), kept, "a read of " + prepared.volume.path, prepared.request.lba,
                    prepared.request.blocks}};
}

}  // namespace

sim::Task<bool> run_io(sim::World& world, RunContext& context, const Step& step, const IoStep& io,
                       StepResult result) {
  auto prepared = prepare(context, io);
  if (!prepared) {
    fail_step(context, step,
              {.rule = "reference", .message = prepared.error(), .seen = prepared.error()});
    co_return false;
  }
  if (io.data) context.testbed.bind_data(prepared->access, *io.data);
  const provider::IoOutcome outcome =
      co_await context.testbed.io(world, prepared->access, prepared->request);
  context.history.touch_io();
  const std::string what =
      fmt::format("{} {} {} at block {}, {} blocks", prepared->host, verb(io.kind),
                  prepared->volume.path, prepared->request.lba, prepared->request.blocks);
  add_moment(context, std::string(verb(io.kind)),
             fmt::format("{}: {}", what, answer_word(outcome.answer)));
  if (io.kind == IoStep::Kind::Write && outcome.answer == trace::IoAnswer::Refused) {
    note_refused_write(context, prepared->volume.path);
  }
  result.set(bound_of(io, *prepared, outcome));
  if (answers(io.returns, outcome.answer)) co_return true;
  fail_step(context, step,
            {.rule = "returns",
             .message = what + " was answered " + std::string(answer_word(outcome.answer)),
             .expected = std::string(word(io.returns)),
             .seen = std::string(answer_word(outcome.answer))});
  co_return false;
}

sim::Task<bool> run_list(sim::World& world, RunContext& context, const Step& step,
                         const ListStep& list) {
  provider::Provider& provider = context.testbed.provider(list.provider);
  provider::Answer<provider::ReadOutcome> answer;
  if (list.of) {
    auto of = resolve_reference(context, *list.of);
    if (!of) {
      fail_step(context, step, {.rule = "reference", .message = of.error(), .seen = of.error()});
      co_return false;
    }
    // An association class names the instances that refer to the element, any other its relatives.
    const cim::ClassInfo* info = cim::find_class(list.class_name);
    const bool association = info != nullptr && !info->properties.empty() &&
                             info->properties.front().type == cim::Type::Reference;
    if (association) {
      answer = co_await provider.references(world, of->path, list.class_name, sim::seconds(60));
    } else {
      answer = co_await provider.associators(world, of->path, list.class_name, sim::seconds(60));
    }
  } else {
    answer = co_await provider.enumerate(world, list.class_name, sim::seconds(60));
  }
  if (!answer || answer->status != cim::CimStatus::Ok) {
    const std::string seen =
        answer ? std::string(cim::name(answer->status)) : "no answer: " + answer.error().why;
    fail_step(context, step,
              {.rule = "list",
               .message = "list " + list.class_name + " was answered " + seen,
               .expected = "a list",
               .seen = seen});
    co_return false;
  }
  if (!step.as) co_return true;
  std::vector<BoundValue> values;
  for (const cim::Instance& instance : answer->instances) {
    values.push_back({bind_reference(context, instance.path, list.provider)});
  }
  context.bindings.replace(*step.as, std::move(values));
  context.history.touch();
  co_return true;
}

}  // namespace replsim::harness
