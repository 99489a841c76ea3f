// The bridge to expat. Its hash salt is fixed: it asks no source of chance, and the readers bound
// the size of what they give it.
#include "model/cim/xml_events.h"

#include <expat.h>

#include <memory>
#include <vector>

namespace replsim::cim {
namespace {

struct Bridge {
  XML_Parser parser;
  XmlListener& listener;
  bool stopped = false;

  XmlPlace place() const {
    return {static_cast<int>(XML_GetCurrentLineNumber(parser)),
            static_cast<int>(XML_GetCurrentColumnNumber(parser)) + 1};
  }
  /// Expat may tell an event that it had begun after it was stopped.
  template <class Tell>
  void tell(Tell say) {
    if (stopped || say()) return;
    stopped = true;
    XML_StopParser(parser, XML_FALSE);
  }
};

void XMLCALL on_begin(void* data, const XML_Char* element, const XML_Char** attributes) {
  Bridge& bridge = *static_cast<Bridge*>(data);
  std::vector<std::pair<std::string_view, std::string_view>> list;
  for (; *attributes != nullptr; attributes += 2) list.emplace_back(attributes[0], attributes[1]);
  bridge.tell([&] { return bridge.listener.begin(element, list, bridge.place()); });
}

void XMLCALL on_text(void* data, const XML_Char* text, int length) {
  Bridge& bridge = *static_cast<Bridge*>(data);
  const std::string_view part(text, static_cast<std::size_t>(length));
  bridge.tell([&] { return bridge.listener.text(part, bridge.place()); });
}

void XMLCALL on_end(void* data, const XML_Char*) {
  Bridge& bridge = *static_cast<Bridge*>(data);
  bridge.tell([&] { return bridge.listener.end(bridge.place()); });
}

void XMLCALL on_document_type(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  Bridge& bridge = *static_cast<Bridge*>(data);
  bridge.tell([&] {
    bridge.listener.broken("a document type is not allowed", bridge.place());
    return false;
  });
}

}  // namespace

void read_xml(std::string_view text, XmlListener& listener) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate("UTF-8"), &XML_ParserFree);
  if (parser == nullptr) return listener.broken("no memory for a parser", {});
  Bridge bridge{parser.get(), listener};
  XML_SetHashSalt(parser.get(), 1);
  XML_SetUserData(parser.get(), &bridge);
  XML_SetElementHandler(parser.get(), on_begin, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  const int size = static_cast<int>(text.size());
  if (XML_Parse(parser.get(), text.data(), size, XML_TRUE) == XML_STATUS_ERROR && !bridge.stopped) {
    listener.broken(XML_ErrorString(XML_GetErrorCode(parser.get())), bridge.place());
  }
}

}  // namespace replsim::cim
