// Decoding stable records for the oracles.
#include "model/testbed/metadata.h"

#include <algorithm>
#include <charconv>

#include "model/engine/record_layout.h"
#include "model/engine/relations.h"
#include "sim/trace_kinds.h"

namespace replsim::testbed {

using engine::RecordKind;
using engine::RelationRecord;
using provider::EndpointFacts;

/// Notes that the records of an array may be others now: a change of them, a loss, a flush.
class Metadata::DiskWatch final : public store::ContentObserver, public sim::TraceObserver {
 public:
  DiskWatch(ArrayMachine& machine, sim::Trace& trace, Snapshot& snapshot)
      : content_(*machine.contents.front()),
        disk_(machine.disks.front()->entity()),
        trace_(trace),
        snapshot_(snapshot) {
    content_.add_observer(*this);
    trace_.add_observer(*this);
  }
  DiskWatch(const DiskWatch&) = delete;
  DiskWatch& operator=(const DiskWatch&) = delete;
  ~DiskWatch() override {
    trace_.remove_observer(*this);
    content_.remove_observer(*this);
  }

  void changed(sim::AreaId area, std::uint64_t, std::uint64_t) override { note(area); }
  void lost(sim::AreaId area, std::uint64_t, std::uint64_t) override { note(area); }
  void observe(const sim::TraceEvent& event) override {
    if (event.entity == disk_ && event.kind == sim::kind::disk_flush.number) {
      snapshot_.outdated = true;
    }
  }

 private:
  void note(sim::AreaId area) {
    if (area == store::record_area) snapshot_.outdated = true;
  }

  store::DiskContent& content_;
  sim::EntityId disk_;
  sim::Trace& trace_;
  Snapshot& snapshot_;
};

Metadata::Metadata(Hardware& hardware) : hardware_(hardware), snapshots_(hardware.arrays().size()) {
  for (std::size_t i = 0; i < snapshots_.size(); ++i) {
    ArrayMachine& machine = *hardware.arrays()[i];
    snapshots_[i].cached = machine.disks.front()->config().cache != 0;
    if (!snapshots_[i].cached) continue;
    watches_.push_back(
        std::make_unique<DiskWatch>(machine, hardware.world().trace(), snapshots_[i]));
  }
}

Metadata::~Metadata() = default;

void Metadata::rebuild(std::size_t array) const {
  Snapshot& snapshot = snapshots_[array];
  snapshot.payloads.clear();
  const auto keep = [&](store::RecordKey key, std::span<const std::uint64_t> encoded) {
    if (const auto payload = store::record_payload(encoded)) {
      snapshot.payloads.emplace(key, Words(payload->begin(), payload->end()));
    }
  };
  const store::RecordTable& records = hardware_.arrays()[array]->records();
  for (const RecordKind kind : {RecordKind::Volume, RecordKind::Relation, RecordKind::Bitmap,
                                RecordKind::Activity, RecordKind::Journal}) {
    records.for_each(engine::number(kind), true, keep);
  }
  snapshot.outdated = false;
  ++snapshot.rebuilds;
}

std::span<const std::uint64_t> Metadata::stable(std::size_t array, store::RecordKey key) const {
  Snapshot& snapshot = snapshots_[array];
  if (!snapshot.cached) {
    const auto encoded = hardware_.arrays()[array]->records().find(key);
    if (encoded.empty()) return {};
    return store::record_payload(encoded).value_or(std::span<const std::uint64_t>{});
  }
  if (snapshot.outdated) rebuild(array);
  const auto at = snapshot.payloads.find(key);
  if (at == snapshot.payloads.end()) return {};
  return at->second;
}

std::vector<RelationRecord> Metadata::relations(std::size_t array) const {
  std::vector<RelationRecord> list;
  const auto enter = [&](store::RecordKey, std::span<const std::uint64_t> encoded) {
    const auto payload = store::record_payload(encoded);
    auto record = payload ? engine::decode_relation(*payload) : std::nullopt;
    if (record) list.push_back(std::move(*record));
  };
  hardware_.arrays()[array]->records().for_each(engine::number(RecordKind::Relation), true, enter);
  return list;
}

std::optional<std::pair<std::size_t, engine::EndpointNumber>> Metadata::parse(
    sim::EntityId entity) const {
  if (entity.value < parsed_.size() && parsed_[entity.value].second.value != 0) {
    return std::pair<std::size_t, engine::EndpointNumber>(parsed_[entity.value]);
  }
  const std::string_view name = hardware_.world().trace().name(entity);
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint32_t number = 0;
  const char* end = name.data() + name.size();
  const auto result = std::from_chars(name.data() + colon + 1, end, number);
  if (result.ec != std::errc{} || result.ptr != end || number == 0) return std::nullopt;
  for (std::uint32_t i = 0; i < snapshots_.size(); ++i) {
    if (hardware_.arrays()[i]->config.name != name.substr(0, colon)) continue;
    if (entity.value >= parsed_.size()) parsed_.resize(entity.value + 1);
    parsed_[entity.value] = {i, engine::EndpointNumber{number}};
    return std::pair<std::size_t, engine::EndpointNumber>(parsed_[entity.value]);
  }
  return std::nullopt;
}

std::optional<Metadata::End> Metadata::end_of(std::size_t array,
                                              engine::EndpointNumber number) const {
  auto record = engine::decode_relation(stable(array, engine::relation_key(number)));
  if (!record) return std::nullopt;
  const auto volume =
      engine::decode_volume(stable(array, engine::volume_key(record->local_volume)));
  if (!volume) return std::nullopt;
  return End{array, std::move(*record), volume->block, volume->blocks()};
}

std::vector<Metadata::End> Metadata::ends_of(sim::EntityId endpoint) const {
  std::vector<End> ends;
  const auto place = parse(endpoint);
  auto own = place ? end_of(place->first, place->second) : std::nullopt;
  if (!own) return ends;
  ends.push_back(std::move(*own));
  const std::size_t array = place->first;
  if (ends.front().record.peer != hardware_.arrays()[array]->config.name) return ends;
  for (const RelationRecord& other : relations(array)) {
    if (!other.hidden || other.pair != ends.front().record.pair) continue;
    if (auto second = end_of(array, other.number)) ends.push_back(std::move(*second));
  }
  return ends;
}

EndpointFacts Metadata::facts_of(std::size_t array, const RelationRecord& record) const {
  const ArrayMachine& machine = *hardware_.arrays()[array];
  sim::Trace& trace = hardware_.world().trace();
  const bool local = record.peer == machine.config.name;
  EndpointFacts facts;
  facts.endpoint = trace.entity(machine.config.name + ":" + std::to_string(record.number.value));
  facts.pair = record.pair.value;
  facts.role =
      record.role == engine::Role::Source ? provider::EndRole::Source : provider::EndRole::Target;
  if (local) facts.role = provider::EndRole::Both;
  facts.array = machine.config.name;
  facts.peer = record.peer;
  const auto volume = engine::decode_volume(stable(array, engine::volume_key(record.local_volume)));
  const sim::EntityId here =
      volume ? trace.entity(machine.config.name + "/" + volume->name) : sim::EntityId{};
  const sim::EntityId there = trace.entity(record.remote_volume);
  const bool source = record.role == engine::Role::Source;
  facts.source_volume = source ? here : there;
  facts.target_volume = source ? there : here;
  facts.copy_state = cim::number(record.state);
  facts.mode = cim::number(record.mode);
  facts.target_image = static_cast<std::uint16_t>(record.target_image);
  facts.source_image = record.source_image_consistent ? 2 : 1;
  facts.backward = record.direction == engine::CopyDirection::Backward;
  facts.split_brain = record.split_brain;
  facts.failed_copy_stops_host_io = record.settings.failed_copy_stops_host_io;
  facts.generation = {record.lineage.current.counter, record.lineage.current.array};
  for (const engine::Generation& ancestor : record.lineage.ancestors) {
    facts.ancestors.push_back({ancestor.counter, ancestor.array});
  }
  if (volume) facts.granule_blocks = machine.config.granule_bytes / volume->block;
  facts.everything_dirty = record.everything_dirty;
  return facts;
}

std::vector<EndpointFacts> Metadata::endpoints() const {
  std::vector<EndpointFacts> list;
  for (std::size_t i = 0; i < snapshots_.size(); ++i) {
    for (const RelationRecord& record : relations(i)) {
      if (!record.hidden) list.push_back(facts_of(i, record));
    }
  }
  return list;
}

std::uint64_t Metadata::granule_blocks(const End& end) const {
  return hardware_.arrays()[end.array]->config.granule_bytes / end.block;
}

std::uint64_t Metadata::extent_blocks(const End& end) const {
  return hardware_.arrays()[end.array]->config.extent_bytes / end.block;
}

std::uint64_t Metadata::version(std::size_t array) const {
  Snapshot& snapshot = snapshots_[array];
  if (!snapshot.cached) return hardware_.arrays()[array]->records().changes();
  if (snapshot.outdated) rebuild(array);
  return snapshot.rebuilds;
}

bool Metadata::Cover::holds(const Metadata& metadata, std::uint64_t lba) {
  if (end.record.everything_dirty) return true;
  const engine::EndpointNumber number = end.record.number;
  const std::uint64_t granule = lba / metadata.granule_blocks(end);
  const auto index = static_cast<std::uint32_t>(granule / engine::DirtyBitmap::bits_a_page);
  auto at = pages.find(index);
  if (at == pages.end()) {
    const auto words = metadata.stable(end.array, engine::bitmap_key(number, index));
    const auto page = engine::decode_bitmap(words).value_or(engine::DirtyBitmap::Page{});
    at = pages.emplace(index, page).first;
  }
  const std::uint64_t bit = granule % engine::DirtyBitmap::bits_a_page;
  if ((at->second[bit / 64] >> (bit % 64) & 1) != 0) return true;
  if (!extents_read) {
    extents_read = true;
    for (std::uint32_t page = 0; page < engine::ActivityLog::pages; ++page) {
      const auto words = metadata.stable(end.array, engine::activity_key(number, page));
      if (const auto activity = engine::decode_activity(words)) {
        extents.insert(extents.end(), activity->begin(), activity->end());
      }
    }
    std::ranges::sort(extents);
  }
  return std::ranges::binary_search(extents, lba / metadata.extent_blocks(end)) ||
         metadata.journaled(end, lba);
}

std::optional<engine::JournalRecord> Metadata::entry(const End& end, std::uint32_t slot) const {
  const auto key = engine::journal_key(end.record.number, slot);
  const auto record = engine::decode_journal(stable(end.array, key));
  if (!record || record->epoch != end.record.journal) return std::nullopt;
  return record;
}

void Metadata::for_each_entry(const End& end, const VisitEntry& visit) const {
  if (end.record.journal == 0) return;
  if (engine::Array* array = hardware_.arrays()[end.array]->running(); array && array->ready()) {
    const engine::Relation* relation = array->relations().find(end.record.number);
    if (relation == nullptr) return;
    relation->journal.for_each([&](const engine::Journal::Entry& known) {
      if (const auto record = entry(end, known.slot)) visit(*record);
    });
    return;
  }
  std::uint64_t low = 1;
  if (const auto head =
          engine::decode_journal_head(stable(end.array, engine::journal_key(end.record.number, 0)));
      head && head->epoch == end.record.journal) {
    low = head->low;
  }
  const store::RecordTable& records = hardware_.arrays()[end.array]->records();
  records.for_each(engine::number(RecordKind::Journal), true,
                   [&](store::RecordKey key, std::span<const std::uint64_t>) {
                     if (key.owner != end.record.number.value || key.index == 0) return;
                     const auto record = entry(end, key.index);
                     if (record && record->number >= low) visit(*record);
                   });
}

bool Metadata::journaled(const End& end, std::uint64_t lba) const {
  if (end.record.journal == 0) return false;
  const auto holds = [&](const engine::JournalRecord& record) {
    return lba >= record.extent.lba && lba - record.extent.lba < record.extent.blocks;
  };
  if (engine::Array* array = hardware_.arrays()[end.array]->running(); array && array->ready()) {
    const engine::Relation* relation = array->relations().find(end.record.number);
    if (relation == nullptr) return false;
    for (const std::uint32_t slot : relation->journal.slots_covering(lba)) {
      const auto record = entry(end, slot);
      if (record && holds(*record)) return true;
    }
    return false;
  }
  bool found = false;
  for_each_entry(end, [&](const engine::JournalRecord& record) { found |= holds(record); });
  return found;
}

bool Metadata::covered(sim::EntityId endpoint, std::uint64_t lba) const {
  const auto place = parse(endpoint);
  if (!place) return false;
  if (endpoint.value >= covers_.size()) covers_.resize(endpoint.value + 1);
  Covers& covers = covers_[endpoint.value];
  const std::uint64_t now = version(place->first);
  if (!covers.read || covers.version != now) {
    covers.read = true;
    covers.version = now;
    covers.ends.clear();
    for (End& end : ends_of(endpoint)) covers.ends.push_back(Cover{.end = std::move(end)});
  }
  return std::ranges::any_of(covers.ends, [&](Cover& end) { return end.holds(*this, lba); });
}

void Metadata::for_each_dirty(sim::EntityId endpoint, const VisitBlocks& visit) const {
  for (const End& end : ends_of(endpoint)) {
    engine::DirtyBitmap bitmap(granule_blocks(end));
    const std::uint64_t page_blocks = engine::DirtyBitmap::bits_a_page * granule_blocks(end);
    const auto pages =
        static_cast<std::uint32_t>((end.total_blocks + page_blocks - 1) / page_blocks);
    for (std::uint32_t page = 0; page < pages; ++page) {
      const auto content =
          engine::decode_bitmap(stable(end.array, engine::bitmap_key(end.record.number, page)));
      if (content) bitmap.load(page, *content);
    }
    for (const engine::Extent& extent : bitmap.extents(end.total_blocks)) {
      visit(extent.lba, extent.blocks);
    }
  }
}

void Metadata::for_each_active(sim::EntityId endpoint, const VisitBlocks& visit) const {
  for (const End& end : ends_of(endpoint)) {
    engine::ActivityLog log(extent_blocks(end));
    for (std::uint32_t page = 0; page < engine::ActivityLog::pages; ++page) {
      const auto content =
          engine::decode_activity(stable(end.array, engine::activity_key(end.record.number, page)));
      if (content) log.load(page, *content);
    }
    for (const engine::Extent& extent : log.stable_extents(end.total_blocks)) {
      visit(extent.lba, extent.blocks);
    }
  }
}

void Metadata::for_each_journaled(sim::EntityId endpoint, const VisitBlocks& visit) const {
  for (const End& end : ends_of(endpoint)) {
    for_each_entry(end, [&](const engine::JournalRecord& record) {
      visit(record.extent.lba, record.extent.blocks);
    });
  }
}

void Metadata::for_each_volatile_dirty(sim::EntityId endpoint, const VisitBlocks& visit) const {
  for (const End& end : ends_of(endpoint)) {
    engine::Array* array = hardware_.arrays()[end.array]->running();
    if (array == nullptr) continue;
    const engine::Relation* relation = array->relations().find(end.record.number);
    if (relation == nullptr) continue;
    for (const engine::Extent& extent : relation->bitmap.extents(end.total_blocks)) {
      visit(extent.lba, extent.blocks);
    }
  }
}

}  // namespace replsim::testbed
