// Hostile calls through the whole way. Each parameter of both methods missing, mistyped, reserved,
// of the vendor, dead, of a wrong class, twice; setting data cut, foreign, endless and bottomless:
// the code of R1, and nothing has changed.
// EVIDENCE: rulings R1; cim_replication_service.md, both methods; invariants.md B2, C4
#include "tests/catch.h"
#include "tests/testbed/fixture.h"
#include "tests/testbed/snapshot.h"

namespace replsim::testbed::test {
namespace {

using Arguments = Bench::Arguments;

constexpr std::uint32_t manager = 0;  ///< Refused by the object manager: a CIM status, no code.

cim::Value reference(const std::string& class_name, const std::string& key,
                     const std::string& value) {
  cim::ObjectPath path{class_name, {{key, value}}};
  return cim::Value::reference(std::move(path));
}

cim::Value list_of(cim::Value value) {
  const cim::Type type = value.type();
  return cim::Value::array(type, {std::move(value)});
}

cim::Value like(const cim::ParameterInfo& parameter, cim::Value value) {
  return parameter.array ? list_of(std::move(value)) : value;
}

/// A call that is refused, and how.
struct Hostile {
  std::string why;
  Arguments arguments;
  std::uint32_t code;
};

Arguments with(Arguments arguments, std::string_view parameter, cim::Value value) {
  std::erase_if(arguments, [&](const auto& pair) { return pair.first == parameter; });
  arguments.emplace_back(std::string(parameter), std::move(value));
  return arguments;
}

/// What can be wrong with a parameter, by its row in the method's table.
void add_rows(const cim::ParameterInfo& parameter, const Arguments& good,
              std::vector<Hostile>& rows) {
  const std::string name(parameter.name);
  const auto add = [&](const std::string& why, cim::Value value, std::uint32_t code) {
    rows.push_back({name + " " + why, with(good, name, std::move(value)), code});
  };
  const cim::Value number = cim::Value::unsigned_number(cim::Type::Uint64, 1);
  add("of another type", like(parameter, number), manager);
  add("of the other shape", parameter.array ? number : list_of(number), manager);
  Arguments twice = with(good, name, like(parameter, u16(1)));
  twice.emplace_back(twice.back());
  rows.push_back({name + " given twice", twice, manager});
  if (parameter.direction == cim::Direction::Out) {
    add("is an out parameter", reference("CIM_ConcreteJob", "InstanceID", "x"), manager);
    return;
  }
  if (parameter.required) add("missing", {}, 5);
  if (parameter.enumeration != nullptr) {
    for (const std::uint64_t reserved :
         {std::uint64_t{1}, std::uint64_t{999}, std::uint64_t{32767}})
      add("reserved " + std::to_string(reserved), u16(reserved), 5);
    add("of the vendor", u16(0x8000), 1);
    add("highest of the vendor", u16(0xFFFF), 1);
  }
  if (parameter.type != cim::Type::Reference) return;
  const std::string class_name(parameter.class_name);
  add("dead", like(parameter, reference(class_name, "InstanceID", "no such thing")), 5);
  add("of a wrong class", like(parameter, reference("CIM_Error", "MessageID", "x")), 5);
  add("of no class", like(parameter, reference("CIM_Nothing", "InstanceID", "x")), 5);
  add("without keys", like(parameter, cim::Value::reference({class_name, {}})), 5);
  add("with a long key",
      like(parameter, reference(class_name, "InstanceID", std::string(1U << 20U, 'x'))), 5);
  if (parameter.array) add("with NULL in it", cim::Value::array(parameter.type, {cim::Value{}}), 5);
}

std::string nested_mof(int depth) {
  std::string open = "instance of CIM_ReplicationSettingData { ComponentSetting = { ";
  std::string close = " }; };";
  for (int i = 0; i < depth; ++i) {
    open += "instance of CIM_SettingData { ComponentSetting = { ";
    close = " }; }" + close;
  }
  return open + close;
}

std::string nested_xml(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\">";
  for (int i = 0; i < depth; ++i) text += "</INSTANCE>";
  return text;
}

std::vector<std::pair<std::string, std::string>> bad_settings() {
  const std::string mof = "instance of CIM_ReplicationSettingData { CopyRecoveryMode = 3; };";
  const std::string xml =
      "<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\"><PROPERTY NAME=\"CopyRecoveryMode\" "
      "TYPE=\"uint16\"><VALUE>3</VALUE></PROPERTY></INSTANCE>";
  std::vector<std::pair<std::string, std::string>> all = {
      {"empty", ""},
      {"blank", " \n"},
      {"of another class", "instance of CIM_StorageVolume { };"},
      {"of another class in XML", "<INSTANCE CLASSNAME=\"CIM_StorageVolume\"/>"},
      {"a class", "<CLASS NAME=\"CIM_ReplicationSettingData\"/>"},
      {"two instances", mof + mof},
      {"two instances in XML", xml + xml},
      {"with a property of nobody", "instance of CIM_ReplicationSettingData { Colour = 1; };"},
      {"with a document type", "<!DOCTYPE INSTANCE [<!ENTITY a \"b\">]>" + xml},
      {"nested", nested_mof(10'000)},
      {"nested in XML", nested_xml(10'000)},
      {"of 50 MB", "instance of CIM_ReplicationSettingData { /*" +
                       std::string(std::size_t{50} << 20U, '*') + "*/ };"},
      {"of 50 MB in XML", std::string(std::size_t{50} << 20U, '<')},
      {"bytes", std::string("\0\xff\xfe\x01", 4)},
  };
  for (std::size_t length = 7; length < mof.size(); length += 9) {
    all.emplace_back("cut after " + std::to_string(length), mof.substr(0, length));
  }
  for (std::size_t length = 5; length < xml.size(); length += 17) {
    all.emplace_back("cut in XML after " + std::to_string(length), xml.substr(0, length));
  }
  return all;
}

std::vector<Hostile> hostile_calls(const char* method, const Arguments& good) {
  std::vector<Hostile> rows;
  rows.push_back({"a parameter of nobody", with(good, "Colour", text("blue")), manager});
  const cim::MethodInfo* info = cim::find_class("CIM_ReplicationService")->find_method(method);
  for (const cim::ParameterInfo& parameter : info->parameters) add_rows(parameter, good, rows);
  for (const auto& [why, setting] : bad_settings()) {
    rows.push_back({"settings " + why, with(good, "ReplicationSettingData", text(setting)), 5});
  }
  return rows;
}

void judge(Bench& bench, const char* method, const Arguments& good) {
  const Snapshot before = snapshot(bench);
  REQUIRE(before.instances.size() > 10);
  const std::vector<Hostile> rows = hostile_calls(method, good);
  REQUIRE(rows.size() > 60);
  for (const Hostile& row : rows) {
    INFO(method << ": " << row.why);
    const auto outcome = bench.call("east", method, row.arguments);
    REQUIRE(outcome.has_value());
    if (row.code == manager) {
      CHECK(outcome->status == cim::CimStatus::InvalidParameter);
    } else {
      CHECK(outcome->status == cim::CimStatus::Ok);
      CHECK(outcome->code == row.code);
    }
    CHECK(outcome->out.empty());
    REQUIRE(outcome->error.has_value());
    CHECK_FALSE(outcome->error->message.empty());
    CHECK(outcome->error->message.size() < 4096 + (std::size_t{1} << 20U));
  }
  bench.run(sim::seconds(1));
  CHECK(snapshot(bench) == before);
}

}  // namespace

TEST_CASE("No hostile creation changes anything, and a good one works afterwards",
          "[testbed][hostile]") {
  Bench bench;
  make_mirror(bench);
  bench.settle();
  const Arguments good = {{"SyncType", u16(6)},
                          {"Mode", u16(2)},
                          {"SourceElement", volume("east/vol2")},
                          {"TargetPool", pool("west/pool1")},
                          {"WaitForCopyState", u16(4)}};
  judge(bench, "CreateElementReplica", good);
  const auto accepted = bench.call("east", "CreateElementReplica", good);
  REQUIRE(accepted.has_value());
  CHECK(accepted->code == 4096);
}

TEST_CASE("No hostile operation changes anything, and a good one works afterwards",
          "[testbed][hostile]") {
  Bench bench;
  const cim::Value mirror = cim::Value::reference(make_mirror(bench));
  bench.settle();
  const Arguments good = {{"Operation", u16(12)}, {"Synchronization", mirror}};
  judge(bench, "ModifyReplicaSynchronization", good);
  const auto accepted = bench.call("east", "ModifyReplicaSynchronization", good);
  REQUIRE(accepted.has_value());
  CHECK((accepted->code == 0 || accepted->code == 4096));
}

}  // namespace replsim::testbed::test
