# What the project links, as imported targets with one spelling. System headers, so that our warnings
# stop at our code.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
foreach(module IN ITEMS libpq libpqxx hiredis libisal libzstd re2)
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
