// Embedded instances as MOF text: what is read, where errors are, and that garbage is survived.
#include "model/cim/mof_instance.h"

#include "tests/catch.h"

namespace replsim::cim {
namespace {

constexpr std::string_view setting = "CIM_ReplicationSettingData";

std::expected<Instance, EmbeddedError> read(std::string_view text,
                                            const EmbeddedLimits& limits = {}) {
  return parse_mof_instance(text, setting, SchemaVersion::V2_49, limits);
}

/// An instance with this body.
std::string with(std::string_view body) {
  return "instance of CIM_ReplicationSettingData { " + std::string(body) + " };";
}

std::string place(const EmbeddedError& error) {
  return std::to_string(error.line) + ":" + std::to_string(error.column);
}

EmbeddedErrorKind kind_of(std::string_view body) {
  const auto result = read(with(body));
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

Value uint16(std::uint64_t value) {
  return Value::unsigned_number(Type::Uint16, value);
}

}  // namespace

// EVIDENCE: DSP0004 annex A
TEST_CASE("properties are read with the types of the class", "[cim][mof]") {
  const auto result = read(
      "// set by the client\n"
      "INSTANCE OF CIM_ReplicationSettingData {\n"
      "  CopyRecoveryMode = 3; /* Manual */\n"
      "  FailedCopyStopsHostIO = TRUE;\n"
      "  ElementName = \"a \\\"b\\\" \" \"\\x41\\n\";\n"
      "  DeltaUpdateBlocks = 0xFF; Multihop = 017; Pairing = 101b;\n"
      "  DesiredRPO = \"00000000000500.000000:000\";\n"
      "  ReadOnly = null;\n"
      "};\n");
  REQUIRE(result.has_value());
  CHECK(result->path.class_name == setting);
  CHECK(result->path.keys.empty());
  CHECK(result->get("CopyRecoveryMode") == uint16(3));
  CHECK(result->get("FailedCopyStopsHostIO") == Value::boolean(true));
  CHECK(result->get("ElementName") == Value::string("a \"b\" A\n"));
  CHECK(result->get("DeltaUpdateBlocks") == Value::unsigned_number(Type::Uint64, 255));
  CHECK(result->get("Multihop") == uint16(15));
  CHECK(result->get("Pairing") == uint16(5));
  CHECK(result->get("DesiredRPO") == Value::datetime({300'000'000'000, true}));
  CHECK(result->get("ReadOnly").is_null());
  CHECK(result->properties.size() == 8);
}

TEST_CASE("nested instances and arrays are read", "[cim][mof]") {
  const auto result = read(
      with("ComponentSetting = { instance of CIM_SettingData { ElementName = \"x\"; }, NULL };"));
  REQUIRE(result.has_value());
  const Value::Array& parts = result->get("ComponentSetting").as_array();
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].as_instance().get("ElementName") == Value::string("x"));
  CHECK(parts[1].is_null());
  CHECK(read(with("ComponentSetting = { };"))->get("ComponentSetting").as_array().empty());
}

TEST_CASE("an error says where it is", "[cim][mof]") {
  const auto at = [](std::string_view text) {
    const auto result = read(text);
    REQUIRE_FALSE(result.has_value());
    return place(result.error());
  };
  CHECK(at("") == "1:1");
  CHECK(at("instance of CIM_ReplicationSettingData {\n  CopyRecoveryMode 3;\n};") == "2:20");
  CHECK(at("instance of CIM_ReplicationSettingData {\n  Colour = 3;\n};") == "2:3");
  CHECK(at("instance of CIM_ReplicationSettingData {\n  Multihop = 70000;\n};") == "2:14");
  CHECK(at("instance of CIM_StorageVolume {};") == "1:13");
  CHECK(at("instance of CIM_ReplicationSettingData { }") == "1:43");
  CHECK(at("instance of CIM_ReplicationSettingData { }; x") == "1:45");
  CHECK(at("instance of CIM_ReplicationSettingData {\n ElementName = \"abc\n\";};") == "2:16");
  CHECK(at("/* open") == "1:1");
}

TEST_CASE("errors are told apart", "[cim][mof]") {
  CHECK(kind_of("Colour = 3;") == EmbeddedErrorKind::UnknownProperty);
  CHECK(kind_of("copyrecoverymode = 3;") == EmbeddedErrorKind::UnknownProperty);
  CHECK(kind_of("Multihop = 1; Multihop = 2;") == EmbeddedErrorKind::UnknownProperty);
  CHECK(kind_of("CopyRecoveryMode = true;") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("CopyRecoveryMode = \"Manual\";") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("CopyRecoveryMode = 3.0;") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("CopyRecoveryMode = {3};") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("ComponentSetting = 3;") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("ComponentSetting = {{}};") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("FailedCopyStopsHostIO = 1;") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("DesiredRPO = \"5 min\";") == EmbeddedErrorKind::WrongType);
  CHECK(kind_of("CopyRecoveryMode = 65536;") == EmbeddedErrorKind::OutOfRange);
  CHECK(kind_of("CopyRecoveryMode = -1;") == EmbeddedErrorKind::OutOfRange);
  CHECK(kind_of("DeltaUpdateBlocks = 18446744073709551616;") == EmbeddedErrorKind::OutOfRange);
  CHECK(kind_of("CopyRecoveryMode = 09;") == EmbeddedErrorKind::Syntax);
  CHECK(kind_of("CopyRecoveryMode = 0x;") == EmbeddedErrorKind::Syntax);
  CHECK(kind_of("CopyRecoveryMode = 3") == EmbeddedErrorKind::Syntax);
  CHECK(kind_of("ElementName = \"\\q\";") == EmbeddedErrorKind::Syntax);
  CHECK(kind_of("ElementName = \"\\xD800\";") == EmbeddedErrorKind::Syntax);
  CHECK(kind_of("ElementName = @;") == EmbeddedErrorKind::Syntax);
  CHECK(kind_of("ComponentSetting = { instance of CIM_StorageVolume {} };") ==
        EmbeddedErrorKind::WrongClass);
  CHECK(read("instance of Nonsense {};").error().kind == EmbeddedErrorKind::WrongClass);
}

// EVIDENCE: rulings R17 (the setting data of 2.28 end at ReadOnly)
TEST_CASE("a property of a newer schema is unknown to an older one", "[cim][mof]") {
  const std::string text = with("DesiredRPO = NULL;");
  CHECK(parse_mof_instance(text, setting, SchemaVersion::V2_41).has_value());
  const auto old = parse_mof_instance(text, setting, SchemaVersion::V2_28);
  REQUIRE_FALSE(old.has_value());
  CHECK(old.error().kind == EmbeddedErrorKind::UnknownProperty);
}

TEST_CASE("an instance of a derived class is taken", "[cim][mof]") {
  const auto result =
      parse_mof_instance("instance of CIM_ReplicationSettingData { Multihop = 2; };",
                         "CIM_SettingData", SchemaVersion::V2_49);
  REQUIRE(result.has_value());
  CHECK(result->path.class_name == setting);
}

TEST_CASE("limits are errors, not crashes", "[cim][mof]") {
  const auto kind = [](const std::string& text, const EmbeddedLimits& limits) {
    const auto result = read(text, limits);
    REQUIRE_FALSE(result.has_value());
    return result.error().kind;
  };
  const std::string plain = with("Multihop = 1; Pairing = 2;");
  CHECK(read(plain, {.bytes_max = plain.size()}).has_value());
  CHECK(kind(plain, {.bytes_max = plain.size() - 1}) == EmbeddedErrorKind::Limit);
  CHECK(read(plain, {.properties_max = 2}).has_value());
  CHECK(kind(plain, {.properties_max = 1}) == EmbeddedErrorKind::Limit);
  CHECK(kind(with("ComponentSetting = {NULL, NULL};"), {.elements_max = 1}) ==
        EmbeddedErrorKind::Limit);
  std::string deep;
  std::string close;
  for (int level = 0; level < 100'000; ++level) {
    deep += "instance of CIM_SettingData { ComponentSetting = { ";
    close += " }; }";
  }
  EmbeddedLimits wide;
  wide.bytes_max = deep.size() + close.size() + 1;
  const auto result =
      parse_mof_instance(deep + close + ";", "CIM_SettingData", SchemaVersion::V2_49, wide);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == EmbeddedErrorKind::Limit);
}

TEST_CASE("what is written is read back", "[cim][mof]") {
  Instance nested;
  nested.path.class_name = "CIM_SettingData";
  nested.set("ElementName", Value::string("inner"));
  Instance instance;
  instance.path.class_name = std::string(setting);
  instance.set("CopyRecoveryMode", uint16(3));
  instance.set("DeltaUpdateBlocks", Value::unsigned_number(Type::Uint64, ~std::uint64_t{0}));
  instance.set("AutoDelete", Value::boolean(false));
  instance.set("ElementName", Value::string(std::string("q\" b\\ n\n t\t z\0 1f\x1f"
                                                        "a \xc3\xa9",
                                                        22)));
  instance.set("DesiredRPO", Value::datetime({5'000'000'000, true}));
  instance.set("ReadOnly", Value());
  instance.set("ComponentSetting",
               Value::array(Type::Instance, {Value::instance(nested), Value()}));
  const auto result = read(to_mof(instance));
  REQUIRE(result.has_value());
  CHECK(*result == instance);
  Instance small;
  small.path.class_name = std::string(setting);
  small.set("CopyRecoveryMode", uint16(3));
  CHECK(to_mof(small) == "instance of CIM_ReplicationSettingData { CopyRecoveryMode = 3; };");
}

TEST_CASE("references are read as paths", "[cim][mof]") {
  const auto result = parse_mof_instance(
      "instance of CIM_ElementCapabilities { Capabilities = \"C.InstanceID=\\\"1\\\"\"; };",
      "CIM_ElementCapabilities", SchemaVersion::V2_49);
  REQUIRE(result.has_value());
  CHECK(result->get("Capabilities") == Value::reference({"C", {{"InstanceID", "1"}}}));
  const auto bad =
      parse_mof_instance("instance of CIM_ElementCapabilities { Capabilities = \"no path\"; };",
                         "CIM_ElementCapabilities", SchemaVersion::V2_49);
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().kind == EmbeddedErrorKind::WrongType);
}

TEST_CASE("any cut and any changed byte gives an instance or a placed error", "[cim][mof]") {
  const std::string text = with(
      "CopyRecoveryMode = 3; ElementName = \"a\\x41\"; ComponentSetting = { instance of "
      "CIM_SettingData { } }; DesiredRPO = \"00000000000500.000000:000\"; /* c */");
  REQUIRE(read(text).has_value());
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto result = read(std::string_view(text).substr(0, length));
    CHECK_FALSE(result.has_value());
  }
  int errors = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'\0', '"', '\\', '{', '}', ';', '9', '\xff', '\n'}) {
      std::string changed = text;
      changed[at] = c;
      const auto result = read(changed);
      if (result.has_value()) continue;
      ++errors;
      CHECK(result.error().line >= 1);
      CHECK(result.error().column >= 1);
      CHECK_FALSE(result.error().text.empty());
    }
  }
  CHECK(errors > 500);
}

}  // namespace replsim::cim
