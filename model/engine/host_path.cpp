// A host write from its arrival to its answer.
#include "model/engine/host_path.h"

#include <algorithm>
#include <optional>

#include "model/cim/state_graph.h"
#include "model/engine/context.h"

namespace replsim::engine {
namespace {

using cim::CopyState;
using trace::IoAnswer;

constexpr std::uint32_t reply_bytes = 64;

}  // namespace

HostPath::Session& HostPath::session(sim::Node& host) {
  const auto at = std::ranges::find(sessions_, &host, &Session::host);
  if (at == sessions_.end()) {
    sessions_.push_back({&host, host.incarnation(), {}});
    return sessions_.back();
  }
  if (at->incarnation != host.incarnation()) *at = {&host, host.incarnation(), {}};
  return *at;
}

void HostPath::receive(sim::World& world, sim::Node& host, sim::Message message) {
  const auto kind = static_cast<Wire>(message.kind);
  const VolumeNumber number_of{static_cast<std::uint32_t>(message.words[0])};
  Volume* volume = context_.volumes.find(number_of);
  const Extent extent{message.words[1], message.words[2]};
  const std::uint64_t size = volume == nullptr ? 0 : blocks_shown(*volume);
  const bool inside = extent.blocks <= size && extent.lba <= size - extent.blocks;
  if (!inside || context_.recovering) {
    // A volume that is gone answers an error; an array that still reads its records says nothing.
    if (!context_.recovering) reply(world, host, message.request, IoAnswer::Error, {}, reply_bytes);
    return;
  }
  if (kind == Wire::HostRead) {
    context_.spawn(serve_read(world, host, message.request, *volume, extent));
    return;
  }
  if (kind == Wire::HostFlush) {
    context_.spawn(serve_flush(world, host, message.request, *volume));
    return;
  }
  Session& known = session(host);
  const std::uint64_t lowest_open = message.words[4];
  std::erase_if(known.seen, [&](const Seen& seen) { return seen.request < lowest_open; });
  const auto at = std::ranges::find(known.seen, message.request, &Seen::request);
  if (at != known.seen.end()) {
    if (at->answered) reply(world, host, message.request, at->answer, {}, reply_bytes);
    return;
  }
  if (message.request < lowest_open) return;  // settled at the host: a late repetition
  known.seen.push_back({message.request});
  context_.spawn(serve_write(world, host, message.request, *volume, extent, message.words[3]));
}

std::uint64_t HostPath::blocks_shown(const Volume& volume) const {
  std::uint64_t blocks = volume.record.blocks();
  for (const Relation* end : volume.ends) blocks = std::min(blocks, end->record.blocks);
  return blocks;
}

void HostPath::reply(sim::World& world, sim::Node& host, std::uint64_t request, IoAnswer answer,
                     std::vector<std::uint64_t> stamps, std::uint32_t bytes) {
  sim::Message out{.kind = number(Wire::HostReply), .bytes = bytes, .request = request};
  out.words[0] = static_cast<std::uint64_t>(answer);
  if (!stamps.empty()) {
    auto body = std::make_unique<StampsBody>();
    body->stamps = std::move(stamps);
    out.body = std::move(body);
  }
  if (sim::Link* link = context_.node.link_to(host)) {
    link->send(world, context_.node, std::move(out));
  }
}

sim::Task<void> HostPath::serve_write(sim::World& world, sim::Node& host, std::uint64_t request,
                                      Volume& volume, Extent extent, std::uint64_t stamp) {
  const sim::EntityId entity = volume.entity;
  ++volume.host_ios;
  world.emit(trace::host_write, entity, stamp, extent.lba, extent.blocks);
  const IoAnswer answer = co_await write(world, volume, extent, stamp);
  --volume.host_ios;
  world.emit(trace::host_ack, entity, stamp, extent.lba, extent.blocks,
             static_cast<std::uint64_t>(answer));
  Session& known = session(host);
  const auto at = std::ranges::find(known.seen, request, &Seen::request);
  if (at != known.seen.end()) {
    at->answered = true;
    at->answer = answer;
  }
  reply(world, host, request, answer, {}, reply_bytes);
}

sim::Task<void> HostPath::serve_read(sim::World& world, sim::Node& host, std::uint64_t request,
                                     Volume& volume, Extent extent) {
  IoAnswer answer = IoAnswer::Refused;
  std::vector<std::uint64_t> stamps;
  ++volume.host_ios;
  if (may_read(volume)) {
    const DiskPort& port = context_.port(volume.record);
    auto ticket = port.disk->read(world, context_.extent(volume.record, extent.lba, extent.blocks));
    const sim::IoResult result = co_await ticket;
    answer = result ? IoAnswer::Ok : IoAnswer::Error;
    if (result) {
      stamps.resize(extent.blocks);
      const sim::AreaId area{volume.record.number.value};
      port.content->for_each_read(
          area, extent.lba, extent.blocks,
          [&](std::uint64_t lba, std::uint64_t s) { stamps[lba - extent.lba] = s; });
    }
  }
  --volume.host_ios;
  world.emit(trace::host_read, volume.entity, request, extent.lba, extent.blocks,
             static_cast<std::uint64_t>(answer));
  const auto bytes = reply_bytes + static_cast<std::uint32_t>(stamps.size() * volume.record.block);
  reply(world, host, request, answer, std::move(stamps), bytes);
}

sim::Task<void> HostPath::serve_flush(sim::World& world, sim::Node& host, std::uint64_t request,
                                      Volume& volume) {
  auto ticket = context_.port(volume.record).disk->flush(world);
  const sim::IoResult result = co_await ticket;
  reply(world, host, request, result ? IoAnswer::Ok : IoAnswer::Error, {}, reply_bytes);
}

sim::Task<void> HostPath::hold(sim::World& world, Volume& volume) {
  ++volume.holds;
  while (volume.writes_in_flight != 0) co_await volume.drained.wait();
  static_cast<void>(world);
}

void HostPath::release(sim::World& world, Volume& volume) {
  if (--volume.holds == 0) volume.released.notify_all(world);
}

sim::Task<IoAnswer> HostPath::write(sim::World& world, Volume& volume, Extent extent,
                                    std::uint64_t stamp) {
  std::optional<RangeLock::Guard> guard;
  while (true) {
    while (volume.holds != 0) co_await volume.released.wait();
    guard.emplace(co_await volume.ranges.lock(world, extent.lba, extent.blocks));
    if (volume.holds == 0) break;
    guard.reset();
  }
  if (!may_write(volume)) co_return IoAnswer::Refused;
  ++volume.writes_in_flight;
  const IoAnswer answer = co_await write_locked(world, volume, extent, stamp);
  if (--volume.writes_in_flight == 0) volume.drained.notify_all(world);
  co_return answer;
}

}  // namespace replsim::engine
