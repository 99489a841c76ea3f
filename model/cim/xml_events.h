// A text of XML as a sequence of events: begin of an element, its text, its end. What comes is well
// formed as far as it came; a document type is refused.
// Source: XML 1.0; the reading is expat's.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace replsim::cim {

using XmlAttributes = std::span<const std::pair<std::string_view, std::string_view>>;

/// Line and column from 1; columns in characters.
struct XmlPlace {
  int line = 1;
  int column = 1;
};

class XmlListener {
 public:
  virtual ~XmlListener() = default;
  // False stops the reading.
  virtual bool begin(std::string_view element, XmlAttributes attributes, XmlPlace place) = 0;
  virtual bool text(std::string_view text, XmlPlace place) = 0;
  virtual bool end(XmlPlace place) = 0;
  /// The text is no XML, or has a document type.
  virtual void broken(std::string_view why, XmlPlace place) = 0;
};

/// Tells the listener the whole text, which is at most 2^31 - 1 bytes long.
void read_xml(std::string_view text, XmlListener& listener);

}  // namespace replsim::cim
