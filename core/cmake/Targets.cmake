# erp_library(NAME [FAST] [LINK library...]): the .cpp files of the current folder and of those in it, tests apart, and a test
# program NAME_test of its *_test.cpp files. The listing is renewed by each build, so that adding a file
# is adding a file. FAST: what it does is done per sample or per line; the other code is optimized for
# size, since the whole program stays resident (0.7 MB of its text, a third).
function(erp_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "FAST" "" "LINK")
  file(GLOB sources CONFIGURE_DEPENDS *.cpp */*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(NOT sources)
    add_library(${name} INTERFACE)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC erp_flags ${arg_LINK})
  if(NOT arg_FAST)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release,RelWithDebInfo>:-Os>)
  endif()
  if(ERP_TESTS AND tests)
    erp_test(${name}_test unit ${tests})
    target_link_libraries(${name}_test PRIVATE ${name})
  endif()
endfunction()

# erp_test(NAME LABEL source...): one Catch2 program, one entry of ctest. Test sources are objects of the
# program itself: out of a static library the linker would drop them.
function(erp_test name label)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE erp_flags erp_catch)
  target_compile_definitions(${name} PRIVATE ERP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()
