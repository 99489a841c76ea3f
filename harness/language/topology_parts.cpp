// Entities of a topology with their defaults. Figures of the disk kinds: round numbers of data
// sheets; the table's fallback texts say the same.
#include "harness/language/topology_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "harness/language/topology_loader.h"
#include "sim/wide.h"

namespace replsim::harness {
namespace {

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = kib * kib;
constexpr std::uint64_t gib = mib * kib;
constexpr std::uint64_t tib = gib * kib;

std::optional<sim::Latency> read_latency(Context& context, Cursor at) {
  at = follow(context, at);
  if (!at) return std::nullopt;
  if (!at.node->is_map()) {
    const auto constant = read_duration(context, at);
    if (!constant) return std::nullopt;
    if (*constant >= sim::Duration{0}) return sim::Latency{*constant, {}};
    context.report.add("out-of-range", at.node->location, "a latency is not negative");
    return std::nullopt;
  }
  Fields fields(context, at, {"latency"});
  const auto mean = fields.span("mean", true);
  const auto p99 = fields.span("p99", true);
  if (!mean || !p99) return std::nullopt;
  if (*p99 > *mean) return sim::Latency{*mean, *p99};
  context.report.add("out-of-range", at.node->location, "`p99` lies above `mean`");
  return std::nullopt;
}

provider::ClockSpec read_clock(Context& context, Cursor at) {
  Fields fields(context, at, {"clock"});
  provider::ClockSpec clock;
  clock.offset = fields.duration("offset").value_or(sim::Duration{0});
  clock.drift_ppb = fields.share("drift", 1'000'000'000, -999'999'999).value_or(0);
  return clock;
}

/// The figures of a kind of disk.
provider::DiskSpec disk_of_kind(std::string_view kind) {
  using sim::microseconds;
  using sim::milliseconds;
  provider::DiskSpec disk;
  disk.size = 2 * tib;
  if (kind == "hdd") {
    disk.read = disk.write = {milliseconds(8), milliseconds(25)};
    disk.bandwidth = 150 * mib;
    disk.queue_depth = 1;
  } else if (kind == "ssd") {
    disk.read = {microseconds(120), {}};
    disk.write = {microseconds(60), {}};
    disk.bandwidth = 500 * mib;
    disk.queue_depth = 32;
  } else {
    disk.read = {microseconds(80), {}};
    disk.write = {microseconds(20), {}};
    disk.bandwidth = 3 * gib;
    disk.queue_depth = 128;
  }
  return disk;
}

/// A bandwidth of nothing would never carry anything.
void check_bandwidth(Context& context, Fields& fields, std::uint64_t bandwidth) {
  if (bandwidth == 0 && fields.has("bandwidth"))
    context.report.add("out-of-range", fields.get("bandwidth").node->location,
                       "a bandwidth is more than 0 B/s");
}

provider::DiskSpec read_disk(Context& context, const Node& name, Cursor at) {
  Fields fields(context, at, {"disk"});
  provider::DiskSpec disk = disk_of_kind(fields.word("kind").value_or("nvme"));
  disk.name = name.text;
  disk.size = fields.size("size").value_or(disk.size);
  if (const auto read = read_latency(context, fields.raw("read-latency"))) disk.read = *read;
  if (const auto write = read_latency(context, fields.raw("write-latency"))) disk.write = *write;
  if (fields.has("bandwidth"))
    disk.bandwidth = read_byte_rate(context, fields.raw("bandwidth")).value_or(disk.bandwidth);
  check_bandwidth(context, fields, disk.bandwidth);
  disk.queue_depth =
      static_cast<std::uint32_t>(fields.count("queue-depth", 1, 65'536).value_or(disk.queue_depth));
  disk.cache = fields.size("cache").value_or(0);
  if (disk.size == 0 && fields.has("size"))
    context.report.add("out-of-range", fields.get("size").node->location,
                       "a disk is larger than 0 B");
  return disk;
}

provider::PoolSpec read_pool(Context& context, const Node& name, Cursor at,
                             const provider::ArraySpec& array) {
  Fields fields(context, at, {"pool"});
  provider::PoolSpec pool;
  pool.name = name.text;
  pool.size = fields.size("size").value_or(0);
  pool.thin = fields.truth("thin").value_or(false);
  std::vector<std::string_view> words;
  for (const auto& disk : array.disks) words.push_back(disk.name);
  for (const Cursor one : elements(context, fields.raw("disks")))
    if (const auto disk = read_word(context, one, words)) pool.disks.push_back(*disk);
  return pool;
}

provider::VolumeSpec read_volume(Context& context, const Node& name, Cursor at,
                                 const provider::ArraySpec& array) {
  provider::VolumeSpec volume;
  volume.name = name.text;
  at = follow(context, at);
  if (!at.node->is_map()) {
    volume.size = read_size(context, at).value_or(volume.block);
  } else {
    Fields fields(context, at, {"volume"});
    volume.size = fields.size("size").value_or(volume.block);
    const std::uint64_t block = fields.size("block").value_or(volume.block);
    if (block == 512 || block == 4096)
      volume.block = static_cast<std::uint32_t>(block);
    else
      context.report.add("out-of-range", fields.get("block").node->location,
                         "a block is 512 B or 4 KiB");
    std::vector<std::string_view> words;
    for (const auto& pool : array.pools) words.push_back(pool.name);
    if (fields.has("pool")) volume.pool = read_word(context, fields.raw("pool"), words);
  }
  if (volume.size == 0 || volume.size % volume.block != 0)
    context.report.add("out-of-range", at.node->location,
                       fmt::format("a volume is a whole number of blocks of {} B", volume.block));
  return volume;
}

/// A pool lies on disks, and what is declared in it lies in it; a thin one is only promised.
void check_pools(Context& context, Cursor pools, Cursor volumes, const provider::ArraySpec& array) {
  for (const auto& pool : array.pools) {
    if (pool.thin) continue;
    const Node* pool_node = pools.node->find(pool.name);
    sim::Wide room = 0;
    for (const auto& disk : array.disks)
      if (pool.disks.empty() || std::ranges::find(pool.disks, disk.name) != pool.disks.end())
        room += disk.size;
    if (pool.size > room && pool_node != nullptr)
      context.report.add(
          "out-of-range", pool_node->location,
          fmt::format("the pool {} of {} is larger than its disks of {}", pool.name,
                      size_text(pool.size), size_text(static_cast<std::uint64_t>(room))),
          "or make it `thin: true`");
    sim::Wide taken = 0;
    for (const auto& volume : array.volumes) {
      if (volume.pool != pool.name) continue;
      taken += volume.size;
      if (taken <= pool.size) continue;
      const Node* node = volumes.node == nullptr ? nullptr : volumes.node->find(volume.name);
      if (node != nullptr)
        context.report.add("out-of-range", node->location,
                           fmt::format("the volumes up to {} take more than the {} of the pool {}",
                                       volume.name, size_text(pool.size), pool.name));
      break;
    }
  }
}

/// Calls `each` for the entries of a map of named parts; a name stands once in an array.
template <typename Each>
void each_part(Context& context, Cursor at, std::set<std::string>& names, Each each) {
  at = follow(context, at);
  if (!at) return;
  if (!at.node->is_map()) return report_type(context, *at.node, "a map {name: ...}");
  for (const Entry& entry : at.node->entries) {
    if (!is_name(entry.key.text))
      context.report.add("wrong-type", entry.key.location,
                         fmt::format("`{}` is no name", entry.key.text),
                         "letters, digits, - and _, beginning with a letter");
    else if (!names.insert(entry.key.text).second)
      context.report.add("name-twice", entry.key.location,
                         fmt::format("two things are called {}", entry.key.text));
    else
      each(entry.key, Cursor{&entry.value, at.scope});
  }
}

}  // namespace

provider::HostSpec read_host(Context& context, const Node& name, Cursor at) {
  Fields fields(context, at, {"host"});
  provider::HostSpec host;
  host.name = name.text;
  host.site = fields.name("site").value_or(name.text);
  host.sees = fields.texts("sees");
  if (fields.has("clock")) host.clock = read_clock(context, fields.raw("clock"));
  host.speed_ppb = fields.share("speed", 1'000'000'000'000, 1).value_or(1'000'000'000);
  return host;
}

provider::ArraySpec read_array(Context& context, const Node& name, Cursor at,
                               const LoadedFile& file) {
  Fields fields(context, at, {"array"});
  provider::ArraySpec array;
  array.name = name.text;
  array.site = fields.name("site").value_or(name.text);
  const Cursor profile = fields.get("profile");
  if (profile && profile.node->is_scalar()) array.profile_name = profile.node->text;
  array.profile = load_profile(context, profile, file);
  std::set<std::string> names;
  each_part(context, fields.raw("disks"), names, [&](const Node& part, Cursor value) {
    array.disks.push_back(read_disk(context, part, value));
  });
  if (array.disks.empty()) {
    array.disks.push_back(disk_of_kind("nvme"));
    array.disks.back().name = "d0";
    names.insert("d0");
  }
  each_part(context, fields.raw("pools"), names, [&](const Node& part, Cursor value) {
    array.pools.push_back(read_pool(context, part, value, array));
  });
  each_part(context, fields.raw("volumes"), names, [&](const Node& part, Cursor value) {
    array.volumes.push_back(read_volume(context, part, value, array));
  });
  if (!array.pools.empty()) check_pools(context, fields.get("pools"), fields.get("volumes"), array);
  array.journal = fields.size("journal").value_or(64 * gib);
  if (fields.has("timeouts")) {
    Fields timeouts(context, fields.raw("timeouts"), {"timeouts"});
    array.peer_timeout = timeouts.span("peer", true).value_or(array.peer_timeout);
    array.fence_timeout = timeouts.span("fence", true).value_or(array.fence_timeout);
    array.call_limit = timeouts.span("call-limit", true);
  }
  if (fields.has("clock")) array.clock = read_clock(context, fields.raw("clock"));
  read_knobs(context, fields.raw("knobs"), array.knobs);
  return array;
}

provider::LinkSpec read_link(Context& context, const Node& name, Cursor at,
                             const provider::Topology& topology) {
  Fields fields(context, at, {"link"});
  provider::LinkSpec link;
  link.name = name.text;
  std::vector<std::string_view> ends = {"client"};
  for (const auto& array : topology.arrays) ends.push_back(array.name);
  for (const auto& host : topology.hosts) ends.push_back(host.name);
  const auto known = [&](std::string_view end) {
    return std::ranges::find(ends, end) != ends.end();
  };
  if (fields.has("from") || fields.has("to")) {
    link.from = read_word(context, fields.raw("from"), ends).value_or("");
    link.to = read_word(context, fields.raw("to"), ends).value_or("");
    if (!fields.has("from") || !fields.has("to"))
      context.report.add("missing-key", fields.location(), "`from` and `to` go together");
  } else {
    // Names may have dashes themselves: take the cut where both ends are known.
    for (std::size_t dash = name.text.find('-'); dash != std::string::npos && link.from.empty();
         dash = name.text.find('-', dash + 1)) {
      if (!known(name.text.substr(0, dash)) || !known(name.text.substr(dash + 1))) continue;
      link.from = name.text.substr(0, dash);
      link.to = name.text.substr(dash + 1);
    }
    if (link.from.empty())
      context.report.add("unknown-name", name.location,
                         fmt::format("`{}` does not join two hosts or arrays", name.text),
                         "name it a-b, or say from and to; ends are " + one_of(ends));
  }
  if (!link.from.empty() && link.from == link.to)
    context.report.add("out-of-range", name.location, "a link joins two different things");
  link.latency.mean = sim::microseconds(100);
  if (fields.has("latency") && fields.has("rtt"))
    context.report.add("conflicting-keys", fields.raw("rtt").node->location,
                       "`latency` and `rtt` exclude each other");
  if (const auto latency = read_latency(context, fields.raw("latency"))) link.latency = *latency;
  if (const auto rtt = fields.span("rtt")) link.latency = {*rtt / 2, {}};
  link.jitter = fields.span("jitter").value_or(sim::Duration{0});
  link.bandwidth = 2'000'000'000;  // 16 Gbit/s
  if (fields.has("bandwidth"))
    link.bandwidth = read_byte_rate(context, fields.raw("bandwidth")).value_or(link.bandwidth);
  check_bandwidth(context, fields, link.bandwidth);
  link.loss_ppb = static_cast<std::uint32_t>(fields.share("loss").value_or(0));
  link.queue = fields.size("queue").value_or(0);
  link.management = fields.truth("management").value_or(link.from == "client");
  return link;
}

}  // namespace replsim::harness
