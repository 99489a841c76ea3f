// Every record comes back as it was; what is damaged comes back as nothing or as a record, never as
// a crash.
#include "model/engine/record_layout.h"

#include <functional>

#include "sim/chance.h"
#include "tests/catch.h"

namespace replsim::engine {
namespace {

using sim::Stream;

std::string random_text(Stream& stream) {
  std::string out(stream.below(40), ' ');
  for (char& letter : out) letter = static_cast<char>(stream.below(256));
  return out;
}
std::uint32_t small(Stream& stream) {
  return static_cast<std::uint32_t>(stream.next());
}
bool coin(Stream& stream) {
  return stream.below(2) == 1;
}
cim::CopyState random_state(Stream& stream) {
  return static_cast<cim::CopyState>(2 + stream.below(17));
}
std::optional<std::int64_t> random_time(Stream& stream) {
  if (coin(stream)) return std::nullopt;
  return static_cast<std::int64_t>(stream.next());
}

PoolRecord random_pool(Stream& stream) {
  PoolRecord out;
  out.number = {small(stream)};
  out.name = random_text(stream);
  out.size = stream.next();
  out.next_element = small(stream);
  out.thin = coin(stream);
  return out;
}

VolumeRecord random_volume(Stream& stream) {
  VolumeRecord out;
  out.number = {small(stream)};
  out.name = random_text(stream);
  out.element_name = random_text(stream);
  out.bytes = stream.next();
  out.block = coin(stream) ? 512 : 4096;
  out.disk = small(stream);
  out.disk_offset = stream.next();
  if (coin(stream)) out.pool = PoolNumber{small(stream)};
  out.provisional = coin(stream);
  return out;
}

RelationRecord random_relation(Stream& stream) {
  RelationRecord out;
  out.number = {small(stream)};
  out.pair = {stream.next()};
  out.role = coin(stream) ? Role::Source : Role::Target;
  out.hidden = coin(stream);
  out.peer = random_text(stream);
  out.local_volume = {small(stream)};
  out.blocks = stream.next();
  out.remote_volume = random_text(stream);
  out.state = random_state(stream);
  out.entered_by = static_cast<std::uint16_t>(stream.below(300));
  out.before = random_state(stream);
  out.rest_at = random_state(stream);
  out.mode = coin(stream) ? cim::Mode::Synchronous : cim::Mode::Asynchronous;
  out.settings.recovery =
      coin(stream) ? cim::CopyRecoveryMode::Manual : cim::CopyRecoveryMode::Automatic;
  out.settings.priority = static_cast<cim::CopyPriority>(stream.below(5));
  out.settings.failed_copy_stops_host_io = coin(stream);
  out.progress = static_cast<cim::ProgressStatus>(2 + stream.below(20));
  out.requested = random_state(stream);
  out.target_image = static_cast<cim::TargetImage>(stream.below(3));
  out.source_image_consistent = coin(stream);
  out.direction = static_cast<CopyDirection>(stream.below(2));
  out.lineage.current.counter = stream.next();
  out.lineage.current.array = stream.next();
  const std::uint64_t ancestors = stream.below(20);
  for (std::uint64_t i = 0; i < ancestors; ++i) {
    const std::uint64_t counter = stream.next();
    out.lineage.ancestors.push_back({counter, stream.next()});
  }
  out.everything_dirty = coin(stream);
  out.split_brain = coin(stream);
  out.fenced = coin(stream);
  out.provisional = coin(stream);
  out.peer_seen = coin(stream);
  out.wrote_alone = coin(stream);
  if (coin(stream)) out.role_epoch = small(stream);
  out.percent = small(stream);
  out.times.established = random_time(stream);
  out.times.activated = random_time(stream);
  out.times.synchronized = random_time(stream);
  out.times.suspended = random_time(stream);
  out.times.deactivated = random_time(stream);
  out.times.followed = random_time(stream);
  return out;
}

AspectRecord random_aspect(Stream& stream) {
  AspectRecord out;
  out.gone.number = {small(stream)};
  out.gone.pair = {stream.next()};
  out.gone.state = random_state(stream);
  out.gone.cause = static_cast<std::uint16_t>(stream.below(300));
  out.local_volume = {small(stream)};
  out.remote_volume = random_text(stream);
  out.point_in_time = static_cast<std::int64_t>(stream.next());
  return out;
}

JobRecord random_job(Stream& stream) {
  JobRecord out;
  out.number = {small(stream)};
  out.endpoint = {small(stream)};
  out.pair = {stream.next()};
  if (coin(stream)) out.operation = static_cast<cim::Operation>(2 + stream.below(22));
  out.phase = static_cast<JobPhase>(1 + stream.below(3));
  out.state = static_cast<cim::JobState>(2 + stream.below(9));
  out.percent = small(stream);
  if (coin(stream)) out.until = random_state(stream);
  out.started = static_cast<std::int64_t>(stream.next());
  out.ended = static_cast<std::int64_t>(stream.next());
  out.changed = static_cast<std::int64_t>(stream.next());
  out.message_id = random_text(stream);
  out.message = random_text(stream);
  out.elsewhere = coin(stream);
  out.role_epoch = small(stream);
  return out;
}

/// Encodes what `words` decodes to; nothing when it decodes to nothing.
using Again = std::function<std::optional<Words>(WordSpan)>;

template <class Record>
Again again(std::optional<Record> (*decode)(WordSpan)) {
  return [decode](WordSpan words) -> std::optional<Words> {
    const auto record = decode(words);
    if (!record) return std::nullopt;
    return encode(*record);
  };
}

struct Sample {
  const char* name;
  Words words;
  Again decode;
};

std::vector<Sample> samples(Stream& stream) {
  Counters counters;
  counters.volume = small(stream);
  counters.endpoint = small(stream);
  counters.pair = small(stream);
  counters.job = small(stream);
  return {{"counters", encode(counters), again(&decode_counters)},
          {"pool", encode(random_pool(stream)), again(&decode_pool)},
          {"volume", encode(random_volume(stream)), again(&decode_volume)},
          {"relation", encode(random_relation(stream)), again(&decode_relation)},
          {"aspect", encode(random_aspect(stream)), again(&decode_aspect)},
          {"job", encode(random_job(stream)), again(&decode_job)}};
}

TEST_CASE("every record with any fields comes back word by word", "[engine][records]") {
  // EVIDENCE: rulings/R10: what was committed comes back unchanged after a restart
  Stream stream(3, "records", "fields");
  for (int i = 0; i < 300; ++i) {
    for (const Sample& sample : samples(stream)) {
      INFO(sample.name);
      const auto words = sample.decode(sample.words);
      REQUIRE(words.has_value());
      REQUIRE(*words == sample.words);
    }
  }
}

TEST_CASE("a farewell is no relation, and comes back", "[engine][records]") {
  const Farewell was{.number = {7}, .pair = {9}, .state = cim::CopyState::Split, .cause = 8};
  const Words words = encode(was);
  CHECK_FALSE(decode_relation(words));
  const auto is = decode_farewell(words);
  REQUIRE(is);
  CHECK(is->number == was.number);
  CHECK(is->pair == was.pair);
  CHECK(is->state == was.state);
  CHECK(is->cause == was.cause);
  CHECK_FALSE(decode_farewell(encode(RelationRecord{})));
}

TEST_CASE("an aspect is neither a relation nor a farewell, and comes back", "[engine][records]") {
  // EVIDENCE: operation_matrix/S8: Dissolve leaves an aspect with the point in time
  Stream stream(7, "records", "aspect");
  for (int i = 0; i < 50; ++i) {
    const AspectRecord was = random_aspect(stream);
    const Words words = encode(was);
    CHECK_FALSE(decode_relation(words));
    CHECK_FALSE(decode_farewell(words));
    const auto is = decode_aspect(words);
    REQUIRE(is);
    CHECK(is->gone.number == was.gone.number);
    CHECK(is->gone.pair == was.gone.pair);
    CHECK(is->gone.state == was.gone.state);
    CHECK(is->gone.cause == was.gone.cause);
    CHECK(is->local_volume == was.local_volume);
    CHECK(is->remote_volume == was.remote_volume);
    CHECK(is->point_in_time == was.point_in_time);
  }
  CHECK_FALSE(decode_aspect(encode(RelationRecord{})));
  CHECK_FALSE(decode_aspect(encode(Farewell{})));
}

TEST_CASE("a relation comes back field by field", "[engine][records]") {
  Stream stream(4, "records", "relation");
  for (int i = 0; i < 50; ++i) {
    const RelationRecord was = random_relation(stream);
    const auto is = decode_relation(encode(was));
    REQUIRE(is);
    CHECK(is->number == was.number);
    CHECK(is->pair == was.pair);
    CHECK(is->role == was.role);
    CHECK(is->hidden == was.hidden);
    CHECK(is->peer == was.peer);
    CHECK(is->local_volume == was.local_volume);
    CHECK(is->blocks == was.blocks);
    CHECK(is->entered_by == was.entered_by);
    CHECK(is->remote_volume == was.remote_volume);
    CHECK(is->state == was.state);
    CHECK(is->before == was.before);
    CHECK(is->rest_at == was.rest_at);
    CHECK(is->mode == was.mode);
    CHECK(is->settings == was.settings);
    CHECK(is->progress == was.progress);
    CHECK(is->requested == was.requested);
    CHECK(is->target_image == was.target_image);
    CHECK(is->source_image_consistent == was.source_image_consistent);
    CHECK(is->direction == was.direction);
    CHECK(is->lineage == was.lineage);
    CHECK(is->everything_dirty == was.everything_dirty);
    CHECK(is->split_brain == was.split_brain);
    CHECK(is->fenced == was.fenced);
    CHECK(is->provisional == was.provisional);
    CHECK(is->peer_seen == was.peer_seen);
    CHECK(is->wrote_alone == was.wrote_alone);
    CHECK(is->role_epoch == was.role_epoch);
    CHECK(is->percent == was.percent);
    CHECK(is->times == was.times);
  }
}

TEST_CASE("a job and a volume come back field by field", "[engine][records]") {
  Stream stream(5, "records", "job");
  for (int i = 0; i < 50; ++i) {
    const JobRecord job = random_job(stream);
    const auto job_again = decode_job(encode(job));
    REQUIRE(job_again);
    CHECK(job_again->number == job.number);
    CHECK(job_again->endpoint == job.endpoint);
    CHECK(job_again->pair == job.pair);
    CHECK(job_again->operation == job.operation);
    CHECK(job_again->phase == job.phase);
    CHECK(job_again->state == job.state);
    CHECK(job_again->percent == job.percent);
    CHECK(job_again->until == job.until);
    CHECK(job_again->started == job.started);
    CHECK(job_again->ended == job.ended);
    CHECK(job_again->changed == job.changed);
    CHECK(job_again->message_id == job.message_id);
    CHECK(job_again->message == job.message);
    const VolumeRecord volume = random_volume(stream);
    const auto volume_again = decode_volume(encode(volume));
    REQUIRE(volume_again);
    CHECK(volume_again->name == volume.name);
    CHECK(volume_again->bytes == volume.bytes);
    CHECK(volume_again->pool == volume.pool);
    CHECK(volume_again->provisional == volume.provisional);
  }
}

TEST_CASE("a record that is cut short or followed by more is none", "[engine][records]") {
  Stream stream(6, "records", "cut");
  for (int i = 0; i < 40; ++i) {
    for (const Sample& sample : samples(stream)) {
      INFO(sample.name);
      for (std::size_t length = 0; length < sample.words.size(); ++length) {
        REQUIRE_FALSE(sample.decode(WordSpan(sample.words).first(length)));
      }
      Words longer = sample.words;
      longer.push_back(0);
      REQUIRE_FALSE(sample.decode(longer));
    }
  }
}

TEST_CASE("a record of another layout version is none", "[engine][records]") {
  Stream stream(7, "records", "version");
  for (Sample& sample : samples(stream)) {
    ++sample.words[0];
    CHECK_FALSE(sample.decode(sample.words));
  }
}

TEST_CASE("a record with any bit flipped is none, or one that means what its words say",
          "[engine][records]") {
  Stream stream(8, "records", "flip");
  for (int i = 0; i < 4; ++i) {
    for (const Sample& sample : samples(stream)) {
      INFO(sample.name);
      for (std::size_t bit = 0; bit < sample.words.size() * 64; ++bit) {
        Words damaged = sample.words;
        damaged[bit / 64] ^= std::uint64_t{1} << (bit % 64);
        const auto words = sample.decode(damaged);
        if (words) REQUIRE(words->size() == damaged.size());
      }
    }
  }
}

TEST_CASE("words that are no record at all decode to nothing or to something, without a crash",
          "[engine][records]") {
  Stream stream(9, "records", "noise");
  std::uint64_t accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    Words noise(stream.below(60));
    for (std::uint64_t& word : noise) {
      word = stream.next();
      if (word % 2 == 0) word = word >> 3 & 15;
    }
    if (!noise.empty() && coin(stream)) noise[0] = 1;
    for (const Sample& sample : samples(stream)) accepted += sample.decode(noise) ? 1u : 0u;
    accepted += decode_bitmap(noise) ? 1u : 0u;
    accepted += decode_activity(noise) ? 1u : 0u;
  }
  CHECK(accepted < 1000);
}

TEST_CASE("a relation of an unknown state or without a role is none", "[engine][records]") {
  Stream stream(10, "records", "state");
  RelationRecord record = random_relation(stream);
  record.state = static_cast<cim::CopyState>(99);
  CHECK_FALSE(decode_relation(encode(record)));
  record = random_relation(stream);
  record.role = static_cast<Role>(0);
  CHECK_FALSE(decode_relation(encode(record)));
  VolumeRecord volume = random_volume(stream);
  volume.block = 1000;
  CHECK_FALSE(decode_volume(encode(volume)));
}

TEST_CASE("pages are their words, and no other number of words is a page", "[engine][records]") {
  DirtyBitmap::Page bits{};
  bits[3] = 77;
  CHECK(decode_bitmap(bits) == bits);
  CHECK_FALSE(decode_bitmap(WordSpan(bits).first(31)));
  ActivityLog::Page marks{};
  marks.fill(ActivityLog::no_extent);
  marks[127] = 5;
  CHECK(decode_activity(marks) == marks);
  CHECK_FALSE(decode_activity(bits));
}

TEST_CASE("keys of different facts differ", "[engine][records]") {
  CHECK(relation_key({3}) != job_key({3}));
  CHECK(bitmap_key({3}, 1) != bitmap_key({3}, 2));
  CHECK(bitmap_key({3}, 1) != activity_key({3}, 1));
  CHECK(pool_key({1}) != volume_key({1}));
  CHECK(counters_key() != pool_key({0}));
}

}  // namespace
}  // namespace replsim::engine
