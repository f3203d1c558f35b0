# What the project links, as imported targets with one spelling. System headers, so that our warnings
# stop at our code.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
foreach(module IN ITEMS libpq libpqxx hiredis libisal libzstd re2 simdjson)
  pkg_check_modules(${module} REQUIRED IMPORTED_TARGET ${module})
  target_include_directories(PkgConfig::${module} SYSTEM INTERFACE ${${module}_INCLUDE_DIRS})
endforeach()
find_library(ERP_PROMETHEUS_CPP prometheus-cpp-core REQUIRED)

add_library(erp_asio INTERFACE)
target_link_libraries(erp_asio INTERFACE Boost::headers Threads::Threads)
# Boost 1.81 marks parts of Asio that we do not use as deprecated; be told if that changes.
target_compile_definitions(erp_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 inlines a coroutine that never waits and then takes Asio's frame allocator for a mismatch.
  target_compile_options(erp_asio INTERFACE -Wno-mismatched-new-delete)
endif()

# Catch2 with its main(). Version 3 (Debian 13) has many headers instead of version 2's one: ours includes them all.
if(ERP_TESTS)
  add_library(erp_catch INTERFACE)
  find_package(Catch2 3 QUIET)
  if(Catch2_FOUND)
    file(WRITE ${PROJECT_BINARY_DIR}/catch/catch2/catch.hpp "#include <catch2/catch_all.hpp>\nusing Catch::Approx;\n")
    target_include_directories(erp_catch SYSTEM INTERFACE ${PROJECT_BINARY_DIR}/catch)
    target_link_libraries(erp_catch INTERFACE Catch2::Catch2WithMain)
  else()
    find_library(ERP_CATCH_MAIN Catch2WithMain REQUIRED)
    target_link_libraries(erp_catch INTERFACE ${ERP_CATCH_MAIN})
  endif()
endif()
