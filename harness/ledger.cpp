// Filling the ledger from the trace, and its questions. See ledger.h for the rules L1 to L3.
#include "harness/ledger.h"

#include <algorithm>

#include "sim/check.h"

namespace replsim::harness {

namespace {

constexpr std::uint64_t count_mask = (std::uint64_t{1} << 48) - 1;

std::uint64_t page_key(std::uint32_t volume, std::uint64_t number) {
  return (std::uint64_t{volume} << 36) | number;
}

}  // namespace

Ledger::Ledger(const provider::Testbed& testbed, std::size_t sweep_from)
    : testbed_(testbed), sweep_least_(sweep_from), sweep_at_(sweep_from) {}

void Ledger::observe(const sim::TraceEvent& event) {
  if (event.kind == trace::host_write.number) {
    submitted(event);
  } else if (event.kind == trace::host_ack.number) {
    answered(event);
  } else if (event.kind == trace::endpoint_born.number) {
    related(event);
  }
}

void Ledger::submitted(const sim::TraceEvent& event) {
  const std::uint64_t stamp = event.cause;
  if (stamp == 0 || table_.find(stamp) != StampTable::absent) return;  // a retry: the first counts
  const auto host = static_cast<std::size_t>(stamp >> 48);
  if (hosts_.size() <= host) hosts_.resize(host + 1, 0);
  hosts_[host] = std::max(hosts_[host], stamp & count_mask);

  std::uint32_t index = static_cast<std::uint32_t>(writes_.size());
  if (free_writes_.empty()) {
    writes_.emplace_back();
  } else {
    index = free_writes_.back();
    free_writes_.pop_back();
  }
  writes_[index].info = WriteInfo{.stamp = stamp,
                                  .lba = event.a,
                                  .blocks = event.b,
                                  .submitted = event.time,
                                  .volume = event.entity};
  writes_[index].references = static_cast<std::uint32_t>(event.b);
  table_.insert(stamp, index);
  ++volume(event.entity.value).asked;
  ++pending_;
  for (std::uint64_t lba = event.a; lba < event.a + event.b; ++lba) {
    Block& block = page(event.entity.value, lba / page_blocks).blocks[lba % page_blocks];
    std::uint32_t at = free_version_;
    if (at == none) {
      at = static_cast<std::uint32_t>(versions_.size());
      versions_.emplace_back();
    } else {
      free_version_ = versions_[at].next;
      --free_versions_;
    }
    versions_[at] = {index, block.head};
    block.head = at;
    if (++block.depth >= block.limit) sweep_one(block, event.entity.value, lba, event.time);
  }
  if (versions_kept() >= sweep_at_) sweep(event.time);
}

void Ledger::answered(const sim::TraceEvent& event) {
  const std::uint32_t index = table_.find(event.cause);
  if (index == StampTable::absent) return;
  WriteInfo& write = writes_[index].info;
  if (write.fate == WriteFate::Pending) --pending_;
  const auto answer = static_cast<trace::IoAnswer>(event.c);
  if (answer == trace::IoAnswer::Ok) {
    if (write.fate == WriteFate::Acknowledged) return;
    write.fate = WriteFate::Acknowledged;
    write.acked = event.time;
    ++volume(write.volume.value).acknowledged;
  } else if (write.fate != WriteFate::Acknowledged) {
    write.fate = answer == trace::IoAnswer::Refused ? WriteFate::Refused : WriteFate::Failed;
  }
}

void Ledger::related(const sim::TraceEvent& event) {
  const auto entity = static_cast<std::uint32_t>(event.c);
  volume(entity);
  for (const PairVolume& known : pairs_) {
    if (known.pair != event.a) continue;
    const std::uint32_t first = root(known.volume);
    const std::uint32_t second = root(entity);
    if (first != second) volumes_[second].group = first;
    return;
  }
  pairs_.push_back({event.a, entity});
}

const WriteInfo* Ledger::find(std::uint64_t stamp) const {
  if (stamp == 0) return nullptr;
  const std::uint32_t index = table_.find(stamp);
  return index == StampTable::absent ? nullptr : &writes_[index].info;
}

bool Ledger::issued(std::uint64_t stamp) const {
  const auto host = static_cast<std::size_t>(stamp >> 48);
  return host < hosts_.size() && (stamp & count_mask) != 0 && (stamp & count_mask) <= hosts_[host];
}

sim::Instant Ledger::acked_of(std::uint64_t stamp) const {
  if (stamp == 0) return before_all;
  const WriteInfo* write = find(stamp);
  if (write != nullptr) return write->acked;
  return issued(stamp) ? before_all : never;  // forgotten: every kept version came after it
}

bool Ledger::happens_before(std::uint64_t first, std::uint64_t second) const {
  if (first == second || second == 0) return false;
  if (first == 0) return true;
  const WriteInfo* later = find(second);
  const WriteInfo* earlier = find(first);
  return later != nullptr && earlier != nullptr && earlier->acked <= later->submitted;
}

const WriteInfo* Ledger::last_acked(sim::EntityId volume, std::uint64_t lba) const {
  const WriteInfo* last = nullptr;
  for_each_version(volume, lba, [&](const WriteInfo& write) {
    if (write.fate != WriteFate::Acknowledged) return;
    if (last == nullptr || write.acked > last->acked) last = &write;
  });
  return last;
}

const WriteInfo* Ledger::first_successor(sim::EntityId volume, std::uint64_t lba,
                                         std::uint64_t stamp) const {
  const WriteInfo* first = nullptr;
  for_each_newer(volume, lba, stamp, [&](const WriteInfo& write) {
    if (write.fate != WriteFate::Acknowledged) return;
    if (first == nullptr || write.acked <= first->acked) first = &write;
  });
  return first;
}

std::uint64_t Ledger::acknowledged(sim::EntityId entity) const {
  return entity.value < volumes_.size() ? volumes_[entity.value].acknowledged : 0;
}

std::uint64_t Ledger::asked(sim::EntityId entity) const {
  return entity.value < volumes_.size() ? volumes_[entity.value].asked : 0;
}

std::uint32_t Ledger::head(sim::EntityId entity, std::uint64_t lba) const {
  const std::uint32_t index = page_table_.find(page_key(entity.value, lba / page_blocks));
  return index == StampTable::absent ? none : pages_[index]->blocks[lba % page_blocks].head;
}

Ledger::Page& Ledger::page(std::uint32_t entity, std::uint64_t number) {
  const std::uint64_t key = page_key(entity, number);
  const std::uint32_t index = page_table_.find(key);
  if (index != StampTable::absent) return *pages_[index];
  page_table_.insert(key, static_cast<std::uint32_t>(pages_.size()));
  pages_.push_back(std::make_unique<Page>());
  pages_.back()->volume = entity;
  pages_.back()->number = number;
  return *pages_.back();
}

Ledger::Volume& Ledger::volume(std::uint32_t entity) {
  while (volumes_.size() <= entity) {
    volumes_.push_back({0, static_cast<std::uint32_t>(volumes_.size())});
  }
  return volumes_[entity];
}

std::uint32_t Ledger::root(std::uint32_t entity) const {
  while (volumes_[entity].group != entity) entity = volumes_[entity].group;
  return entity;
}

std::vector<const Ledger::Page*> Ledger::pages_of(sim::EntityId entity) const {
  std::vector<const Page*> found;
  for (const auto& page : pages_) {
    if (page->volume == entity.value) found.push_back(page.get());
  }
  std::sort(found.begin(), found.end(),
            [](const Page* a, const Page* b) { return a->number < b->number; });
  return found;
}

}  // namespace replsim::harness
