// Each metric by its owner; windows are differences.
#include "harness/metric.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/metric_statistic.h"
#include "model/cim/schema.h"
#include "sim/wide.h"

namespace replsim::harness {

namespace {

using Failure = std::unexpected<std::string>;
using MetricValue = std::expected<Seen, std::string>;

MetricValue no_metric(Metric metric, std::string_view what) {
  return Failure(fmt::format("{} has no metric {}", what, word(metric)));
}

/// `rpo` and `rpo-bytes`: start_sampling() has made the tracker when a subject reads one.
MetricValue rpo_metric(RunContext& context, std::uint64_t id, Metric metric,
                       std::optional<Statistic> statistic, const Window* window) {
  const auto now = context.rpo == nullptr ? std::nullopt : context.rpo->now(id);
  if (!now) return no_metric(metric, "a relation that was never seen");
  const bool age = metric == Metric::Rpo;
  const sim::Instant time = context.world.now();
  if (!statistic) {
    if (!age) return seen_bytes(now->bytes);
    return seen_ns(now->oldest == never ? 0 : sim::ns(time - now->oldest));
  }
  const std::vector<RpoPoint>& course = *context.rpo->course(id);
  const sim::Instant since = window == nullptr ? before_all : window->start;
  if (!age) return seen_bytes(rpo_bytes_statistic(course, since, time, *statistic));
  return seen_ns(static_cast<std::int64_t>(rpo_statistic(course, since, time, *statistic)));
}

/// `journal`: a statistic is one of the samples of each second.
MetricValue journal_metric(RunContext& context, std::uint64_t id,
                           std::optional<Statistic> statistic, const Window* window) {
  if (!statistic) {
    const auto now = context.testbed.journal(id);
    if (!now) return Failure("the journal can not be looked at: its array does not run");
    return seen_bytes(*now);
  }
  const std::string name(word(Metric::Journal));
  auto value = sample_statistic(context, sample_key(id), name, *statistic, window);
  if (!value) value = context.testbed.journal(id);  // within the first second
  if (!value) return Failure("no value of journal in the window");
  return seen_bytes(*value);
}

MetricValue relation_metric(RunContext& context, const BoundReference& reference, Metric metric,
                            std::optional<Statistic> statistic, const ReadOptions& options) {
  const std::uint64_t id = *reference.pair;
  if (metric == Metric::Rpo || metric == Metric::RpoBytes) {
    return rpo_metric(context, id, metric, statistic, options.window);
  }
  if (metric == Metric::Journal) return journal_metric(context, id, statistic, options.window);
  if (metric == Metric::Exists) {
    if (!options.endpoint.empty()) {
      return Seen{context.testbed.peek_relation(id, options.endpoint).has_value()};
    }
    const auto relation = context.testbed.relation(id);
    return Seen{relation && relation->exists};
  }
  const PairHistory* pair = context.history.pair(id);
  PairCounters before;
  if (options.window != nullptr) {
    const auto found = options.window->pairs.find(id);
    if (found != options.window->pairs.end()) before = found->second;
  }
  if (metric == Metric::Copied) {
    return seen_bytes(pair == nullptr ? 0 : pair->copied_bytes - before.copied_bytes);
  }
  if (metric == Metric::Indications) {
    return seen_count(pair == nullptr ? 0 : pair->indications - before.indications);
  }
  if (metric == Metric::IndicationsReceived) {
    return seen_count(pair == nullptr ? 0 : pair->received - before.received);
  }
  const FailoverLoss* last =
      pair == nullptr || pair->failovers.empty() ? nullptr : &pair->failovers.back();
  if (metric == Metric::Lost) return seen_bytes(last == nullptr ? 0 : last->loss.bytes);
  if (metric == Metric::LostAge) {
    const bool none = last == nullptr || last->loss.oldest == never;
    return seen_ns(none ? 0 : sim::ns(last->time - last->loss.oldest));
  }
  return no_metric(metric, "a relation");
}

MetricValue volume_metric(RunContext& context, const std::string& path, Metric metric,
                          const ReadOptions& options) {
  const auto volume = context.testbed.volume(path);
  if (metric == Metric::Exists) return Seen{volume.has_value()};
  if (!volume) return Failure("there is no volume " + path);
  if (metric == Metric::Writes) {
    std::uint64_t before = 0;
    if (options.window != nullptr) {
      const auto found = options.window->volume_writes.find(path);
      if (found != options.window->volume_writes.end()) before = found->second;
    }
    return seen_count(context.ledger.acknowledged(volume->entity) - before);
  }
  Content content;
  content.image = context.testbed.image(volume->entity);
  content.name = path;
  if (content.image == nullptr) return Failure(path + " has no image");
  if (metric == Metric::Content) return Seen{content};
  if (metric == Metric::Holds) return Seen{Holder{content}};
  return no_metric(metric, "a volume");
}

MetricValue entity_metric(RunContext& context, const std::string& path, Metric metric,
                          std::optional<Statistic> statistic, const ReadOptions& options) {
  const std::string name(word(metric));
  const auto now = context.testbed.metric(path, name);
  if (!now) return Failure(path + " has no metric " + name);
  const bool share = metric == Metric::Utilisation;
  if (statistic) {
    const auto value = sample_statistic(context, path, name, *statistic, options.window);
    if (!value) return Failure(fmt::format("no value of {}.{} in the window", path, name));
    return share ? seen_share(*value) : seen_bytes(*value);
  }
  if (options.window == nullptr || metric == Metric::Size || metric == Metric::Free) {
    return share ? seen_share(*now) : seen_bytes(*now);
  }
  const auto found = options.window->numbers.find({path, name});
  const std::uint64_t before = found == options.window->numbers.end() ? 0 : found->second;
  if (!share) return seen_bytes(*now - before);
  return seen_share(window_share(*now, before, context.world.now(), options.window->start));
}

MetricValue call_metric(const BoundCall& call, Metric metric) {
  if (metric == Metric::Duration) return seen_ns(call.duration_ns);
  if (metric == Metric::Code) {
    if (!call.code) return Failure("the call had no code: " + call.answer);
    return seen_count(*call.code);
  }
  return no_metric(metric, "a call");
}

MetricValue fault_metric(RunContext& context, const FaultHandle& fault, Metric metric) {
  if (metric == Metric::Fired) return seen_count(fault.fired(context.testbed));
  if (metric == Metric::Hits) return seen_count(fault.hits(context.testbed));
  if (metric == Metric::Active) return Seen{fault.active()};
  return no_metric(metric, "a fault");
}

}  // namespace

std::expected<Seen, std::string> read_metric(RunContext& context, const ReadNode& node,
                                             Metric metric, std::optional<Statistic> statistic,
                                             const ReadOptions& options) {
  if (const auto* entity = std::get_if<Subject::Entity>(&node)) {
    if (entity->kind == EntityKind::Volume) {
      return volume_metric(context, entity->path, metric, options);
    }
    return entity_metric(context, entity->path, metric, statistic, options);
  }
  const Bound& bound = std::get<Bound>(node);
  if (const auto* reference = std::get_if<BoundReference>(&bound)) {
    if (reference->pair) {
      return relation_metric(context, *reference, metric, statistic, options);
    }
    const std::string path = element_path(reference->path);
    if (cim::is_a(reference->path.class_name, "CIM_StorageExtent")) {
      return volume_metric(context, path, metric, options);
    }
    if (metric == Metric::Exists) return Seen{peek(context, *reference).has_value()};
    return entity_metric(context, path, metric, statistic, options);
  }
  if (const auto* call = std::get_if<BoundCall>(&bound)) return call_metric(*call, metric);
  if (const auto* read = std::get_if<BoundRead>(&bound)) {
    if (metric == Metric::Content) return Seen{read->content};
    return no_metric(metric, "a read");
  }
  if (const auto* workload = std::get_if<std::shared_ptr<Workload>>(&bound)) {
    return workload_metric(context, **workload, metric, statistic, options.window);
  }
  if (const auto* fault = std::get_if<std::shared_ptr<FaultHandle>>(&bound)) {
    return fault_metric(context, **fault, metric);
  }
  if (const auto* value = std::get_if<Seen>(&bound)) {
    if (metric == Metric::Content && std::holds_alternative<Content>(value->value)) return *value;
  }
  return no_metric(metric, "it");
}

}  // namespace replsim::harness
