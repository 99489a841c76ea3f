// expand(): one Run per matrix cell and case. Each cell is resolved on its own, so every value of
// every axis and column is checked against what it is used for.
#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <iterator>

#include "harness/language/builder.h"
#include "harness/language/checks.h"
#include "harness/language/reader.h"
#include "harness/language/requirements.h"
#include "harness/language/scenario_documents.h"
#include "harness/language/topology_loader.h"
#include "model/cim/characters.h"
#include "model/cim/datetime.h"
#include "model/cim/defects.h"

namespace replsim::harness {
namespace {

constexpr sim::Duration limit_max = sim::hours(24 * 36'500);
constexpr std::uint64_t all_steps_max = 2'000'000;

class Expander {
 public:
  Expander(const Scenario& scenario, const LoaderOptions& options, const ExpandOptions& expand)
      : scenario_(scenario),
        documents_(*scenario.documents),
        expand_(expand),
        context_{report_, documents_.documents, options, usage_} {}

  Expansion expand() {
    report_.take(documents_.found);
    read_sets();
    declare_names();
    std::vector<std::size_t> cell(documents_.axes.size(), 0);
    std::vector<Run> runs;
    std::size_t built = 0;
    do {
      if (excluded(cell)) continue;
      const std::size_t rows = std::max<std::size_t>(1, documents_.cases.size());
      for (std::size_t row = 0; row < rows && afford(); ++row) {
        Run run = build(cell, documents_.cases.empty() ? nullptr : &documents_.cases[row]);
        ++built;
        if (report_.has_errors())
          runs.clear();
        else
          runs.push_back(std::move(run));
      }
    } while (next(cell) && afford());
    if (built == 0 && !report_.has_errors())
      report_.add("out-of-range", root().find("exclude")->location,
                  "every cell of the matrix is excluded: there is no run");
    if (report_.has_errors()) runs.clear();
    if (!report_.has_errors()) usage_.warn(report_);
    return {std::move(runs), report_.sorted()};
  }

 private:
  const Node& root() const { return documents_.root(); }

  bool next(std::vector<std::size_t>& cell) const {
    for (std::size_t i = cell.size(); i-- > 0;) {
      if (++cell[i] < documents_.axes[i].values.size()) return true;
      cell[i] = 0;
    }
    return false;
  }

  /// All runs are held at once: their steps together are bounded.
  bool afford() {
    if (steps_ <= all_steps_max) return true;
    const Node* matrix = root().find("matrix");
    const Node* cases = root().find("cases");
    report_.add("too-many-nodes",
                matrix != nullptr  ? matrix->location
                : cases != nullptr ? cases->location
                                   : root().location,
                "the runs of this file have more than 2,000,000 steps and values together",
                "make the matrix smaller, or repeat with `times`");
    return false;
  }

  const Node& value_of(const std::vector<std::size_t>& cell, std::size_t axis) const {
    return *documents_.axes[axis].values[cell[axis]];
  }

  bool excluded(const std::vector<std::size_t>& cell) const {
    return std::ranges::any_of(documents_.excluded, [&](const Node* map) {
      return std::ranges::all_of(map->entries, [&](const Entry& entry) {
        for (std::size_t i = 0; i < documents_.axes.size(); ++i)
          if (documents_.axes[i].name->text == entry.key.text)
            return full_text(value_of(cell, i)) == full_text(entry.value);
        return false;
      });
    });
  }

  /// `--set p=v`: the value is read like one in a file.
  void read_sets() {
    const Node* params = root().find("params");
    for (const auto& [name, value] : expand_.sets) {
      const std::string key = "$" + name;
      const Node* known = params == nullptr ? nullptr : params->find(key);
      auto node = read_value(fmt::format("--set {}", name), value, report_);
      if (known == nullptr) {
        std::vector<std::string_view> words;
        if (params != nullptr)
          for (const Entry& entry : params->entries) words.push_back(entry.key.text);
        const Location at{make_source_file(fmt::format("--set {}", name), value), 1, 1};
        report_.add("unknown-name", at, fmt::format("the scenario has no param `{}`", key),
                    word_hint(key, words));
      } else if (node) {
        Entry& entry = sets_.entries.emplace_back();
        entry.key.kind = NodeKind::Scalar;
        entry.key.text = key;
        entry.value = std::move(*node);
      }
    }
    sets_.kind = NodeKind::Map;
    sets_.location = root().location;
  }

  void declare_names() {
    const Node* params = root().find("params");
    if (params != nullptr && params->is_map())
      for (const Entry& entry : params->entries) usage_.declare(entry.key, "param");
    for (const Axis& axis : documents_.axes)
      if (axis.name->text != "$seed") usage_.declare(*axis.name, "axis");
    if (!documents_.cases.empty())
      for (const Entry& entry : documents_.cases.front().row->entries)
        if (entry.key.text != "name" && (params == nullptr || !params->find(entry.key.text)))
          usage_.declare(entry.key, "column");
  }

  /// Names of the cell and the case; a column gives the param of the same name.
  void bind(Scope& scope, const std::vector<std::size_t>& cell, const Case* row, Run& run) {
    Scope& outer = *scopes_.emplace_back(std::make_unique<Scope>());
    const Location at = sets_.entries.empty() ? root().location : sets_.location;
    const Node* params = root().find("params");
    const auto is_param = [&](const Entry& entry) {
      return params != nullptr && params->is_map() && params->find(entry.key.text) != nullptr;
    };
    Node& given = made_.emplace_back(sets_);
    if (row != nullptr)
      std::ranges::copy_if(row->row->entries, std::back_inserter(given.entries), is_param);
    bind_params(context_, {params, &scope}, {&given, &outer}, scope, given.location,
                Giver::CommandLine);
    for (std::size_t i = 0; i < cell.size(); ++i) {
      const Node& axis = *documents_.axes[i].name;
      put(scope, axis, value_of(cell, i));
      run.name += fmt::format("{}{}={}", i == 0 ? "[" : ",", axis.text.substr(1),
                              flow_text(value_of(cell, i)));
      if (i + 1 == cell.size()) run.name += "]";
    }
    if (row != nullptr) {
      const Node& first = *documents_.cases.front().row;
      for (const Entry& entry : row->row->entries) {
        if (!reference_name(entry.key) || is_param(entry)) continue;
        // All rows' keys count as one birth: the first row's.
        const auto same = std::ranges::find_if(
            first.entries, [&](const Entry& each) { return each.key.text == entry.key.text; });
        put(scope, same == first.entries.end() ? entry.key : same->key, entry.value);
      }
    }
    check_births(scope, cell, row);
  }

  /// Params are born first, then axes, then columns.
  void check_births(Scope& scope, const std::vector<std::size_t>& cell, const Case* row) {
    std::vector<NamedValue> values;
    const Node* params = root().find("params");
    if (params != nullptr)
      for (const Entry& entry : params->entries) values.push_back({&entry.key, &entry.value});
    for (std::size_t i = 0; i < cell.size(); ++i)
      values.push_back({documents_.axes[i].name, &value_of(cell, i)});
    if (row != nullptr)
      for (const Entry& entry : row->row->entries)
        if (reference_name(entry.key)) values.push_back({&entry.key, &entry.value});
    for (const std::string& name : check_order(context_, values)) scope.names[name].value = {};
  }

  void put(Scope& scope, const Node& name, const Node& value) {
    const std::string key = name.text.substr(1);
    if (key != "seed" && scope.names.contains(key))
      report_.add("name-twice", name.location, fmt::format("`{}` is born twice", name.text));
    scope.names[key] = {{&value, &scope}, std::nullopt, &name};
  }

  void bind_seed(Scope& scope, Fields& fields, Run& run) {
    const auto axis = scope.names.find("seed");
    if (axis != scope.names.end()) {
      run.seed = read_count(context_, axis->second.value).value_or(1);
      return;
    }
    run.seed = expand_.seed.value_or(fields.count("seed").value_or(1));
    Node& node = made_.emplace_back();
    node.kind = NodeKind::Scalar;
    node.text = std::to_string(run.seed);
    node.location = root().location;
    scope.names["seed"] = {{&node, &scope}, std::nullopt, nullptr};
  }

  std::vector<Named> named(Fields& fields, std::string_view key, const RuleNames& names) {
    std::vector<Named> result;
    for (Cursor one : elements(context_, fields.raw(key))) {
      const auto text = read_text(context_, one);
      if (!text) continue;
      const Location& at = follow(context_, one).node->location;
      const auto name = names ? names(*text) : *text;
      if (!name)
        report_.add("unknown-rule", at, fmt::format("no run can count a rule `{}`", *text),
                    name.error());
      result.push_back({name.value_or(*text), at});
    }
    return result;
  }

  void read_clock(Fields& fields, Run& run) {
    if (!fields.has("clock")) return;
    const auto text = fields.text("clock");
    if (!text) return;
    const Node& node = *fields.get("clock").node;
    std::string digits;
    for (const char c : *text)
      if (cim::is_digit(c)) digits += c;
    const bool form = text->size() == 19 && (*text)[4] == '-' && (*text)[7] == '-' &&
                      (*text)[10] == ' ' && (*text)[13] == ':' && (*text)[16] == ':';
    const auto time =
        form && digits.size() == 14 ? cim::parse_datetime(digits + ".000000+000") : std::nullopt;
    if (time)
      run.clock_ns = time->nanoseconds;
    else
      report_type(context_, node, "a time like \"2026-03-01 00:00:00\"");
  }

  void read_end(Fields& fields, Run& run) {
    const Cursor end = fields.get("end");
    if (!end) return;
    if (end.node->is_scalar() && end.node->text == "as-is") {
      run.converge = false;
      return;
    }
    if (!end.node->is_map()) return report_type(context_, *end.node, "{converge: 1 h} or as-is");
    Fields inner(context_, end, {"end"});
    run.converge_within = inner.span("converge", true).value_or(run.converge_within);
  }

  void read_known(Fields& fields, Run& run) {
    if (!fields.has("known")) return;
    Fields inner(context_, fields.raw("known"), {"known"});
    if (!inner.valid()) return;
    if (!inner.has("verdict") && !inner.has("because") && !inner.has("invariant") &&
        !inner.has("defect")) {
      report_.add("missing-key", inner.location(), "`known` says what is known",
                  "verdict, because, invariant, defect");
      return;
    }
    Known known;
    known.verdict = inner.word("verdict").value_or("fail");
    known.because = inner.text("because").value_or("");
    known.invariant = inner.text("invariant").value_or("");
    known.location = inner.location();
    const auto& rule = context_.options.allow_rule;
    const bool edge = known.invariant.find("->") != std::string::npos;
    if (!known.invariant.empty() && rule && (edge || !rule(known.invariant)))
      report_.add("unknown-rule", inner.get("invariant").node->location,
                  fmt::format("no invariant is called `{}`", known.invariant),
                  "`explain` lists what there is");
    if (const auto defect = inner.name("defect")) plant(inner, *defect, run);
    run.known = std::move(known);
  }

  void plant(Fields& inner, const std::string& name, Run& run) {
    if (const cim::DefectRow* row = cim::find_defect(name)) {
      run.defects.plant(row->id);
      return;
    }
    std::vector<std::string_view> names;
    for (const cim::DefectRow& row : cim::defect_table) names.push_back(row.name);
    report_.add("unknown-name", inner.get("defect").node->location,
                fmt::format("no defect is called `{}`", name), word_hint(name, names));
  }

  void read_top(Fields& fields, Run& run) {
    if (fields.has("title")) run.title = fields.text("title").value_or("");
    run.tags = scenario_.tags;
    if (const auto limit = fields.span("limit", true)) {
      if (*limit > limit_max)
        report_.add("out-of-range", fields.get("limit").node->location,
                    "`limit` is at most 36500 d");
      else
        run.limit = *limit;
    }
    read_clock(fields, run);
    read_end(fields, run);
    read_known(fields, run);
    run.evidence = named(fields, "evidence", context_.options.evidence_rule);
    run.allow = named(fields, "allow", context_.options.allow_rule);
    run.requires_ = named(fields, "requires", {});
  }

  void read_provider(Fields& fields, const Entities& entities, Run& run) {
    if (fields.has("provider")) {
      std::vector<std::string_view> words = entities.paths({EntityKind::Array});
      run.provider = read_word(context_, fields.raw("provider"), words).value_or("");
      if (run.provider.empty() && !run.topology.arrays.empty())
        run.provider = run.topology.arrays.front().name;
    } else if (run.topology.arrays.size() == 1) {
      run.provider = run.topology.arrays.front().name;
    }
  }

  Run build(const std::vector<std::size_t>& cell, const Case* row) {
    Run run;
    run.scenario = scenario_.name;
    run.name = scenario_.name;
    run.file = scenario_.file;
    run.location = row == nullptr ? scenario_.location : row->row->location;
    if (row != nullptr) run.case_name = row->name;
    Scope& scope = *scopes_.emplace_back(std::make_unique<Scope>());
    bind(scope, cell, row, run);
    // The keys were checked when the file was loaded; repetitions are dropped.
    Fields fields(context_, {&root(), &scope}, {"scenario"});
    bind_seed(scope, fields, run);
    read_top(fields, run);
    const std::size_t before = report_.errors();
    run.topology = load_topology(context_, fields.raw("topology"), documents_.documents.first());
    if (run.topology.arrays.empty() && report_.errors() > before) return run;
    const Entities entities(run.topology);
    read_provider(fields, entities, run);
    run.skip = missing_capabilities(context_, run);
    Builder builder(context_, run, documents_.library, entities);
    builder.check_params(fields.raw("params"), scope, root().location);
    run.steps = builder.steps(fields.raw("steps"));
    if (fields.has("always")) {
      Cursor always = fields.raw("always");
      run.always = builder.always(always);
    }
    if (fields.has("measure")) run.measures = builder.measures(fields.raw("measure"));
    steps_ += builder.built();
    check_run(run, !report_.has_errors(), report_);
    scopes_.clear();
    made_.clear();
    return run;
  }

  const Scenario& scenario_;
  const ScenarioDocuments& documents_;
  const ExpandOptions& expand_;
  Report report_;
  Usage usage_;
  Context context_;
  Node sets_;
  std::deque<Node> made_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::uint64_t steps_ = 0;  ///< Of all runs.
};

}  // namespace

Expansion expand(const Scenario& scenario, const LoaderOptions& options,
                 const ExpandOptions& expand_options) {
  if (scenario.documents == nullptr) return {};
  return Expander(scenario, options, expand_options).expand();
}

}  // namespace replsim::harness
