#include "exporters/traefik/log/native_labels.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "exporters/traefik/log/outcome.hpp"

#include <array>

namespace erp::traefik {
namespace {

/// One of a header's words between commas, in any case.
bool has_word(std::string_view header, std::string_view lower) {
    while (!header.empty()) {
        const std::size_t comma = header.find(',');
        if (same_word(trim(header.substr(0, comma)), lower)) return true;
        if (comma == std::string_view::npos) break;
        header.remove_prefix(comma + 1);
    }
    return false;
}

}  // namespace

std::string_view native_method(const Entry& entry) {
    // getMethod() of pkg/middlewares/metrics/metrics.go.
    static constexpr std::array<std::string_view, 10> kMethods = {
        "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI"};
    for (const std::string_view method : kMethods)
        if (entry.method == method) return method;
    return "EXTENSION_METHOD";
}

std::string_view native_protocol(const Entry& entry) {
    if (has_word(entry.upgrade, "websocket") || outcome_of(entry).cause == Cause::upgraded)
        return "websocket";
    if (has_word(entry.accept, "text/event-stream")) return "sse";
    const std::string_view type =
        entry.request_type.empty() ? entry.content_type : entry.request_type;
    if (entry.generation != Generation::v2) {
        if (type.starts_with("application/grpc-web")) return "grpc-web";
        if (type.starts_with("application/grpc")) return "grpc";
    }
    return entry.accept.empty() && type.starts_with("text/event-stream") ? "sse" : "http";
}

std::string native_code(const Entry& entry) {
    if (!entry.status) return {};
    // The header comes from the server; the codes of gRPC end at 16.
    const auto call = to_int(entry.grpc_status);
    if (call && *call >= 0 && *call <= 16 && native_protocol(entry).starts_with("grpc"))
        return std::to_string(*call);
    return std::to_string(*entry.status);
}

std::vector<std::string_view> native_routers(const Entry& entry) {
    static constexpr std::string_view kArrow = " -> ";
    std::vector<std::string_view> routers;
    for (std::string_view rest = entry.router; !rest.empty();) {
        const std::size_t arrow = rest.find(kArrow);
        routers.push_back(rest.substr(0, arrow));
        rest.remove_prefix(arrow == std::string_view::npos ? rest.size() : arrow + kArrow.size());
    }
    return routers;
}

bool native_counts(const Entry& entry) {
    return outcome_of(entry).cause != Cause::abort_midstream;
}

}  // namespace erp::traefik
