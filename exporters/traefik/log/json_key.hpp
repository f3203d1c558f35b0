#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace erp::traefik {

/// The keys of an entry that are read, v1's names included. The order is that of kJsonKeys.
enum class JsonKey : std::uint8_t {
    start_utc,
    start_local,
    duration,
    origin_duration,
    overhead,
    downstream_status,
    origin_status,
    downstream_content_size,
    request_content_size,
    request_count,
    entry_point_name,
    router_name,
    frontend_name,
    service_name,
    backend_name,
    service_addr,
    backend_addr,
    service_url,
    backend_url,
    client_host,
    request_host,
    request_method,
    request_path,
    request_protocol,
    request_scheme,
    tls_version,
    tls_cipher,
    request_upgrade,
    request_accept,
    request_content_type,
    origin_content_type,
    downstream_content_type,
    origin_grpc_status,
    downstream_grpc_status,
    trace_id,
    trace_id_otel,
    tenant_header,  ///< request_ and the configured name
    none,           ///< any other key
};

inline constexpr std::array<std::string_view, 36> kJsonKeys = {
    "StartUTC",
    "StartLocal",
    "Duration",
    "OriginDuration",
    "Overhead",
    "DownstreamStatus",
    "OriginStatus",
    "DownstreamContentSize",
    "RequestContentSize",
    "RequestCount",
    "entryPointName",
    "RouterName",
    "FrontendName",
    "ServiceName",
    "BackendName",
    "ServiceAddr",
    "BackendAddr",
    "ServiceURL",
    "BackendURL",
    "ClientHost",
    "RequestHost",
    "RequestMethod",
    "RequestPath",
    "RequestProtocol",
    "RequestScheme",
    "TLSVersion",
    "TLSCipher",
    "request_Upgrade",
    "request_Accept",
    "request_Content-Type",
    "origin_Content-Type",
    "downstream_Content-Type",
    "origin_Grpc-Status",
    "downstream_Grpc-Status",
    "TraceId",
    "trace_id",
};
inline constexpr std::size_t kJsonKeyCount = static_cast<std::size_t>(JsonKey::none);
static_assert(kJsonKeys.size() + 1 == kJsonKeyCount);

/// A perfect hash: the length and three letters tell the keys apart, and the table is made by the
/// compiler. Keys are compared with their closing quote, as three words: loops and calls of memcmp
/// for texts this short would take a third of all reading.
class JsonKeyTable {
  public:
    /// Bytes that must be readable from where a key begins.
    static constexpr std::size_t kReadable = 24;

    constexpr JsonKeyTable() {
        rows_.fill(JsonKey::none);
        for (std::size_t i = 0; i < kJsonKeys.size(); ++i) {
            const std::string_view key = kJsonKeys.at(i);
            JsonKey& row = rows_.at(hash(key));
            good_ = good_ && row == JsonKey::none && key.size() < kReadable;
            row = static_cast<JsonKey>(i);
            for (std::size_t at = 0; at <= key.size(); ++at) {
                const char letter = at < key.size() ? key.at(at) : '"';
                patterns_.at(i).bytes.at(at) = letter;
                patterns_.at(i).mask.at(at) = static_cast<char>(0xFF);
            }
        }
    }
    [[nodiscard]] constexpr bool good() const { return good_; }

    /// `key` is followed by its quote.
    [[nodiscard]] JsonKey find(std::string_view key) const {
        if (key.empty()) return JsonKey::none;
        const JsonKey row = rows_[hash(key)];
        return row != JsonKey::none && begins(key.data(), row) ? row : JsonKey::none;
    }

    /// Whether `text` begins with this key and a quote; it is one of kJsonKeys.
    [[nodiscard]] bool begins(const char* text, JsonKey key) const {
        const Pattern& pattern = patterns_[static_cast<std::size_t>(key)];
        const auto differs = [&](std::size_t at) {
            return (word(text + at) ^ word(pattern.bytes.data() + at)) &
                   word(pattern.mask.data() + at);
        };
        return (differs(0) | differs(8) | differs(16)) == 0;
    }

  private:
    static constexpr std::size_t hash(std::string_view key) {
        const auto letter = [key](std::size_t at) {
            return static_cast<std::size_t>(static_cast<unsigned char>(key[at]));
        };
        return (key.size() * kBySize + letter(0) * kByFirst + letter(key.size() / 2) +
                letter(key.size() - 1) * kByLast) %
               kRows;
    }
    static std::uint64_t word(const char* from) {
        std::uint64_t value = 0;
        std::memcpy(&value, from, sizeof value);
        return value;
    }
    static constexpr std::size_t kRows = 128;
    static constexpr std::size_t kBySize = 1;
    static constexpr std::size_t kByFirst = 4;
    static constexpr std::size_t kByLast = 2;

    struct Pattern {
        std::array<char, kReadable> bytes = {};
        std::array<char, kReadable> mask = {};
    };
    std::array<JsonKey, kRows> rows_ = {};
    std::array<Pattern, kJsonKeys.size()> patterns_ = {};
    bool good_ = true;
};
inline constexpr JsonKeyTable kJsonKeyTable;
static_assert(kJsonKeyTable.good(), "two keys share a row, or one is too long");

}  // namespace erp::traefik
