#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace erp::traefik {

/// `accessLog.format`.
enum class LogFormat {
    detect,   ///< each line by its looks
    json,     ///< "json"
    common,   ///< "common"
    generic,  ///< "genericCLF"
};

/// Which Traefik wrote an entry, as far as the entry shows it.
enum class Generation {
    unknown,
    v2,  ///< or v1: ServiceURL is an object
    v3,  ///< ServiceURL is text
};

/// What lasted longer, in ns, or is larger, in bytes, was no request; that its end is a time and
/// its sums are numbers relies on it: start is before 2262, where 64 bits of ns end in April.
inline constexpr std::int64_t kLongestRequest = 90LL * 86'400 * 1'000'000'000;
inline constexpr std::int64_t kLargestBody = 1LL << 50;

/// One finished request as the access log tells it. Texts are views into the line or into the
/// parser's buffer, valid until the next line; what is absent, dropped or "-" is empty. A number
/// that is absent has no value. Names in comments are the keys of Traefik's JSON format.
struct Entry {
    std::optional<std::int64_t> start;            ///< StartUTC, else StartLocal: Unix time in ns
    std::optional<std::int64_t> duration;         ///< Duration in ns; of CLF whole milliseconds
    std::optional<std::int64_t> origin_duration;  ///< OriginDuration in ns; 0 means not measured
    std::optional<std::int64_t> overhead;         ///< Overhead in ns
    std::optional<int> status;                   ///< DownstreamStatus; 0 is a taken-over connection
    std::optional<int> origin_status;            ///< OriginStatus, Traefik's own answers included
    std::optional<std::int64_t> response_bytes;  ///< DownstreamContentSize
    std::optional<std::int64_t> request_bytes;   ///< RequestContentSize
    std::optional<std::uint64_t> number;         ///< RequestCount: of this run of Traefik, from 1

    LogFormat format = LogFormat::detect;  ///< that it is in; detect: the parser of one was asked
    Generation generation = Generation::unknown;
    std::uint64_t keys = 0;    ///< of JSON: a bit for each JsonKey that is there, whatever it says
    bool zero_trace = false;   ///< a trace id is there, and is zeros
    bool router_known = true;  ///< false: the format has no router, and an empty one says nothing
    bool server_known = true;  ///< false: an empty service and server say nothing

    std::string_view entrypoint = {};    ///< entryPointName
    std::string_view router = {};        ///< RouterName, v1 FrontendName; empty: none matched
    std::string_view service = {};       ///< ServiceName, v1 BackendName; empty: no server chosen
    std::string_view server = {};        ///< ServiceAddr, v1 BackendAddr, else host:port of the URL
    std::string_view client = {};        ///< ClientHost: an address, or a list (X-Forwarded-For)
    std::string_view host = {};          ///< RequestHost, as the client wrote it
    std::string_view method = {};        ///< RequestMethod, as the client wrote it
    std::string_view path = {};          ///< RequestPath without its query
    std::string_view protocol = {};      ///< RequestProtocol, for example HTTP/2.0
    std::string_view scheme = {};        ///< RequestScheme
    std::string_view tls_version = {};   ///< TLSVersion, for example 1.3; empty: no TLS
    std::string_view tls_cipher = {};    ///< TLSCipher
    std::string_view upgrade = {};       ///< request_Upgrade, if headers are kept
    std::string_view accept = {};        ///< request_Accept, if kept
    std::string_view request_type = {};  ///< request_Content-Type, if kept
    std::string_view content_type = {};  ///< origin_Content-Type, else downstream_, if kept
    std::string_view grpc_status = {};   ///< downstream_ or origin_Grpc-Status, if kept
    std::string_view trace = {};         ///< trace_id, else TraceId; all zeros is empty
    /// request_<name> of the header that the configuration names for tenants; empty if not kept.
    std::string_view tenant_header = {};
};

/// When the request ended, Unix time in ns; no value: the log does not say when it began.
[[nodiscard]] inline std::optional<std::int64_t> end_of(const Entry& entry) {
    if (!entry.start) return std::nullopt;
    return *entry.start + entry.duration.value_or(0);
}

}  // namespace erp::traefik
