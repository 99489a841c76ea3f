// What a person can type, and what is refused with one message.
#include "cli/options.h"

#include "tests/catch.h"

namespace replsim::cli {
namespace {

const ParseContext context{.version = "replsim 9 (build x)", .cores = 3};

Command parsed(std::vector<std::string> arguments) {
  return parse(arguments, context);
}

RunOptions run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  return std::get<RunOptions>(parsed(std::move(arguments)));
}

/// The message of a usage error; fails the test when there is none.
std::string refused(std::vector<std::string> arguments) {
  const Command command = parsed(std::move(arguments));
  REQUIRE(std::holds_alternative<Finished>(command));
  const auto& finished = std::get<Finished>(command);
  CHECK(finished.code == 2);
  CHECK(finished.text.starts_with("replsim: "));
  CHECK(finished.text.find('\n') == finished.text.size() - 1);
  return finished.text;
}

}  // namespace

TEST_CASE("run has strict on and a worker for each core", "[cli][options]") {
  const RunOptions options = run({"scenarios"});
  CHECK(options.paths == std::vector<std::string>{"scenarios"});
  CHECK(options.strict);
  CHECK(options.jobs == 3);
  CHECK_FALSE(options.seed);
  CHECK_FALSE(options.fail_fast);
  CHECK_FALSE(options.timeline);
}

TEST_CASE("every option of run is taken", "[cli][options]") {
  // EVIDENCE: issue point 6
  const RunOptions o =
      run({"a.yaml",      "--filter", "x",      "b",           "--filter",  "y",
           "--tag",       "t",        "--case", "c/d",         "--seed",    "18446744073709551615",
           "--jobs",      "4",        "--set",  "p=4 KiB",     "--set",     "$q=a=b",
           "--fail-fast", "--json",   "j",      "--junit",     "u",         "--trace",
           "r",           "--db",     "d",      "--no-strict", "--timeline"});
  CHECK(o.paths == std::vector<std::string>{"a.yaml", "b"});
  CHECK(o.filters == std::vector<std::string>{"x", "y"});
  CHECK(o.tags == std::vector<std::string>{"t"});
  CHECK(o.cases == std::vector<std::string>{"c/d"});
  CHECK(o.seed == ~0ULL);
  CHECK(o.jobs == 4);
  CHECK(o.set == std::vector<std::pair<std::string, std::string>>{{"p", "4 KiB"}, {"q", "a=b"}});
  CHECK(o.fail_fast);
  CHECK(o.json == "j");
  CHECK(o.junit == "u");
  CHECK(o.trace == "r");
  CHECK(o.db == "d");
  CHECK_FALSE(o.strict);
  CHECK(o.timeline);
}

TEST_CASE("the other commands take their options", "[cli][options]") {
  const Command check = parsed({"check", "--warnings-as-errors", "p"});
  CHECK(std::get<CheckOptions>(check).warnings_as_errors);
  const Command list = parsed({"list", "p", "--tag", "t"});
  CHECK(std::get<ListOptions>(list).tags == std::vector<std::string>{"t"});
  const Command cases = parsed({"list", "p", "--case", "c", "--set", "d=1 s"});
  CHECK(std::get<ListOptions>(cases).cases == std::vector<std::string>{"c"});
  CHECK(std::get<ListOptions>(cases).set == Settings{{"d", "1 s"}});
  const Command set = parsed({"check", "p", "--set", "d=1 s"});
  CHECK(std::get<CheckOptions>(set).set == Settings{{"d", "1 s"}});
  const Command explain = parsed({"explain", "Resync", "Replica"});
  CHECK(std::get<ExplainOptions>(explain).subject == std::vector<std::string>{"Resync", "Replica"});
  const Command kinds = parsed({"explain", "--list", "fault"});
  CHECK(std::get<ExplainOptions>(kinds).list == "fault");
  CHECK(std::holds_alternative<SchemaOptions>(parsed({"schema"})));
}

TEST_CASE("help and version are printed and are no error", "[cli][options]") {
  const Command version = parsed({"--version"});
  CHECK(std::get<Finished>(version).code == 0);
  CHECK(std::get<Finished>(version).text == "replsim 9 (build x)\n");
  const Command help = parsed({"--help"});
  CHECK(std::get<Finished>(help).code == 0);
  CHECK(std::get<Finished>(help).text.find("explain") != std::string::npos);
  const Command run_help = parsed({"run", "--help"});
  CHECK(std::get<Finished>(run_help).text.find("--junit") != std::string::npos);
  CHECK(std::get<Finished>(run_help).text.find("replsim run ") != std::string::npos);
}

TEST_CASE("bad arguments give one message that names them", "[cli][options]") {
  // EVIDENCE: issue "Bad input gets ... an unknown flag: one clear located message, exit 2"
  CHECK(refused({"run", "a", "--sed", "1"}).find("--sed") != std::string::npos);
  CHECK(refused({"fly"}).find("fly") != std::string::npos);
  CHECK(refused({"run"}).find("PATH") != std::string::npos);
  CHECK(refused({"run", "a", "--seed", "-1"}).find("'-1'") != std::string::npos);
  CHECK(refused({"run", "a", "--seed", "1x"}).find("'1x'") != std::string::npos);
  CHECK(refused({"run", "a", "--seed", "18446744073709551616"}).find("--seed") !=
        std::string::npos);
  CHECK(refused({"run", "a", "--jobs", "0"}).find("--jobs") != std::string::npos);
  CHECK(refused({"run", "a", "--jobs", "1000"}).find("--jobs") != std::string::npos);
  CHECK(refused({"run", "a", "--set", "p"}).find("'p'") != std::string::npos);
  CHECK(refused({"run", "a", "--set", "$=1"}).find("'$=1'") != std::string::npos);
  CHECK(refused({"run", "a", "--json"}).find("--json") != std::string::npos);
  CHECK(refused({"run", "a", "--seed", ""}).find("--seed: ''") != std::string::npos);
  CHECK(refused({"run", "a", "--jobs", ""}).find("--jobs: ''") != std::string::npos);
  for (const char* command : {"run", "check", "list"}) {
    CHECK(refused({command, "a", "--set", "p=1", "--set", "$p=2"}).find("'p' is set twice") !=
          std::string::npos);
  }
  CHECK(refused({"explain"}).find("subject") != std::string::npos);
  refused({});
}

TEST_CASE("a case is selected by its name, its cell or both", "[cli][options]") {
  CHECK(selects_case({}, "mode=Synchronous", "cut"));
  CHECK(selects_case({"cut"}, "mode=Synchronous", "cut"));
  CHECK(selects_case({"mode=Synchronous"}, "mode=Synchronous", "cut"));
  CHECK(selects_case({"mode=Synchronous/cut"}, "mode=Synchronous", "cut"));
  CHECK(selects_case({"other", "cut"}, "", "cut"));
  CHECK_FALSE(selects_case({"cu"}, "mode=Synchronous", "cut"));
  CHECK_FALSE(selects_case({"cut"}, "", ""));
  CHECK_FALSE(selects_case({""}, "", ""));
  // A slash in a value of the matrix divides nothing.
  CHECK_FALSE(selects_case({"b"}, "v=a/b", ""));
  CHECK_FALSE(selects_case({"v=a"}, "v=a/b", ""));
  CHECK(selects_case({"v=a/b"}, "v=a/b", ""));
}

TEST_CASE("a filter is a part of the full name", "[cli][options]") {
  CHECK(selects_name({}, "x"));
  CHECK(selects_name({"zz", "over["}, "failover[mode=Synchronous]"));
  CHECK_FALSE(selects_name({"zz"}, "failover"));
}

}  // namespace replsim::cli
