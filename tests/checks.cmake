# Checks of the tree itself: lint, layers, format, and that the pages tell the truth.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(checks ${CMAKE_CURRENT_SOURCE_DIR}/checks)
set(python ${Python3_EXECUTABLE} -B)

add_test(NAME lint_selftest COMMAND ${python} ${checks}/lint_selftest.py)
add_test(NAME lint COMMAND ${python} ${checks}/lint.py ${PROJECT_SOURCE_DIR})
add_test(NAME layers_selftest COMMAND ${python} ${checks}/layers.py --selftest)
add_test(NAME layers COMMAND ${python} ${checks}/layers.py ${PROJECT_SOURCE_DIR})
add_test(NAME format COMMAND ${checks}/format.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(format PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME readme_selftest COMMAND ${python} ${checks}/readme.py --selftest)

if(EXISTS ${PROJECT_SOURCE_DIR}/ARCHITECTURE.md)
  add_test(NAME architecture
    COMMAND ${python} ${checks}/architecture.py ${PROJECT_SOURCE_DIR}
      ARCHITECTURE.md CONTRIBUTING.md)
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/README.md)
  add_test(NAME readme
    COMMAND ${python} ${checks}/readme.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:replsim> README.md
      docs/scenarios.md docs/database.md docs/trace.md)
  set_tests_properties(readme PROPERTIES
    ENVIRONMENT "REPLSIM_FIXTURES=${PROJECT_SOURCE_DIR}/fixtures")
endif()

# Every invariant is exercised by some shipped scenario.
add_test(NAME invariants_selftest COMMAND ${python} ${checks}/invariants.py --selftest)
# The sanitizer build runs them for its hashes; counting once is enough.
if(EXISTS ${PROJECT_SOURCE_DIR}/scenarios AND NOT REPLSIM_SANITIZE)
  add_test(NAME invariants
    COMMAND ${python} ${checks}/invariants.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:replsim>)
  set_tests_properties(invariants PROPERTIES COST 100)
  # Every planted defect is caught by the invariants that it names.
  add_test(NAME defects
    COMMAND ${python} ${checks}/defects.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:replsim>)
endif()
