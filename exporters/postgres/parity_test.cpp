// Against every page that postgres_exporter (14 commits after 0.20.1, all its collectors on) gave
// of PostgreSQL 13 to 18: all its families, of each one series for each combination of label keys.
// What a live server's page has of them is compared in tests/integration.
#include "core/scrape/parity.hpp"

#include "exporters/postgres/module.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace erp::postgres {
namespace {

constexpr std::string_view kServer = "server is our label target";
constexpr std::string_view kPid = "pid is a new series for each reconnect";
constexpr std::string_view kTables = "tables and indexes of databases are not visited yet";
constexpr std::string_view kStatements = "statements are not read yet";

constexpr Allowed kAllowed[] = {
    {"go_*", "absent", "the peer's runtime"},
    {"process_*", "absent", "once on a page, not of a target"},
    {"postgres_exporter_*", "absent", "ours are erp_exporter_build_info and erp_exporter_config_*"},
    {"pg_stat_database_conflicts_confl_*", "labels -server", kServer},
    {"pg_stat_replication_pg_current_wal_lsn_bytes", "labels -pid", kPid},
    {"pg_stat_replication_pg_wal_lsn_diff", "labels -pid", kPid},
    {"pg_stat_statements_*", "absent", kStatements},
    {"pg_stat_user_tables_*", "absent", kTables},
    {"pg_statio_user_*", "absent", kTables},
};

TEST_CASE("parity: names, types, labels and help are those of the newest postgres_exporter",
          "[postgres]") {
    Parity parity(kExporter, kAllowed);
    std::size_t pages = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator("testdata")) {
        if (!file.path().filename().string().starts_with("peer-0.20.1-")) continue;
        ++pages;
        const auto differences = parity.compare(file_text(file.path()));
        CAPTURE(file.path(), differences);
        CHECK(differences.empty());
    }
    CHECK(pages == 15);
    const auto unused = parity.unused();
    CAPTURE(unused);
    CHECK(unused.empty());
}

}  // namespace
}  // namespace erp::postgres
