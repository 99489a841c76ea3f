// EVIDENCE: DSP0201 (INSTANCE, PROPERTY, PROPERTY.ARRAY, PROPERTY.REFERENCE, VALUE); rulings R1 (1)
// (a malformed embedded instance is refused, so the reader must say what is malformed, and where)
#include "model/cim/xml_instance.h"

#include "model/cim/mof_instance.h"
#include "tests/catch.h"

namespace replsim::cim {
namespace {

using Kind = EmbeddedErrorKind;

constexpr std::string_view setting = "CIM_ReplicationSettingData";

auto read(std::string_view text, const EmbeddedLimits& limits = {}) {
  return parse_xml_instance(text, setting, SchemaVersion::V2_49, limits);
}

std::string with(std::string_view inside) {
  return "<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\">" + std::string(inside) +
         "</INSTANCE>";
}

std::string property(std::string_view name, std::string_view type, std::string_view value) {
  return "<PROPERTY NAME=\"" + std::string(name) + "\" TYPE=\"" + std::string(type) + "\"><VALUE>" +
         std::string(value) + "</VALUE></PROPERTY>";
}

std::string parts(std::string_view values) {
  return with(
      "<PROPERTY.ARRAY NAME=\"ComponentSetting\" TYPE=\"string\" EmbeddedObject=\"instance\">"
      "<VALUE.ARRAY>" +
      std::string(values) + "</VALUE.ARRAY></PROPERTY.ARRAY>");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

Kind kind_of(std::string_view text, const EmbeddedLimits& limits = {}) {
  const auto result = read(text, limits);
  REQUIRE_FALSE(result.has_value());
  return result.error().kind;
}

std::string place_of(std::string_view text) {
  const auto result = read(text);
  REQUIRE_FALSE(result.has_value());
  return std::to_string(result.error().line) + ":" + std::to_string(result.error().column);
}

TEST_CASE("CIM-XML gives the same instance as MOF", "[cim][xml]") {
  const auto from_xml = read(
      with(property("CopyRecoveryMode", "uint16", " 3\n") +
           property("FailedCopyStopsHostIO", "boolean", "TRUE") +
           property("ElementName", "string", " a&lt;b&#65;<![CDATA[&c]]> ") +
           property("DeltaUpdateBlocks", "uint64", "0xFFFFFFFFFFFFFFFF") +
           property("DesiredRPO", "datetime", "00000000000500.000000:000") +
           "<PROPERTY NAME=\"ReadOnly\" TYPE=\"uint16\" CLASSORIGIN=\"x\" PROPAGATED=\"true\"/>"));
  const auto from_mof = parse_mof_instance(
      "instance of CIM_ReplicationSettingData { CopyRecoveryMode = 3; FailedCopyStopsHostIO = "
      "true; ElementName = \" a<bA&c \"; DeltaUpdateBlocks = 18446744073709551615; DesiredRPO = "
      "\"00000000000500.000000:000\"; ReadOnly = NULL; };",
      setting, SchemaVersion::V2_49);
  REQUIRE(from_xml.has_value());
  REQUIRE(from_mof.has_value());
  CHECK(*from_xml == *from_mof);
}

TEST_CASE("the first character that is no blank tells the form", "[cim][xml]") {
  const std::string xml = with(property("Multihop", "uint16", "2"));
  for (const std::string& text :
       {xml, " \r\n\t" + xml, "\xef\xbb\xbf" + xml,
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!-- c -->" + xml,
        std::string(" instance of CIM_ReplicationSettingData { Multihop = 2; };")}) {
    const auto result = parse_embedded_instance(text, setting, SchemaVersion::V2_49);
    CAPTURE(text);
    REQUIRE(result.has_value());
    CHECK(result->get("Multihop") == Value::unsigned_number(Type::Uint16, 2));
  }
  CHECK_FALSE(parse_embedded_instance("", setting, SchemaVersion::V2_49).has_value());
}

TEST_CASE("an instance inside of a CIM-XML instance is escaped or in CDATA", "[cim][xml]") {
  const std::string inner =
      "<INSTANCE CLASSNAME=\"CIM_SettingData\"><PROPERTY NAME=\"ElementName\" TYPE=\"string\">"
      "<VALUE>a&amp;b</VALUE></PROPERTY></INSTANCE>";
  const auto result = read(parts("<VALUE>" + escaped(inner) + "</VALUE><VALUE.NULL/><VALUE>" +
                                 "<![CDATA[" + inner + "]]></VALUE>"));
  REQUIRE(result.has_value());
  const Value::Array& items = result->get("ComponentSetting").as_array();
  REQUIRE(items.size() == 3);
  CHECK(items[0].as_instance().get("ElementName") == Value::string("a&b"));
  CHECK(items[1].is_null());
  CHECK(items[2] == items[0]);
  CHECK(read(parts(""))->get("ComponentSetting").as_array().empty());
}

TEST_CASE("a reference in CIM-XML is an instance name", "[cim][xml]") {
  const auto read_path = [](std::string_view inside) {
    return parse_xml_instance(
        "<INSTANCE CLASSNAME=\"CIM_ElementCapabilities\"><PROPERTY.REFERENCE NAME=\"Capabilities\">"
        "<VALUE.REFERENCE>" +
            std::string(inside) + "</VALUE.REFERENCE></PROPERTY.REFERENCE></INSTANCE>",
        "CIM_ElementCapabilities", SchemaVersion::V2_49);
  };
  const auto plain = read_path(
      "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE "
      "VALUETYPE=\"string\">1</KEYVALUE></KEYBINDING></INSTANCENAME>");
  REQUIRE(plain.has_value());
  CHECK(plain->get("Capabilities") == Value::reference({"C", {{"InstanceID", "1"}}}));
  const auto nested = read_path(
      "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"End\"><VALUE.REFERENCE><INSTANCENAME "
      "CLASSNAME=\"D\"><KEYBINDING NAME=\"K\"><KEYVALUE>v</KEYVALUE></KEYBINDING></INSTANCENAME>"
      "</VALUE.REFERENCE></KEYBINDING></INSTANCENAME>");
  REQUIRE(nested.has_value());
  CHECK(nested->get("Capabilities") == Value::reference({"C", {{"End", "D.K=\"v\""}}}));
  CHECK_FALSE(read_path("").has_value());
  CHECK_FALSE(read_path("<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\"/></INSTANCENAME>"));
  CHECK_FALSE(read_path("<INSTANCENAME CLASSNAME=\"C\"/><INSTANCENAME CLASSNAME=\"C\"/>"));
}

TEST_CASE("an error in CIM-XML says where it is", "[cim][xml]") {
  CHECK(place_of("<INSTANCE") == "1:1");
  CHECK(place_of("<INSTANCE CLASSNAME=\"CIM_StorageVolume\"/>") == "1:1");
  CHECK(place_of("<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\">\n  <PROPERTY NAME=\"Colour\" "
                 "TYPE=\"uint16\"/></INSTANCE>") == "2:3");
  CHECK(place_of("<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\">\n"
                 "<PROPERTY NAME=\"Multihop\" TYPE=\"uint16\">\n"
                 "  <VALUE>70000</VALUE></PROPERTY></INSTANCE>") == "3:3");
  CHECK(place_of(with("") + "\n x") == "2:2");
  const auto inner = read(parts("<VALUE>&lt;INSTANCE CLASSNAME='CIM_Job'/></VALUE>"));
  REQUIRE_FALSE(inner.has_value());
  CHECK(inner.error().text.find("ComponentSetting, 1:1:") != std::string::npos);
}

TEST_CASE("errors of CIM-XML are told apart", "[cim][xml]") {
  const auto one = [](std::string_view name, std::string_view type, std::string_view value) {
    return kind_of(with(property(name, type, value)));
  };
  CHECK(one("Colour", "uint16", "3") == Kind::UnknownProperty);
  CHECK(kind_of(with(property("Multihop", "uint16", "1") + property("Multihop", "uint16", "1"))) ==
        Kind::UnknownProperty);
  CHECK(one("CopyRecoveryMode", "uint8", "3") == Kind::WrongType);
  CHECK(one("CopyRecoveryMode", "", "3") == Kind::WrongType);
  CHECK(one("CopyRecoveryMode", "uint16", "Manual") == Kind::WrongType);
  CHECK(one("CopyRecoveryMode", "uint16", "3.0") == Kind::WrongType);
  CHECK(one("CopyRecoveryMode", "uint16", "") == Kind::WrongType);
  CHECK(one("CopyRecoveryMode", "uint16", "0x") == Kind::WrongType);
  CHECK(one("CopyRecoveryMode", "uint16", "65536") == Kind::OutOfRange);
  CHECK(one("CopyRecoveryMode", "uint16", "-1") == Kind::OutOfRange);
  CHECK(one("DeltaUpdateBlocks", "uint64", "18446744073709551616") == Kind::OutOfRange);
  CHECK(one("FailedCopyStopsHostIO", "boolean", "1") == Kind::WrongType);
  CHECK(one("DesiredRPO", "datetime", "5 min") == Kind::WrongType);
  CHECK(one("ComponentSetting", "string", "x") == Kind::WrongType);
  CHECK(one("ElementName", "string", "<B/>") == Kind::Syntax);
  CHECK(one("ElementName", "string", "&#0;") == Kind::Syntax);
  CHECK(one("ElementName", "string", "&nbsp;") == Kind::Syntax);
  CHECK(one("ElementName", "string", "\xff") == Kind::Syntax);
  CHECK(kind_of(with("x")) == Kind::Syntax);
  CHECK(kind_of(with("<PROPERTY NAME=\"Multihop\" TYPE=\"uint16\"><VALUE>1</VALUE><VALUE>2</VALUE>"
                     "</PROPERTY>")) == Kind::Syntax);
  CHECK(kind_of(with("<PROPERTY NAME=\"Multihop\" TYPE=\"uint16\" COLOUR=\"b\"/>")) ==
        Kind::Syntax);
  CHECK(kind_of("<INSTANCE/>") == Kind::Syntax);
  CHECK(kind_of("<CLASS NAME=\"x\"/>") == Kind::Syntax);
  CHECK(kind_of(with("") + with("")) == Kind::Syntax);
  CHECK(kind_of("<INSTANCE CLASSNAME=\"Nonsense\"/>") == Kind::WrongClass);
  CHECK(kind_of(parts("<VALUE>&lt;INSTANCE CLASSNAME='CIM_Job'/></VALUE>")) == Kind::WrongClass);
}

TEST_CASE("a document type is refused, so that entities cannot grow or reach outside",
          "[cim][xml]") {
  const std::string instance = with(property("ElementName", "string", "&a;"));
  CHECK(kind_of("<!DOCTYPE INSTANCE [<!ENTITY a \"ha\">]>" + instance) == Kind::Syntax);
  CHECK(kind_of("<!DOCTYPE INSTANCE SYSTEM \"file:///etc/passwd\">" + with("")) == Kind::Syntax);
  CHECK(kind_of(instance) == Kind::Syntax);
}

// EVIDENCE: rulings R17 (the setting data of 2.28 end at ReadOnly)
TEST_CASE("CIM-XML knows no property of a newer schema", "[cim][xml]") {
  const std::string text = with(property("DesiredRPO", "datetime", "00000000000500.000000:000"));
  CHECK(parse_xml_instance(text, setting, SchemaVersion::V2_41).has_value());
  CHECK_FALSE(parse_xml_instance(text, setting, SchemaVersion::V2_28).has_value());
}

TEST_CASE("limits of CIM-XML are errors, not crashes", "[cim][xml]") {
  const std::string plain =
      with(property("Multihop", "uint16", "1") + property("Pairing", "uint16", "2"));
  CHECK(read(plain, {.bytes_max = plain.size(), .properties_max = 2}).has_value());
  CHECK(kind_of(plain, {.bytes_max = plain.size() - 1}) == Kind::Limit);
  CHECK(kind_of(plain, {.properties_max = 1}) == Kind::Limit);
  CHECK(kind_of(parts("<VALUE.NULL/><VALUE.NULL/>"), {.elements_max = 1}) == Kind::Limit);
  std::string inner = "<INSTANCE CLASSNAME=\"CIM_ReplicationSettingData\"/>";
  for (int level = 2; level <= 4; ++level) inner = parts("<VALUE>" + escaped(inner) + "</VALUE>");
  CHECK(read(inner, {.depth_max = 4}).has_value());
  CHECK(kind_of(inner, {.depth_max = 3}) == Kind::Limit);
  std::string deep;
  for (int level = 0; level < 10'000; ++level) {
    deep += "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\"><VALUE.REFERENCE>";
  }
  const auto result = parse_xml_instance(
      "<INSTANCE CLASSNAME=\"CIM_ElementCapabilities\"><PROPERTY.REFERENCE NAME=\"Capabilities\">"
      "<VALUE.REFERENCE>" +
          deep,
      "CIM_ElementCapabilities", SchemaVersion::V2_49);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == Kind::Limit);
}

TEST_CASE("any cut and any changed byte of CIM-XML gives an instance or a placed error",
          "[cim][xml]") {
  const std::string text = with(property("CopyRecoveryMode", "uint16", "3") +
                                property("ElementName", "string", "a&amp;<![CDATA[b]]>") +
                                "<!-- c --><PROPERTY NAME=\"ReadOnly\" TYPE=\"uint16\"/>");
  REQUIRE(read(text).has_value());
  for (std::size_t length = 0; length < text.size(); ++length) {
    CHECK_FALSE(read(std::string_view(text).substr(0, length)).has_value());
  }
  int errors = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'\0', '"', '<', '>', '&', ';', '9', '\xff', '\n'}) {
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
  CHECK(errors > 1000);
}

}  // namespace
}  // namespace replsim::cim
