// Which form a text has.
#include "model/cim/embedded_instance.h"

#include "model/cim/mof_instance.h"
#include "model/cim/xml_instance.h"

namespace replsim::cim {

std::expected<Instance, EmbeddedError> parse_embedded_instance(std::string_view text,
                                                               std::string_view class_name,
                                                               SchemaVersion schema,
                                                               const EmbeddedLimits& limits) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  const std::size_t from = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const std::size_t first = text.find_first_not_of(" \t\r\n\f", from);
  const bool xml = first != std::string_view::npos && text[first] == '<';
  return xml ? parse_xml_instance(text, class_name, schema, limits)
             : parse_mof_instance(text, class_name, schema, limits);
}

}  // namespace replsim::cim
