// How two arrays are built, called, written to and looked at.
#include "tests/engine/pair.h"

#include "model/cim/profile_defaults.h"
#include "model/store/stamp.h"

namespace replsim::engine::test {
namespace {

constexpr std::uint64_t block = 4096;

sim::DiskConfig disk_config(const std::string& name, const Figures& figures) {
  return {.name = name + "/d0",
          .size = store::record_region_bytes + 64 * volume_blocks * block,
          .read = {.mean = sim::microseconds(10)},
          .write = {.mean = figures.disk_write}};
}

sim::LinkConfig link_config(const std::string& name, sim::Duration latency) {
  return {.name = name, .latency = {.mean = latency}};
}

sim::Task<void> call_create(sim::World& world, Array& array, CreateRequest request, Call& call) {
  call.result = co_await array.create_mirror(world, std::move(request));
  call.done = true;
}

sim::Task<void> call_modify(sim::World& world, Array& array, ModifyRequest request, Call& call) {
  call.result = co_await array.modify(world, request);
  call.done = true;
}

}  // namespace

Site::Site(sim::World& world, const std::string& name, const std::string& peer, sim::Lane lane,
           const Figures& figures)
    : node(world, name, lane), disk(world, disk_config(name, figures), node, content) {
  config.name = name;
  config.profile = cim::default_profile();
  config.disks = {{&disk, &content}};
  config.pools = {{"pool1", 16 * volume_blocks * block}};
  config.volumes = {{"vol1", volume_blocks * block, static_cast<std::uint32_t>(block), {}}};
  config.peers = {peer};
  config.granule_bytes = granule_blocks * block;
  config.extent_bytes = 8 * block;
  config.copy_window = 4;
}

Relation* Site::relation() {
  if (node.software() == nullptr) return nullptr;
  const auto all = array().relations().all();
  return all.empty() ? nullptr : all.front();
}

std::optional<RelationRecord> Site::stable_record() const {
  std::optional<RelationRecord> out;
  const store::Records records(*config.disks[0].disk, *config.disks[0].content);
  records.for_each_stable(number(RecordKind::Relation),
                          [&](store::RecordKey, WordSpan words) { out = decode_relation(words); });
  return out;
}

bool Site::stably_tracked(std::uint64_t lba) const {
  bool tracked = false;
  const store::Records records(*config.disks[0].disk, *config.disks[0].content);
  records.for_each_stable(number(RecordKind::Bitmap), [&](store::RecordKey key, WordSpan words) {
    DirtyBitmap bitmap(granule_blocks);
    if (const auto page = decode_bitmap(words)) bitmap.load(key.index, *page);
    tracked = tracked || bitmap.any(lba, 1);
  });
  records.for_each_stable(number(RecordKind::Activity), [&](store::RecordKey key, WordSpan words) {
    ActivityLog log(config.extent_bytes / block);
    if (const auto page = decode_activity(words)) log.load(key.index, *page);
    for (const Extent& extent : log.stable_extents(volume_blocks)) {
      tracked = tracked || (lba >= extent.lba && lba < extent.lba + extent.blocks);
    }
  });
  return tracked;
}

Pair::Pair(const Figures& figures)
    : world({.seed = figures.seed}),
      host(world, "host", sim::Lane{3}),
      east(world, "east", "west", sim::Lane{1}, figures),
      west(world, "west", "east", sim::Lane{2}, figures),
      link(world, link_config("east-west", figures.link_latency), east.node, west.node),
      east_path(world, link_config("host-east", sim::microseconds(1)), host, east.node),
      west_path(world, link_config("host-west", sim::microseconds(1)), host, west.node) {
  world.trace().add_observer(*this);
  host.set_boot(
      [this](sim::World&, sim::Node&) { return std::make_unique<HostSoftware>(answers); });
  host.start(world);
  for (Site* site : {&east, &west}) boot(*site);
  while (!east.array().ready() || !west.array().ready()) run(sim::milliseconds(1));
}

Pair::~Pair() {
  world.trace().remove_observer(*this);
  for (sim::Node* node : {&east.node, &west.node, &host}) {
    node->go_down(world, sim::DownReason::ShutDown);
  }
}

void Pair::boot(Site& site) {
  Array::format(world, site.config);
  site.node.set_boot([&site](sim::World& w, sim::Node& node) {
    auto software = std::make_unique<ArraySoftware>(w, node, site.config);
    software->array.start(w);
    return software;
  });
  start(site);
}

bool Pair::busy() {
  for (Site* site : {&east, &west}) {
    if (site->node.software() != nullptr && site->array().busy()) return true;
  }
  return false;
}

void Pair::settle(sim::Duration limit) {
  const sim::Instant end = world.now() + limit;
  do {
    run(sim::seconds(1));
  } while (busy() && world.now() < end);
}

Call& Pair::create(bool in_pool, std::optional<cim::CopyState> wait) {
  CreateRequest request;
  request.source_volume = "vol1";
  request.target_array = "west";
  if (!in_pool) request.target_volume = "vol1";
  west.volume = in_pool ? 2 : 1;
  request.wait = wait;
  Call& call = calls_.emplace_back();
  east.node.tasks().spawn(world, call_create(world, east.array(), std::move(request), call));
  return call;
}

Call& Pair::modify(Site& site, cim::Operation operation, bool force) {
  Call& call = calls_.emplace_back();
  const Relation* relation = site.relation();
  if (relation == nullptr) return call;
  const ModifyRequest request{
      .endpoint = relation->record.number, .operation = operation, .force = force, .wait = {}};
  site.node.tasks().spawn(world, call_modify(world, site.array(), request, call));
  return call;
}

std::uint64_t Pair::write(Site& site, std::uint64_t lba, std::uint64_t blocks) {
  const std::uint64_t request = ++writes_;
  sim::Message message;
  message.kind = number(Wire::HostWrite);
  message.request = request;
  message.words = {site.volume, lba, blocks, store::make_stamp(1, request), request};
  host.link_to(site.node)->send(world, host, std::move(message));
  return request;
}

std::optional<trace::IoAnswer> Pair::write_now(Site& site, std::uint64_t lba,
                                               std::uint64_t blocks) {
  const std::uint64_t request = write(site, lba, blocks);
  const sim::Instant end = world.now() + sim::seconds(60);
  for (sim::Duration step = sim::microseconds(200); !answers.contains(request); step += step / 8) {
    if (world.now() >= end) break;
    run(step);
  }
  if (!answers.contains(request)) return std::nullopt;
  return answers[request];
}

void Pair::mirror(bool in_pool) {
  for (const std::uint64_t lba : {0u, 1u, 9u, 20u, 21u, 40u, 63u}) write_now(east, lba);
  create(in_pool);
  settle();
  changes.clear();
  events.clear();
}

bool Pair::leaves_nothing() {
  for (sim::Node* node : {&east.node, &west.node, &host}) {
    node->go_down(world, sim::DownReason::ShutDown);
  }
  run(sim::seconds(1));
  return world.pending() == 0 && world.frames().in_use() == 0;
}

void Pair::crash(Site& site, sim::DownReason why) {
  site.node.go_down(world, why);
}

void Pair::cut() {
  sim::LinkFault fault;
  fault.id = {1};
  fault.cut = true;
  link.add_fault(world, fault);
}

void Pair::heal() {
  link.remove_fault(world, {1});
}

cim::CopyState Pair::state(Site& site) {
  const Relation* relation = site.relation();
  return relation == nullptr ? cim::CopyState::NotApplicable : relation->state();
}

std::vector<std::uint64_t> Pair::differences() const {
  std::vector<std::uint64_t> out;
  for (std::uint64_t lba = 0; lba < volume_blocks; ++lba) {
    if (east.image().at(lba) != west.image().at(lba)) out.push_back(lba);
  }
  return out;
}

std::vector<std::uint64_t> Pair::uncovered() const {
  std::vector<std::uint64_t> out;
  for (const Site* site : {&east, &west}) {
    const auto record = site->stable_record();
    if (!record || record->provisional || record->everything_dirty) return out;
  }
  for (std::uint64_t lba = 0; lba < volume_blocks; ++lba) {
    const bool differs = east.content.stable_at(sim::AreaId{east.volume}, lba) !=
                         west.content.stable_at(sim::AreaId{west.volume}, lba);
    if (differs && !east.stably_tracked(lba) && !west.stably_tracked(lba)) out.push_back(lba);
  }
  return out;
}

void Pair::observe(const sim::TraceEvent& event) {
  if (event.kind < trace::state_change.number) return;
  events.push_back(event);
  if (event.kind != trace::state_change.number) return;
  const std::string& entity = world.trace().name(event.entity);
  const auto to = static_cast<cim::Node>(event.b);
  const auto cause = static_cast<cim::CauseCode>(event.cause);
  changes.push_back(entity.substr(0, entity.find(':')) + " " + std::string(cim::short_code(to)) +
                    " " + std::string(cim::cause_name(cause)));
}

std::string Pair::history() const {
  std::string out;
  for (const std::string& change : changes) out += change + "; ";
  return out;
}

}  // namespace replsim::engine::test
