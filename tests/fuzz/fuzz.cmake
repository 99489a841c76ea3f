# Fuzz targets: tests/fuzz/NAME_fuzz.cpp with LLVMFuzzerTestOneInput, corpus tests/fuzz/corpus/NAME.
# Every build with tests makes NAME_replay, a plain program that feeds it the corpus, and runs it in
# ctest; a build with REPLSIM_FUZZ (clang) makes NAME_fuzz for libFuzzer.
function(replsim_fuzz name)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}_fuzz.cpp)
  if(NOT EXISTS ${source})
    return()
  endif()
  if(REPLSIM_TESTS)
    add_executable(${name}_replay ${source} ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/replay_main.cpp)
    target_link_libraries(${name}_replay PRIVATE ${ARGN})
    add_test(NAME fuzz_${name}
      COMMAND ${name}_replay ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
  endif()
  if(REPLSIM_FUZZ)
    add_executable(${name}_fuzz ${source})
    target_link_libraries(${name}_fuzz PRIVATE ${ARGN})
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()

replsim_fuzz(record replsim_reports)
replsim_fuzz(scenario replsim_language)
replsim_fuzz(topology replsim_language)
replsim_fuzz(mof replsim_cim)
replsim_fuzz(xml replsim_cim)
