// The document type as rows.
#include "model/cim/xml_grammar.h"

#include <algorithm>
#include <array>

namespace replsim::cim {
namespace {

using E = XmlElement;
using A = XmlAttributeRule;

struct ElementRow {
  E element;
  std::string_view name;
  std::string_view required;  ///< The required attribute that is looked at; empty = none.
};
constexpr std::array<ElementRow, 11> element_rows = {{
    {E::Instance, "INSTANCE", "CLASSNAME"},
    {E::Property, "PROPERTY", "NAME"},
    {E::PropertyArray, "PROPERTY.ARRAY", "NAME"},
    {E::PropertyReference, "PROPERTY.REFERENCE", "NAME"},
    {E::Value, "VALUE", ""},
    {E::ValueArray, "VALUE.ARRAY", ""},
    {E::ValueNull, "VALUE.NULL", ""},
    {E::ValueReference, "VALUE.REFERENCE", ""},
    {E::InstanceName, "INSTANCENAME", "CLASSNAME"},
    {E::KeyBinding, "KEYBINDING", "NAME"},
    {E::KeyValue, "KEYVALUE", ""},
}};

struct PlaceRow {
  E parent;
  E child;
  bool operator==(const PlaceRow&) const = default;
};
constexpr std::array<PlaceRow, 13> place_rows = {{
    {E::Document, E::Instance},
    {E::Instance, E::Property},
    {E::Instance, E::PropertyArray},
    {E::Instance, E::PropertyReference},
    {E::Property, E::Value},
    {E::PropertyArray, E::ValueArray},
    {E::PropertyReference, E::ValueReference},
    {E::ValueArray, E::Value},
    {E::ValueArray, E::ValueNull},
    {E::ValueReference, E::InstanceName},
    {E::InstanceName, E::KeyBinding},
    {E::KeyBinding, E::KeyValue},
    {E::KeyBinding, E::ValueReference},
}};

struct AttributeRow {
  E element;
  std::string_view attribute;
  A rule;
};
constexpr std::array<AttributeRow, 24> attribute_rows = {{
    {E::Instance, "CLASSNAME", A::Required},
    {E::Instance, "xml:lang", A::Ignored},
    {E::Property, "NAME", A::Required},
    {E::Property, "TYPE", A::Required},
    {E::Property, "EmbeddedObject", A::Optional},
    {E::Property, "CLASSORIGIN", A::Ignored},
    {E::Property, "PROPAGATED", A::Ignored},
    {E::Property, "xml:lang", A::Ignored},
    {E::PropertyArray, "NAME", A::Required},
    {E::PropertyArray, "TYPE", A::Required},
    {E::PropertyArray, "EmbeddedObject", A::Optional},
    {E::PropertyArray, "ARRAYSIZE", A::Ignored},
    {E::PropertyArray, "CLASSORIGIN", A::Ignored},
    {E::PropertyArray, "PROPAGATED", A::Ignored},
    {E::PropertyArray, "xml:lang", A::Ignored},
    {E::PropertyReference, "NAME", A::Required},
    {E::PropertyReference, "REFERENCECLASS", A::Ignored},
    {E::PropertyReference, "CLASSORIGIN", A::Ignored},
    {E::PropertyReference, "PROPAGATED", A::Ignored},
    {E::InstanceName, "CLASSNAME", A::Required},
    {E::KeyBinding, "NAME", A::Required},
    {E::KeyValue, "VALUETYPE", A::Ignored},
    {E::KeyValue, "TYPE", A::Ignored},
    {E::Value, "xml:lang", A::Ignored},
}};

const ElementRow* row_of(E element) {
  const auto row = std::ranges::find(element_rows, element, &ElementRow::element);
  return row == element_rows.end() ? nullptr : &*row;
}

}  // namespace

std::string_view name(XmlElement element) {
  const ElementRow* row = row_of(element);
  return row == nullptr ? std::string_view() : row->name;
}

std::optional<XmlElement> xml_element(std::string_view name) {
  const auto row = std::ranges::find(element_rows, name, &ElementRow::name);
  if (row == element_rows.end()) return std::nullopt;
  return row->element;
}

bool may_stand_in(XmlElement child, XmlElement parent) {
  return std::ranges::find(place_rows, PlaceRow{parent, child}) != place_rows.end();
}

bool holds_text(XmlElement element) {
  return element == E::Value || element == E::KeyValue;
}

XmlAttributeRule attribute_rule(XmlElement element, std::string_view attribute) {
  for (const AttributeRow& row : attribute_rows) {
    if (row.element == element && row.attribute == attribute) return row.rule;
  }
  return A::Unknown;
}

std::string_view required_attribute(XmlElement element) {
  const ElementRow* row = row_of(element);
  return row == nullptr ? std::string_view() : row->required;
}

}  // namespace replsim::cim
