#include "exporters/postgres/cluster/server.hpp"

#include <string>

namespace erp::postgres {
namespace {

std::string statement(const ServerState& state) {
    return std::string(
               "SELECT version(), current_setting('server_version'), "
               "current_setting('server_version_num'), ")
        .append(identity_sql(state))
        .append(", extract(epoch FROM pg_postmaster_start_time())::float8");
}

/// "150018" is "15.18.0", as the peers write it.
std::string short_version(std::int64_t number) {
    return std::to_string(number / 10000) + "." + std::to_string(number % 10000) + ".0";
}

}  // namespace

Result<Samples> server_samples(const Rows& rows, const ServerState& state) {
    if (rows.size() != 1 || rows.columns() != 5) return Error{Phase::parse, "expected one row"};
    const auto number = to_int(rows.label(0, 2));
    if (!number) return Error{Phase::parse, "server_version_num is no number"};
    Samples samples;
    samples.add(kStatic, 1, state.address, rows.label(0, 0), short_version(*number));
    samples.add(kServerInfo, 1, rows.label(0, 1), rows.label(0, 2), rows.label(0, 3));
    samples.add(kPostmasterStart, rows.number(0, 4));
    return samples;
}

const Collector kServer{.row = {.name = "server",
                                .summary = "Version, identity and start of the server.",
                                .metrics = kServerMetrics},
                        .statement = statement,
                        .parse = server_samples};

}  // namespace erp::postgres
