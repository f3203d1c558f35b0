// The whole page of an estate, made from recorded replies: what a change of any collector, of the
// order or of the writer does to it is seen in one difference. To approve a wanted one:
//   ERP_APPROVE=1 build/asan/tests/golden/erp_golden_test
#include "core/metrics/every_type.hpp"
#include "core/metrics/page_families.hpp"
#include "exporters/postgres/client/recorded_rows.hpp"
#include "exporters/postgres/module.hpp"
#include "exporters/redis/collectors.hpp"
#include "exporters/redis/info.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

namespace erp {
namespace {

const std::string kExporters = std::string(ERP_SOURCE_DIR) + "/exporters/";
const std::string kGolden = std::string(ERP_SOURCE_DIR) + "/tests/golden/";

Source source_named(const std::string& name) {
    Source source;
    source.labels = {{"target", name}, {"site", "north"}};
    return source;
}

void add(Source& source, Result<Samples> samples) {
    REQUIRE(samples.has_value());
    source.parts.push_back({std::make_shared<const Samples>(std::move(*samples)), false});
}

Source postgres_source() {
    Source source = source_named("main");
    postgres::ServerState state;
    state.version = 150020;
    state.may_monitor = true;
    state.address = "127.0.0.1:5432";
    for (const postgres::Collector* collector : postgres::collectors()) {
        if (collector->statement == nullptr || collector->statement(state).empty()) continue;
        const std::string file =
            "postgres/testdata/15/" + std::string(collector->row.name) + ".tsv";
        const postgres::Rows rows = postgres::rows_of(file_text(kExporters + file));
        if (rows.size() == 0) continue;  // a recording of no rows does not know its columns
        add(source, collector->parse(rows, state));
    }
    return source;
}

Source redis_source(std::string_view tenant) {
    Source source = source_named("cache");
    source.tenant = tenant;
    const std::string reply = file_text(kExporters + "redis/testdata/redis-7.0.15/info_all.txt");
    const redis::Info info = redis::Info::parse(reply);
    for (const redis::Collector* collector : redis::collectors()) {
        if (collector->parse != nullptr) add(source, collector->parse(info));
    }
    return source;
}

Snapshot estate() {
    auto tenancy = std::make_shared<const Tenancy>(
        std::vector<Tenant>{{"acme", "Acme Ltd", "production", "dedicated"}},
        std::vector<TenantRule>{{Dimension::database, "^([a-z]+)$", "$1"}});
    std::vector<MergedSource> merged;
    merged.push_back(merge(postgres_source(), *tenancy, {}));
    merged.push_back(merge(redis_source("acme"), *tenancy, {}));
    return {std::move(merged), tenancy, SIZE_MAX};
}

void check_golden(const std::string& file, const std::string& made) {
    if (std::getenv("ERP_APPROVE") != nullptr) {
        std::ofstream(kGolden + file, std::ios::binary) << made;
    }
    const std::string approved = file_text(kGolden + file);
    const auto ours = split(made, '\n');
    const auto theirs = split(approved, '\n');
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
        CAPTURE(file, i + 1);
        REQUIRE(ours[i] == theirs[i]);
    }
    CHECK(ours.size() == theirs.size());
}

TEST_CASE("golden: the page of a recorded estate is the approved one", "[golden]") {
    const Snapshot snapshot = estate();
    check_golden("page.prom", write_text(snapshot));
    check_golden("page.om", write_openmetrics(snapshot));
}

TEST_CASE("golden: the page with every type and number is the approved one", "[golden]") {
    const Snapshot snapshot = every_type::snapshot();
    check_golden("every_type.prom", write_text(snapshot));
    check_golden("every_type.om", write_openmetrics(snapshot));
    // As for a target without native histograms: Prometheus takes them instead of the classic ones.
    check_golden("every_type.pb", write_protobuf(every_type::snapshot(false)));
}

}  // namespace
}  // namespace erp
