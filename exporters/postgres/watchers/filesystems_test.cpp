#include "exporters/postgres/watchers/filesystems.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

namespace erp::postgres {
namespace {

TEST_CASE("filesystems: what we may not look at is absent, and no path is a label", "[postgres]") {
    auto all =
        to_filesystems(rows_of("data\t\\N\t/\nwal\t\\N\t/nowhere/pg_wal\n"
                               "tablespace\tfast\t/\ntablespace\thidden\t\\N\n"));
    REQUIRE(all.has_value());
    REQUIRE(all->seen.size() == 2);
    CHECK(all->seen[0].size > 0);
    CHECK(all->seen[0].free <= all->seen[0].size);
    CHECK(!all->hidden);
    const std::string page = page_of(filesystem_samples(all->seen));
    CHECK(page.find(R"(pg_filesystem_free_bytes{mount_of="data",tablespace=""} )") !=
          std::string::npos);
    CHECK(page.find(R"(pg_filesystem_size_bytes{mount_of="tablespace",tablespace="fast"} )") !=
          std::string::npos);
    CHECK(to_filesystems(rows_of("x")).has_error());
}

TEST_CASE("filesystems: a role that is not told of the data directory misses something",
          "[postgres]") {
    CHECK(to_filesystems(rows_of("tablespace\tfast\t/\n"))->hidden);
}

}  // namespace
}  // namespace erp::postgres
