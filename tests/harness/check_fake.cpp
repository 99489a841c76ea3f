// The world made of wishes.
#include "tests/harness/check_fake.h"

#include <algorithm>
#include <stdexcept>

namespace replsim::harness::fake {

void Image::for_each_written(
    std::uint64_t first, std::uint64_t count,
    const std::function<void(std::uint64_t lba, std::uint64_t stamp)>& visit) const {
  for (std::uint64_t lba = first; lba < first + count && lba < visible.size(); ++lba) {
    if (visible[lba] != 0) visit(lba, visible[lba]);
  }
}

bool Records::covered(sim::EntityId, std::uint64_t lba) const {
  return dirty.contains(lba) || (!facts.empty() && facts.front().everything_dirty);
}

FakeWorld::FakeWorld() {
  for (const char* name : {"east", "west"}) {
    provider::ArraySpec array;
    array.name = name;
    topology_.arrays.push_back(array);
  }
  for (std::uint16_t operation = 2; operation <= 23; ++operation) {
    profile_.operations.insert(operation);
  }
  east = entity("east");
  west = entity("west");
  source = entity("east/vol1");
  target = entity("west/vol1");
  east_end = entity("east:1");
  west_end = entity("west:1");
  images_[source.value];
  images_[target.value];
  ledger = std::make_unique<Ledger>(*this);
  world_.trace().add_observer(*ledger);
  checkers = std::make_unique<Checkers>(*this, *ledger);
  wait(sim::seconds(5));
}

void FakeWorld::wait(sim::Duration duration) {
  const sim::Instant until = world_.now() + duration;
  world_.post_at(
      until, [](void*, std::uint64_t) {}, nullptr);
  world_.run_until(until);
}

void FakeWorld::emit(const sim::TraceKind& kind, sim::EntityId entity, std::uint64_t cause,
                     std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  world_.emit(kind, entity, cause, a, b, c);
}

void FakeWorld::submit(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba,
                       std::uint64_t blocks) {
  wait();
  emit(trace::host_write, volume, stamp, lba, blocks);
}

void FakeWorld::apply(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba,
                      std::uint64_t blocks, Durable durable) {
  wait();
  Image& image = images_.at(volume.value);
  for (std::uint64_t at = lba; at < lba + blocks; ++at) {
    image.visible[at] = stamp;
    if (durable == Durable::Yes) image.stable[at] = stamp;
  }
  listener_->changed(volume, lba, blocks);
}

void FakeWorld::acknowledge(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba,
                            std::uint64_t blocks, trace::IoAnswer answer) {
  wait();
  emit(trace::host_ack, volume, stamp, lba, blocks, cim::number(answer));
}

void FakeWorld::replicated(std::uint64_t stamp, std::uint64_t lba) {
  submit(source, stamp, lba);
  records.dirty.insert(lba);
  apply(source, stamp, lba);
  apply(target, stamp, lba);
  acknowledge(source, stamp, lba);
}

void FakeWorld::local(sim::EntityId volume, std::uint64_t stamp, std::uint64_t lba) {
  submit(volume, stamp, lba);
  records.dirty.insert(lba);
  apply(volume, stamp, lba);
  acknowledge(volume, stamp, lba);
}

void FakeWorld::lose_power(sim::EntityId volume) {
  Image& image = images_.at(volume.value);
  image.visible = image.stable;
  listener_->lost(volume, 0, image.blocks());
}

void FakeWorld::create(cim::CopyState first) {
  exists = true;
  listed = {{"east", 1}, {"west", 1}};
  for (const sim::EntityId endpoint : {east_end, west_end}) {
    provider::EndpointFacts facts;
    facts.endpoint = endpoint;
    facts.pair = pair;
    facts.role = endpoint == east_end ? provider::EndRole::Source : provider::EndRole::Target;
    facts.mode = cim::number(cim::Mode::Synchronous);
    facts.everything_dirty = true;
    records.facts.push_back(facts);
  }
  emit(trace::endpoint_born, east_end, 0, pair, 1, source.value);
  emit(trace::endpoint_born, west_end, 0, pair, 2, target.value);
  const auto cause = first == cim::CopyState::Unsynchronized ? cim::EventCause::CreatedCopying
                                                             : cim::EventCause::CreatedInitialized;
  both(first, cause);
}

void FakeWorld::announce(sim::EntityId endpoint, cim::CopyState to, cim::CauseCode cause) {
  const std::uint16_t from = states[endpoint.value];
  states[endpoint.value] = cim::number(to);
  for (provider::EndpointFacts& facts : records.facts) {
    if (facts.endpoint == endpoint) facts.copy_state = cim::number(to);
  }
  emit(trace::state_change, endpoint, cause, from, cim::number(to), pair);
}

void FakeWorld::synchronize() {
  create();
  wait();
  records.facts[0].everything_dirty = false;
  target_image(2);
  both(cim::CopyState::Synchronized, cim::EventCause::CopyComplete);
  wait();
}

void FakeWorld::cut() {
  emit(trace::peer, east_end, 0, 0);
  emit(trace::peer, west_end, 0, 0);
}

std::uint64_t FakeWorld::fracture() {
  const std::uint64_t id = call(east_end, cim::Operation::Fracture);
  both(cim::CopyState::Fractured, cim::Operation::Fracture);
  return id;
}

std::uint64_t FakeWorld::resync() {
  const std::uint64_t id = call(east_end, cim::Operation::ResyncReplica);
  both(cim::CopyState::Unsynchronized, cim::Operation::ResyncReplica);
  return id;
}

void FakeWorld::fenced_failover() {
  call(west_end, cim::Operation::Failover);
  emit(trace::fence, west_end, 0, 1);
  both(cim::CopyState::Failedover, cim::Operation::Failover);
}

void FakeWorld::unfenced_failover() {
  call(west_end, cim::Operation::Failover);
  emit(trace::fence, west_end, 0, 2);
  announce(west_end, cim::CopyState::Failedover, cim::Operation::Failover);
}

void FakeWorld::copy_backward(bool backward) {
  property(east_end, trace::Property::CopyDirection, backward ? 1 : 0);
  property(west_end, trace::Property::CopyDirection, backward ? 1 : 0);
}

void FakeWorld::failback() {
  call(west_end, cim::Operation::Failback);
  copy_backward(true);
  both(cim::CopyState::Unsynchronized, cim::Operation::Failback);
}

void FakeWorld::suspend_and_resume() {
  call(west_end, cim::Operation::Suspend);
  both(cim::CopyState::Suspended, cim::Operation::Suspend);
  call(west_end, cim::Operation::Resume);
  both(cim::CopyState::Unsynchronized, cim::Operation::Resume);
}

void FakeWorld::target_image(std::uint16_t value) {
  for (provider::EndpointFacts& facts : records.facts) facts.target_image = value;
  property(west_end, trace::Property::TargetImage, value);
}

void FakeWorld::remove(sim::EntityId endpoint, cim::CauseCode cause, bool aspect) {
  emit(trace::state_change, endpoint, cause, states[endpoint.value], 0, pair);
  listed[endpoint == east_end ? "east" : "west"] = 0;
  emit(trace::endpoint_gone, endpoint, 0, pair, 0, aspect ? 1 : 0);
}

void FakeWorld::property(sim::EntityId endpoint, trace::Property which, std::uint64_t value) {
  if (which == trace::Property::CopyDirection) {
    for (provider::EndpointFacts& facts : records.facts) {
      if (facts.endpoint == endpoint) facts.backward = value != 0;
    }
  }
  emit(trace::property_change, endpoint, 0, cim::number(which), 0, value);
}

std::uint64_t FakeWorld::call(sim::EntityId endpoint, cim::Operation operation, bool force,
                              std::uint16_t wait_for) {
  wait();
  emit(trace::call_received, endpoint == east_end ? east : west, ++calls_, cim::number(operation),
       endpoint.value, (force ? 1u : 0u) | (std::uint64_t{wait_for} << 8));
  return calls_;
}

void FakeWorld::answer(std::uint64_t id, std::uint32_t code) {
  wait();
  for (const sim::EntityId array : {east, west}) {
    emit(trace::call_answered, array, id, code, 0, 0);
  }
}

void FakeWorld::job(sim::EntityId which, cim::Operation operation, std::uint64_t from,
                    std::uint64_t to, std::uint64_t done, sim::EntityId endpoint) {
  emit(trace::job_change, which, cim::number(operation), from, to, (done << 32) | endpoint.value);
}

void FakeWorld::run_job(sim::EntityId which, cim::Operation operation, sim::EntityId endpoint) {
  job(which, operation, 0, 2, 0, endpoint);
  job(which, operation, 2, 3, 0, endpoint);
  job(which, operation, 3, 4, 0, endpoint);
}

void FakeWorld::complete_job(sim::EntityId which, cim::Operation operation,
                             sim::EntityId endpoint) {
  job(which, operation, 4, 6, 99, endpoint);
  job(which, operation, 6, 7, 100, endpoint);
}

std::vector<std::string> FakeWorld::broken() const {
  std::vector<std::string> numbers;
  for (const Violation& violation : checkers->violations()) {
    if (std::find(numbers.begin(), numbers.end(), violation.rule) == numbers.end()) {
      numbers.push_back(violation.rule);
    }
  }
  return numbers;
}

bool FakeWorld::broke(const std::string& number) const {
  const std::vector<std::string> numbers = broken();
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

provider::Provider& FakeWorld::provider(std::string_view) {
  throw std::logic_error("this world has no management");
}

std::optional<provider::VolumeInfo> FakeWorld::volume(std::string_view path) const {
  const bool first = path == "east/vol1";
  if (!first && path != "west/vol1") return std::nullopt;
  return provider::VolumeInfo{.entity = first ? source : target,
                              .path = std::string(path),
                              .array = first ? "east" : "west",
                              .bytes = 64 * 4096,
                              .block = 4096};
}

std::vector<cim::Instance> FakeWorld::peek_all(std::string_view array,
                                               std::string_view class_name) const {
  std::size_t count = jobs_listed;
  if (class_name == "CIM_StorageSynchronized") {
    const auto known = listed.find(std::string(array));
    count = known == listed.end() ? 0 : known->second;
  }
  return std::vector<cim::Instance>(count);
}

std::optional<std::uint64_t> FakeWorld::pair_of(const cim::ObjectPath&) const {
  return pair;
}

std::optional<provider::RelationInfo> FakeWorld::relation(std::uint64_t id) const {
  if (id != pair || !exists) return std::nullopt;
  provider::RelationInfo info;
  info.pair = pair;
  info.source_volume = swapped ? "west/vol1" : "east/vol1";
  info.target_volume = swapped ? "east/vol1" : "west/vol1";
  info.arrays = {"east", "west"};
  return info;
}

std::optional<cim::Instance> FakeWorld::peek_relation(std::uint64_t id,
                                                      std::string_view array) const {
  if (id != pair || !exists) return std::nullopt;
  cim::Instance instance;
  const auto number = [](std::uint64_t value) {
    return cim::Value::unsigned_number(cim::Type::Uint16, value);
  };
  const auto state = states.find((array == "east" ? east_end : west_end).value);
  if (state != states.end()) instance.set("CopyState", number(state->second));
  if (percent) instance.set("PercentSynced", number(*percent));
  instance.set("CopyRecoveryMode", number(recovery));
  for (const char* when : {"WhenEstablished", "WhenActivated", "WhenSynced", "WhenSuspended"}) {
    instance.set(when, cim::Value::datetime({sim::ns(world_.now()) + time_error, false}));
  }
  return instance;
}

sim::Task<provider::IoOutcome> FakeWorld::io(sim::World&, provider::HostVolumeId,
                                             provider::IoRequest) {
  co_return provider::IoOutcome{};
}

const provider::VolumeImage* FakeWorld::image(sim::EntityId volume) const {
  const auto found = images_.find(volume.value);
  return found == images_.end() ? nullptr : &found->second;
}

}  // namespace replsim::harness::fake
