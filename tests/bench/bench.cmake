# replsim_bench: all benchmarks in one executable, one file a subject (needs Google Benchmark).
find_package(benchmark QUIET)
file(GLOB bench_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
if(benchmark_FOUND AND bench_sources)
  add_executable(replsim_bench ${bench_sources})
# Each benchmark is a world of its own.
set_target_properties(replsim_bench PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(replsim_bench PRIVATE replsim_sim replsim_testbed replsim_harness
    replsim_reports replsim_cli benchmark::benchmark_main)
  target_compile_definitions(replsim_bench PRIVATE REPLSIM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endif()
