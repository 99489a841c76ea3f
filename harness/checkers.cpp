// Hands events and image changes to the view, then to the families.
#include "harness/checkers.h"

namespace replsim::harness {

Checkers::Checkers(provider::Testbed& testbed, const Ledger& ledger)
    : testbed_(testbed), findings_(testbed.world()), view_(testbed, ledger) {
  const CheckContext context{view_, findings_};
  families_.push_back(make_data_sync_checks(context));
  families_.push_back(make_data_image_checks(context));
  families_.push_back(make_data_prefix_checks(context));
  families_.push_back(make_data_failover_checks(context));
  families_.push_back(make_data_mode_checks(context));
  families_.push_back(make_data_copy_checks(context));
  families_.push_back(make_data_tracking_checks(context));
  families_.push_back(make_data_tightness_checks(context));
  families_.push_back(make_data_access_checks(context));
  families_.push_back(make_data_guard_checks(context));
  families_.push_back(make_state_edge_checks(context));
  families_.push_back(make_state_call_checks(context));
  families_.push_back(make_state_property_checks(context));
  families_.push_back(make_state_removal_checks(context));
  families_.push_back(make_state_time_checks(context));
  families_.push_back(make_job_checks(context));
  families_.push_back(make_indication_checks(context));
  told_ = [this](const BlockChange& change) {
    for (const auto& family : families_) family->changed(change);
  };
  testbed_.world().trace().add_observer(*this);
  testbed_.add_listener(*this);
}

Checkers::~Checkers() {
  testbed_.remove_listener(*this);
  testbed_.world().trace().remove_observer(*this);
}

void Checkers::settle(sim::Instant now) {
  if (now == instant_) return;
  instant_ = now;
  for (const auto& family : families_) family->settled();
}

void Checkers::observe(const sim::TraceEvent& event) {
  settle(event.time);
  view_.observe(event);
  for (const auto& family : families_) family->observed(event);
}

void Checkers::changed(sim::EntityId volume, std::uint64_t lba, std::uint64_t blocks) {
  view_.changed(volume, lba, blocks, told_);
}

void Checkers::lost(sim::EntityId entity, std::uint64_t lba, std::uint64_t blocks) {
  view_.lost(entity, lba, blocks);
  const VolumeView* volume = view_.volume(entity);
  if (volume == nullptr) return;
  for (PairView* pair : volume->pairs) {
    if (pair->source == nullptr || pair->target == nullptr) continue;
    for (const auto& family : families_) family->lost(*pair);
  }
}

void Checkers::finish() {
  if (finished_) return;
  finished_ = true;
  for (const auto& family : families_) family->settled();
  for (const auto& family : families_) family->finished();
}

std::unique_ptr<OracleSet> make_checkers(provider::Testbed& testbed, const Ledger& ledger) {
  return std::make_unique<Checkers>(testbed, ledger);
}

}  // namespace replsim::harness
