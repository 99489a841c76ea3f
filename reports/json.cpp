// JSON of a run record. The fields of each structure are listed once, in fields(); a Writer and a
// Reader walk the same list, so what is written is what is read back.
#include "reports/json.h"

#include <concepts>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "reports/text.h"

namespace replsim::reports {
namespace {

using Json = nlohmann::ordered_json;
using record::ScenarioRecord;

/// T itself or const T: one list serves reading and writing.
template <class T, class Base>
concept Maybe = std::same_as<std::remove_const_t<T>, Base>;

/// A 64-bit hash: 16 hexadecimal digits in JSON.
template <class T>
struct Hex {
  T& value;
};

template <class A>
void fields(A& a, Maybe<record::Transition> auto& t) {
  a("relation", t.relation), a("endpoint", t.endpoint), a("from", t.from), a("to", t.to);
  a("at_ns", t.at_ns), a("cause", t.cause);
}

template <class A>
void fields(A& a, Maybe<record::Call> auto& c) {
  a("at_ns", c.at_ns), a("provider", c.provider), a("method", c.method), a("summary", c.summary);
  a("answer", c.answer), a("code", c.code), a("duration_ns", c.duration_ns);
}

template <class A>
void fields(A& a, Maybe<record::Job> auto& j) {
  a("at_ns", j.at_ns), a("name", j.name), a("what", j.what), a("state", j.state);
  a("ended_ns", j.ended_ns);
}

template <class A>
void fields(A& a, Maybe<record::Moment> auto& m) {
  a("at_ns", m.at_ns), a("kind", m.kind), a("text", m.text);
}

template <class A>
void fields(A& a, Maybe<record::FaultFiring> auto& f) {
  a("name", f.name), a("at_ns", f.at_ns), a("ended_ns", f.ended_ns), a("fired", f.fired);
  a("hits", f.hits);
}

template <class A>
void fields(A& a, Maybe<record::LossSet> auto& l) {
  a("at_ns", l.at_ns), a("relation", l.relation), a("bytes", l.bytes), a("writes", l.writes);
  a("oldest_age_ns", l.oldest_age_ns);
}

template <class A>
void fields(A& a, Maybe<record::SourceLine> auto& s) {
  a("number", s.number), a("text", s.text);
}

template <class A>
void fields(A& a, Maybe<record::Failure> auto& f) {
  a("file", f.file), a("line", f.line), a("column", f.column), a("rule", f.rule);
  a("confidence", f.confidence), a("message", f.message), a("expected", f.expected);
  a("seen", f.seen), a("at_ns", f.at_ns), a("step", f.step), a("history", f.history);
}

template <class A>
void fields(A& a, Maybe<ScenarioRecord> auto& s) {
  a("name", s.name), a("file", s.file), a("line", s.line);
  a.derived("case", record::case_label(s));
  a("cell", s.cell), a("case_name", s.case_name), a("title", s.title), a("seed", s.seed);
  a("verdict", s.verdict), a("reason", s.reason);
  a("hash", Hex<std::remove_reference_t<decltype((s.hash))>>{s.hash});
  a("events", s.events), a("simulated_ns", s.simulated_ns), a("wall_ns", s.wall_ns);
  a("transitions", s.transitions), a("calls", s.calls), a("jobs", s.jobs);
  a("moments", s.moments), a("faults", s.faults), a("losses", s.losses);
  a("invariants", s.invariants), a("evidence", s.evidence), a("warnings", s.warnings);
  a("measures", s.measures), a("failures", s.failures);
}

template <class T>
concept Word = std::same_as<T, record::Verdict> || std::same_as<T, record::Confidence>;

template <class T>
concept Plain =
    std::integral<T> || std::same_as<T, std::string> || std::same_as<T, std::vector<std::string>> ||
    std::same_as<T, std::map<std::string, std::uint64_t>>;

using Pairs = std::vector<std::pair<std::string, std::string>>;

template <class T>
inline constexpr bool is_hex = false;
template <class T>
inline constexpr bool is_hex<Hex<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class T>
Json written(const T& value);

struct Writer {
  Json json = Json::object();

  template <class T>
  void operator()(const char* key, const T& value) {
    json[key] = written(value);
  }
  void derived(const char* key, const std::string& value) { json[key] = value; }
};

template <class T>
Json written(const T& value) {
  if constexpr (Plain<T>) {
    return Json(value);
  } else if constexpr (Word<T>) {
    return Json(record::name(value));
  } else if constexpr (is_hex<T>) {
    return Json(hash_text(value.value));
  } else if constexpr (is_optional<T>) {
    return value ? Json(*value) : Json(nullptr);
  } else if constexpr (std::same_as<T, Pairs>) {
    Json json = Json::object();
    for (const auto& [name, text] : value) json[name] = text;
    return json;
  } else if constexpr (is_list<T>) {
    Json json = Json::array();
    for (const auto& element : value) json.push_back(written(element));
    return json;
  } else {
    Writer writer;
    fields(writer, value);
    return std::move(writer.json);
  }
}

/// Throws nlohmann's exceptions or std::invalid_argument; scenario_from_json catches them.
template <class T>
void read(const Json& json, T& value);

struct Reader {
  const Json& json;

  template <class T>
  void operator()(const char* key, T&& value) {
    read(json.at(key), value);
  }
  void derived(const char*, const std::string&) {}
};

template <class T>
T required(std::optional<T> value, const Json& json) {
  if (!value) throw std::invalid_argument("not a known word: " + json.dump());
  return *value;
}

std::uint64_t hash_of(const std::string& text) {
  char* end = nullptr;
  const std::uint64_t hash = std::strtoull(text.c_str(), &end, 16);
  if (text.size() != 16 || *end != '\0') throw std::invalid_argument("not a hash: " + text);
  return hash;
}

template <class T>
void read(const Json& json, T& value) {
  if constexpr (Plain<T>) {
    json.get_to(value);
  } else if constexpr (std::same_as<T, record::Verdict>) {
    value = required(record::verdict_from(json.get<std::string>()), json);
  } else if constexpr (std::same_as<T, record::Confidence>) {
    value = required(record::confidence_from(json.get<std::string>()), json);
  } else if constexpr (is_hex<T>) {
    value.value = hash_of(json.get<std::string>());
  } else if constexpr (is_optional<T>) {
    if (!json.is_null()) value = json.get<typename T::value_type>();
  } else if constexpr (std::same_as<T, Pairs>) {
    for (const auto& [name, text] : json.items()) {
      value.emplace_back(name, text.template get<std::string>());
    }
  } else if constexpr (is_list<T>) {
    for (const Json& element : json) read(element, value.emplace_back());
  } else {
    Reader reader{json};
    fields(reader, value);
  }
}

std::string_view word(record::ExitCode code) {
  switch (code) {
    case record::ExitCode::Pass: return "pass";
    case record::ExitCode::Fail: return "fail";
    case record::ExitCode::Usage: return "nothing-selected";
    case record::ExitCode::Inconclusive: return "inconclusive";
    case record::ExitCode::Internal: return "error";
    case record::ExitCode::Environment: return "environment";
    case record::ExitCode::Interrupted: return "interrupted";
  }
  return "error";
}

}  // namespace

std::string to_json(const record::Record& record) {
  const auto code = record::exit_code(record);
  const auto counts = record::tally(record);
  Json json;
  json["replsim"] = record.version;
  json["build"] = record.build;
  json["verdict"] = word(code);
  json["exit_code"] = static_cast<int>(code);
  json["strict"] = record.options.strict;
  json["set"] = written(record.options.set);
  json["seed"] = written(record.options.seed);
  json["defects"] = record.options.defects;
  json["interrupted"] = record.interrupted;
  json["passed"] = counts.passed;
  json["failed"] = counts.failed;
  json["skipped"] = counts.skipped;
  json["inconclusive"] = counts.inconclusive;
  json["differs"] = counts.differs;
  json["scenarios"] = written(record.scenarios);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string scenario_to_json(const ScenarioRecord& scenario) {
  return written(scenario).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::expected<ScenarioRecord, std::string> scenario_from_json(std::string_view text) {
  ScenarioRecord scenario;
  try {
    read(Json::parse(text), scenario);
  } catch (const std::exception& error) {
    return std::unexpected(std::string{error.what()});
  }
  return scenario;
}

}  // namespace replsim::reports
