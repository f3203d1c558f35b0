#include "exporters/traefik/traffic/coverage.hpp"

namespace erp::traefik {
namespace {

constexpr std::uint32_t bit(Field field) {
    return std::uint32_t{1} << static_cast<unsigned>(field);
}

std::uint32_t fields_of(const Entry& entry) {
    std::uint32_t fields = 0;
    const auto note = [&fields](Field field, bool there) { fields |= there ? bit(field) : 0; };
    note(Field::start, entry.start.has_value());
    note(Field::duration, entry.duration.has_value());
    note(Field::upstream_time, entry.origin_duration.has_value());
    note(Field::status, entry.status.has_value());
    note(Field::bytes, entry.response_bytes.has_value());
    note(Field::number, entry.number.has_value());
    note(Field::entrypoint, !entry.entrypoint.empty());
    note(Field::router, !entry.router.empty());
    note(Field::service, !entry.service.empty());
    note(Field::host, !entry.host.empty());
    note(Field::client, !entry.client.empty());
    note(Field::path, !entry.path.empty());
    note(Field::trace, !entry.trace.empty());
    return fields;
}

}  // namespace

std::string_view to_string(Field field) {
    static constexpr std::string_view kWords[kFields] = {
        "start",  "duration", "upstream_time", "status", "bytes", "number", "entrypoint",
        "router", "service",  "host",          "client", "path",  "trace"};
    return kWords[static_cast<std::size_t>(field)];
}

void Coverage::see(const Entry& entry) {
    fields_ |= fields_of(entry);
    if (++entries_ < kWindow) return;
    before_ = fields_;
    entries_ = 0;
    fields_ = 0;
}

std::optional<Coverage::Seen> Coverage::seen() const {
    if (!before_ && entries_ < kFewest) return std::nullopt;
    const std::uint32_t fields = fields_ | before_.value_or(0);
    Seen seen{};
    for (std::size_t i = 0; i < kFields; ++i)
        seen[i] = (fields & bit(static_cast<Field>(i))) != 0;
    return seen;
}

std::vector<std::string> advice(const Coverage::Seen& seen) {
    std::vector<std::string> all;
    const auto has = [&seen](Field field) { return seen[static_cast<std::size_t>(field)]; };
    const bool json = has(Field::upstream_time) || has(Field::host) || has(Field::entrypoint);
    if (!json) {
        all.emplace_back(
            "The log tells no upstream times, hosts, entrypoints, services and TLS: set "
            "accessLog.format to json.");
    }
    const auto lacks = [&](Field field, const char* what, const char* key) {
        if (has(field)) return;
        all.push_back(std::string("Without ") + key + " there " + what +
                      ": keep it (accessLog.fields.names).");
    };
    lacks(Field::duration, "are no latencies", "Duration");
    lacks(Field::status, "are no status codes and causes", "DownstreamStatus");
    lacks(Field::router, "is no tenant by router", "RouterName");
    lacks(Field::number, "is no telling of lost or repeated lines", "RequestCount");
    lacks(Field::bytes, "are no response bytes", "DownstreamContentSize");
    lacks(Field::path, "are no classes of requests", "RequestPath");
    if (json) {
        lacks(Field::upstream_time, "are no upstream times", "OriginDuration");
        lacks(Field::host, "is no tenant by host", "RequestHost");
        lacks(Field::entrypoint, "is no telling entrypoints apart", "entryPointName");
        lacks(Field::service, "is no health of servers", "ServiceName");
        lacks(Field::start, "is no telling when requests came", "StartUTC");
    }
    return all;
}

}  // namespace erp::traefik
