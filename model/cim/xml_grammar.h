// Which element of DSP0201 may stand where, with which attributes, as far as an embedded instance
// needs them. Qualifiers belong to classes and are not among them.
// Source: DSP0201 (the document type of CIM-XML), elements INSTANCE to KEYVALUE.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace replsim::cim {

enum class XmlElement : std::uint8_t {
  Document,  ///< The text itself: what the root stands in.
  Instance,
  Property,
  PropertyArray,
  PropertyReference,
  Value,
  ValueArray,
  ValueNull,
  ValueReference,
  InstanceName,
  KeyBinding,
  KeyValue,
};

/// As it is written; empty for the document.
std::string_view name(XmlElement element);
std::optional<XmlElement> xml_element(std::string_view name);
bool may_stand_in(XmlElement child, XmlElement parent);
/// The element may hold characters other than blanks.
bool holds_text(XmlElement element);

enum class XmlAttributeRule : std::uint8_t { Unknown, Ignored, Optional, Required };
XmlAttributeRule attribute_rule(XmlElement element, std::string_view attribute);
/// The attribute without which the element says nothing; empty when it has none.
std::string_view required_attribute(XmlElement element);

}  // namespace replsim::cim
