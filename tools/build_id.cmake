# Writes OUTPUT, a C++ file that defines build_id(): a hash over the names and bytes of all sources,
# so that the same sources give the same id in every checkout, on every machine, at every time.
# Called with -DROOT=<checkout> -DOUTPUT=<file>.
set(patterns)
foreach(folder sim model harness reports cli)
  list(APPEND patterns ${folder}/*.h ${folder}/*.cpp)
endforeach()
foreach(folder fixtures/topologies fixtures/profiles)
  list(APPEND patterns ${folder}/*.yaml)
endforeach()
list(TRANSFORM patterns PREPEND "${ROOT}/")
file(GLOB_RECURSE sources LIST_DIRECTORIES false RELATIVE "${ROOT}" ${patterns})
list(SORT sources COMPARE STRING)
set(lines "")
foreach(source IN LISTS sources)
  file(SHA256 "${ROOT}/${source}" hash)
  string(APPEND lines "${hash} ${source}\n")
endforeach()
string(SHA256 id "${lines}")
string(SUBSTRING "${id}" 0 16 id)
set(text "// Made by tools/build_id.cmake.
#include \"cli/build_id.h\"

namespace replsim::cli {
std::string_view build_id() { return \"${id}\"; }
}  // namespace replsim::cli
")
set(before "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT before STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
