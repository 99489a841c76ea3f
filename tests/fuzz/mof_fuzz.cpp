// Fuzzes the reader of embedded instances: no input may crash it, an error has a place inside the
// text, and what is accepted survives being written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/cim/mof_instance.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace replsim::cim;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view class_name : {"CIM_ReplicationSettingData", "CIM_ManagedElement"}) {
    const auto instance = parse_mof_instance(text, class_name, SchemaVersion::V2_49);
    if (!instance) {
      require(instance.error().line >= 1 && instance.error().column >= 1);
      require(!instance.error().text.empty());
      continue;
    }
    const auto again = parse_mof_instance(to_mof(*instance), class_name, SchemaVersion::V2_49);
    require(again.has_value() && *again == *instance);
  }
  return 0;
}
