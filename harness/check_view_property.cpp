// Properties of relations, ends and volumes, as the trace tells them.
#include "harness/check_view.h"

namespace replsim::harness {
void CheckView::space_lacked(const sim::TraceEvent& event) {
  const VolumeView* volume = this->volume(event.entity);
  if (volume == nullptr) return;
  for (PairView* pair : volume->pairs) pair->space_full = event.time;
}

void CheckView::property_changed(const sim::TraceEvent& event) {
  PairView* pair = pair_of(event.entity);
  EndView* end = pair == nullptr ? nullptr : pair->find(event.entity);
  if (end == nullptr) return;
  if (is(event, trace::journal_full)) pair->journal_full = event.time;
  if (is(event, trace::cut)) pair->cut = {static_cast<std::uint16_t>(event.a), event.time};
  if (is(event, trace::fence)) {
    pair->fence = static_cast<std::uint16_t>(event.a);
    if (event.a == 2) pair->unfenced = true;
  }
  if (is(event, trace::peer)) {
    end->peer_lost = event.a == 0;
    (end->peer_lost ? end->peer_went : end->peer_found) = event.time;
  }
  if (!is(event, trace::property_change)) return;
  const auto value = static_cast<std::uint16_t>(event.c);
  switch (static_cast<trace::Property>(event.a)) {
    case trace::Property::TargetImage:
      if (end->target()) pair->target_image = value;
      if (pair->consistent()) pair->forced = false;
      break;
    case trace::Property::SourceImage:
      if (end->source()) pair->source_image = value;
      if (pair->source_image == 2) pair->source_trusted = false;
      end->access_changed = event.time;
      break;
    case trace::Property::CopyDirection: pair->set_backward(*end, value != 0, event.time); break;
    case trace::Property::ProgressStatus: end->progress = value; break;
    case trace::Property::RequestedCopyState: end->requested = value; break;
    case trace::Property::SourceFenced:
      end->fenced = value != 0;
      end->access_changed = event.time;
      break;
    case trace::Property::Mode: pair->mode = value; break;
  }
}

}  // namespace replsim::harness
