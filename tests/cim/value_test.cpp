// Values, instances, outcomes and object paths.
#include "model/cim/value.h"

#include "model/cim/method.h"
#include "model/cim/object_path.h"
#include "tests/catch.h"

namespace replsim::cim {

TEST_CASE("a value gives back what it was made of", "[cim][value]") {
  CHECK(Value::boolean(true).as_boolean());
  CHECK(Value::unsigned_number(Type::Uint16, 65'535).as_unsigned() == 65'535);
  CHECK(Value::unsigned_number(Type::Uint64, ~std::uint64_t{0}).as_unsigned() == ~std::uint64_t{0});
  CHECK(Value::signed_number(-5).as_signed() == -5);
  CHECK(Value::string("text").as_string() == "text");
  CHECK(Value::datetime({7, true}).as_datetime() == DateTime{7, true});
  CHECK(Value().is_null());
  const Value list = Value::array(Type::String, {Value::string("a"), Value()});
  CHECK(list.is_array());
  CHECK(list.as_array().size() == 2);
  CHECK(list.type() == Type::String);
}

TEST_CASE("a getter of another type is a bug of the caller", "[cim][value]") {
  CHECK_THROWS_AS(Value().as_boolean(), std::logic_error);
  CHECK_THROWS_AS(Value::string("1").as_unsigned(), std::logic_error);
  CHECK_THROWS_AS(Value::signed_number(1).as_unsigned(), std::logic_error);
  CHECK_THROWS_AS(Value::array(Type::Boolean, {}).as_boolean(), std::logic_error);
  CHECK_THROWS_AS(Value::boolean(true).as_array(), std::logic_error);
  CHECK_THROWS_AS(Value::unsigned_number(Type::Uint8, 256), std::logic_error);
  CHECK_THROWS_AS(Value::unsigned_number(Type::String, 1), std::logic_error);
  CHECK_THROWS_AS(Value::array(Type::String, {Value::boolean(true)}), std::logic_error);
}

TEST_CASE("values are equal by content and type", "[cim][value]") {
  CHECK(Value::unsigned_number(Type::Uint16, 4) == Value::unsigned_number(Type::Uint16, 4));
  CHECK_FALSE(Value::unsigned_number(Type::Uint16, 4) == Value::unsigned_number(Type::Uint32, 4));
  const ObjectPath path{"CIM_StoragePool", {{"InstanceID", "west/pool1"}}};
  CHECK(Value::reference(path) == Value::reference(path));
  Instance instance;
  instance.path.class_name = "CIM_Error";
  instance.set("MessageID", Value::string("refused:state"));
  CHECK(Value::instance(instance) == Value::instance(instance));
  Instance other = instance;
  other.set("MessageID", Value::string("refused:peer"));
  CHECK_FALSE(Value::instance(instance) == Value::instance(other));
  CHECK(Value::array(Type::Boolean, {Value::boolean(true)}) ==
        Value::array(Type::Boolean, {Value::boolean(true)}));
  CHECK_FALSE(Value::array(Type::Boolean, {}) == Value());
}

TEST_CASE("values read well in reports", "[cim][value]") {
  CHECK(Value().text() == "NULL");
  CHECK(Value::boolean(false).text() == "false");
  CHECK(Value::string("say \"x\"").text() == R"("say \"x\"")");
  CHECK(Value::signed_number(-1).text() == "-1");
  CHECK(Value::datetime({0, false}).text() == "20000101000000.000000+000");
  CHECK(Value::array(Type::Uint16, {Value::unsigned_number(Type::Uint16, 2), Value()}).text() ==
        "{2, NULL}");
  Instance instance;
  instance.path.class_name = "CIM_Error";
  instance.set("Message", Value::string("no"));
  CHECK(Value::instance(instance).text() == "CIM_Error {Message: \"no\"}");
  CHECK(name(Type::Uint16) == "uint16");
  CHECK(name(Type::DateTime) == "datetime");
}

TEST_CASE("an instance keeps the order of its properties", "[cim][value]") {
  Instance instance;
  instance.set("B", Value::boolean(true));
  instance.set("A", Value::boolean(true));
  instance.set("B", Value::boolean(false));
  REQUIRE(instance.properties.size() == 2);
  CHECK(instance.properties.front().name == "B");
  CHECK_FALSE(instance.get("B").as_boolean());
  CHECK(instance.get("b").is_null());
}

TEST_CASE("an outcome answers NULL for what did not come back", "[cim][value]") {
  MethodOutcome outcome;
  outcome.out.emplace_back("Job", Value::reference({"CIM_ConcreteJob", {{"InstanceID", "1"}}}));
  CHECK(outcome.get("Job").type() == Type::Reference);
  CHECK(outcome.get("Synchronization").is_null());
  CHECK(name(CimStatus::NotFound) == "CIM_ERR_NOT_FOUND");
  CHECK(name(CimStatus::MethodNotFound) == "CIM_ERR_METHOD_NOT_FOUND");
}

TEST_CASE("a path is written and read back, also one inside another", "[cim][path]") {
  const ObjectPath volume{"CIM_StorageVolume", {{"DeviceID", "east/vol1"}}};
  CHECK(volume.text() == "CIM_StorageVolume.DeviceID=\"east/vol1\"");
  const ObjectPath pair{"CIM_StorageSynchronized",
                        {{"SystemElement", volume.text()}, {"SyncedElement", "a\\b\"c"}}};
  CHECK(parse_object_path(volume.text()) == volume);
  CHECK(parse_object_path(pair.text()) == pair);
  CHECK(parse_object_path("CIM_System") == ObjectPath{"CIM_System", {}});
}

TEST_CASE("a text that is no path is not read", "[cim][path]") {
  for (const std::string_view text :
       {"", "1Class", "C.", "C.K", "C.K=", "C.K=v", "C.K=\"v", "C.K=\"v\"x", "C.K=\"v\",",
        "C.K=\"v\",K=\"w\"", "C,K=\"v\"", "C.K=\"\\n\"", "C.K=\"\\", "C K=\"v\""}) {
    CAPTURE(text);
    CHECK_FALSE(parse_object_path(text).has_value());
  }
}

}  // namespace replsim::cim
