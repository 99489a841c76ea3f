// Fuzzes the reader of embedded instances in CIM-XML, and the choice between the two forms: no
// input may crash it, an error has a place, and what is accepted is the same instance as MOF.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/cim/mof_instance.h"
#include "model/cim/xml_instance.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace replsim::cim;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view class_name : {"CIM_ReplicationSettingData", "CIM_ManagedElement"}) {
    const auto chosen = parse_embedded_instance(text, class_name, SchemaVersion::V2_49);
    const auto instance = parse_xml_instance(text, class_name, SchemaVersion::V2_49);
    if (!instance) {
      require(instance.error().line >= 1 && instance.error().column >= 1);
      require(!instance.error().text.empty());
      continue;
    }
    require(chosen.has_value() && *chosen == *instance);
    // Most that MOF may bring is counted otherwise: one text may be longer than the other.
    const EmbeddedLimits wide{.bytes_max = std::size_t{1} << 26U};
    const auto again =
        parse_mof_instance(to_mof(*instance), class_name, SchemaVersion::V2_49, wide);
    require(again.has_value() && *again == *instance);
  }
  return 0;
}
