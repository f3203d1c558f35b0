#include "exporters/traefik/log/json_line.hpp"

#include "exporters/traefik/log/json_values.hpp"
#include "exporters/traefik/log/request_target.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace erp::traefik {
namespace {

namespace ondemand = simdjson::ondemand;

ParseReason reason_of(simdjson::error_code error) {
    switch (error) {
        case simdjson::UTF8_ERROR:
            return ParseReason::not_utf8;
        case simdjson::UNCLOSED_STRING:
        case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
            return ParseReason::truncated;
        default:
            return ParseReason::not_json;
    }
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The key whose text begins at `begin` and whose value at `value`. Between them stand its quote, a
/// colon and perhaps blanks: simdjson has seen that.
std::string_view key_before(const char* value, const char* begin) {
    const char* end = value - 1;
    while (*end != ':')
        --end;
    --end;
    while (*end != '"')
        --end;
    return {begin, static_cast<std::size_t>(end - begin)};
}

JsonKey key_of(std::string_view name, std::string_view tenant_key) {
    const JsonKey key = kJsonKeyTable.find(name);
    const bool tenants = key == JsonKey::none && !tenant_key.empty() && name == tenant_key;
    return tenants ? JsonKey::tenant_header : key;
}

bool is_nested(std::string_view token) {
    return token.front() == '{' || token.front() == '[';
}

/// Whether a value that is no object or array is one, and followed by what must follow it. simdjson
/// lets more pass where it skips: `"a":],` and `"a":"b":"c"}`.
inline bool is_plain(std::string_view token, std::string_view line, char close) {
    switch (token.front()) {
        case '{':
        case '[':
        case ']':
        case '}':
        case ',':
        case ':':
            return false;
        default:
            break;
    }
    const char* const next = token.data() + token.size();
    return next < line.data() + line.size() && (*next == ',' || *next == close);
}

/// Goes through an object or array in an entry, as strictly as through the entry: simdjson, when it
/// skips one, counts brackets and does not match them. Traefik's go two deep.
simdjson::error_code pass(ondemand::value& value, std::string_view line, char close, int depth) {
    const std::string_view token = value.raw_json_token();
    if (!is_nested(token))
        return is_plain(token, line, close) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
    if (depth == 0) return simdjson::DEPTH_ERROR;
    if (token.front() == '[') {
        ondemand::array array;
        if (const auto error = value.get_array().get(array)) return error;
        for (auto next : array) {
            if (const auto error = next.error()) return error;
            ondemand::value inner = next.value_unsafe();
            if (const auto error = pass(inner, line, ']', depth - 1)) return error;
        }
        return simdjson::SUCCESS;
    }
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    for (auto next : object) {
        ondemand::field field;
        if (const auto error = std::move(next).get(field)) return error;
        if (const auto error = pass(field.value(), line, '}', depth - 1)) return error;
    }
    return simdjson::SUCCESS;
}
constexpr int kDeepest = 8;

std::string_view without_blanks(std::string_view token) {
    while (!token.empty() && is_blank(token.back()))
        token.remove_suffix(1);
    return token;
}

/// Without a trace Traefik 3.3.3 to 3.3.6 writes zeros.
std::string_view without_zeros(std::string_view trace) {
    return trace.find_first_not_of('0') == std::string_view::npos ? std::string_view() : trace;
}

}  // namespace

struct JsonLine::Scanner {
    static constexpr std::size_t kPlaces = 64;  // Traefik has some 40 keys, and headers
    static constexpr std::array<JsonKey, kPlaces> nothing_before() {
        std::array<JsonKey, kPlaces> none{};
        none.fill(JsonKey::none);
        return none;
    }

    ondemand::parser parser;
    std::string_view line;
    Escapes escapes;
    Values values;
    Generation generation = Generation::unknown;
    /// By place in the line: the keys that stood there last. One Traefik writes its keys in one
    /// order, and to compare with one key is less than to look it up.
    std::array<JsonKey, kPlaces> keys_before = nothing_before();

    ParseReason scan(std::string_view text, std::string_view tenant_key);
    simdjson::error_code take(JsonKey key, std::string_view token, ondemand::value& value);
    simdjson::error_code take_escaped(JsonKey key, ondemand::value& value);
    simdjson::error_code take_nested(JsonKey key, std::string_view token, ondemand::value& value);
    simdjson::error_code take_url(JsonKey key, ondemand::value& value);
    ParseReason read(Entry& entry);
};

/// A plain value: a text, a number or a word. Inline, as a call for each value costs as much as
/// this.
inline simdjson::error_code JsonLine::Scanner::take(JsonKey key,
                                                    std::string_view token,
                                                    ondemand::value& value) {
    if (key == JsonKey::service_url && generation == Generation::unknown)
        generation = Generation::v3;
    token = without_blanks(token);
    if (token.front() != '"') {
        values.set(key, token, Values::Kind::other);
        return simdjson::SUCCESS;
    }
    const std::string_view text = token.substr(1, token.size() - 2);
    if (escapes.in(text)) return take_escaped(key, value);
    values.set(key, text, Values::Kind::string);
    return simdjson::SUCCESS;
}

simdjson::error_code JsonLine::Scanner::take_escaped(JsonKey key, ondemand::value& value) {
    std::string_view text;
    if (const auto error = value.get_string().get(text)) return error;
    values.set(key, text, Values::Kind::string);
    return simdjson::SUCCESS;
}

simdjson::error_code JsonLine::Scanner::take_nested(JsonKey key,
                                                    std::string_view token,
                                                    ondemand::value& value) {
    const bool url = key == JsonKey::service_url || key == JsonKey::backend_url;
    if (url && token.front() == '{') return take_url(key, value);
    if (key != JsonKey::none) values.set(key, token, Values::Kind::other);
    return pass(value, line, '}', kDeepest);
}

/// Go's url.URL, member by member: Host is what ServiceAddr says too.
simdjson::error_code JsonLine::Scanner::take_url(JsonKey key, ondemand::value& value) {
    generation = Generation::v2;
    values.set(key, {}, Values::Kind::string);
    ondemand::object url;
    if (const auto error = value.get_object().get(url)) return error;
    for (auto next : url) {
        ondemand::field field;
        if (const auto error = std::move(next).get(field)) return error;
        const char* const begin = field.key().raw();
        ondemand::value& member = field.value();
        const std::string_view token = member.raw_json_token();
        const bool host = key_before(token.data(), begin) == "Host" && is_plain(token, line, '}');
        if (const auto error = host ? take(key, token, member) : pass(member, line, '}', kDeepest))
            return error;
    }
    return simdjson::SUCCESS;
}

ParseReason JsonLine::Scanner::scan(std::string_view text, std::string_view tenant_key) {
    line = text;
    escapes = Escapes(text);
    values.clear();
    generation = Generation::unknown;
    ondemand::document document;
    if (const auto error =
            parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
                .get(document))
        return reason_of(error);
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return reason_of(error);
    std::size_t place = 0;
    for (auto next : object) {
        if (const auto error = next.error()) return reason_of(error);
        // In place: a copy of what was stored a moment ago, by other widths, costs a third of all.
        ondemand::field&& field = std::move(next).value_unsafe();
        const char* const begin = field.key().raw();
        ondemand::value& value = field.value();
        const std::string_view token = value.raw_json_token();
        JsonKey& before = keys_before[std::min(place++, kPlaces - 1)];
        if (before >= JsonKey::tenant_header || !kJsonKeyTable.begins(begin, before))
            before = key_of(key_before(token.data(), begin), tenant_key);
        const JsonKey key = before;
        if (is_plain(token, text, '}')) {
            if (key == JsonKey::none) continue;
            if (const auto error = take(key, token, value)) return reason_of(error);
        } else if (const auto error = take_nested(key, token, value)) {
            return reason_of(error);
        }
    }
    // Something behind the object? (document::at_end() is not in simdjson 3.0.)
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? ParseReason::none
                                                                          : ParseReason::not_json;
}

ParseReason JsonLine::Scanner::read(Entry& entry) {
    using Key = JsonKey;
    if (!values.has(Key::downstream_status)) {
        return values.has(Key::start_utc) || values.has(Key::start_local)
                   ? ParseReason::missing_status
                   : ParseReason::not_an_entry;
    }
    entry.generation = generation;
    entry.keys = values.keys();
    entry.server_known = values.has(Key::origin_duration) || values.has(Key::origin_status);
    entry.start = values.time(values.has(Key::start_utc) ? Key::start_utc : Key::start_local);
    entry.duration = values.number<std::int64_t>(Key::duration, kLongestRequest);
    entry.origin_duration = values.number<std::int64_t>(Key::origin_duration, kLongestRequest);
    entry.overhead = values.number<std::int64_t>(Key::overhead, kLongestRequest);
    entry.status = values.number<int>(Key::downstream_status, 999);
    entry.origin_status = values.number<int>(Key::origin_status, 999);
    entry.response_bytes = values.number<std::int64_t>(Key::downstream_content_size, kLargestBody);
    entry.request_bytes = values.number<std::int64_t>(Key::request_content_size, kLargestBody);
    entry.number = values.number<std::uint64_t>(Key::request_count);

    entry.entrypoint = values.text(Key::entry_point_name);
    entry.router = values.text(Key::router_name, Key::frontend_name);
    entry.service = values.text(Key::service_name, Key::backend_name);
    entry.server = values.text(Key::service_addr, Key::backend_addr);
    if (entry.server.empty())
        entry.server = authority(values.text(Key::service_url, Key::backend_url));
    entry.client = values.text_if_any(Key::client_host);
    entry.host = values.text(Key::request_host);
    entry.method = values.text(Key::request_method);
    entry.path = without_query(values.text(Key::request_path));
    entry.protocol = values.text(Key::request_protocol);
    entry.scheme = values.text(Key::request_scheme);
    entry.tls_version = values.text(Key::tls_version);
    entry.tls_cipher = values.text(Key::tls_cipher);
    entry.upgrade = values.text(Key::request_upgrade);
    entry.accept = values.text(Key::request_accept);
    entry.request_type = values.text(Key::request_content_type);
    entry.content_type = values.text(Key::origin_content_type, Key::downstream_content_type);
    entry.grpc_status = values.text(Key::downstream_grpc_status, Key::origin_grpc_status);
    const std::string_view trace = values.text(Key::trace_id_otel, Key::trace_id);
    entry.trace = without_zeros(trace);
    entry.zero_trace = entry.trace.empty() && !trace.empty();
    entry.tenant_header = values.text(Key::tenant_header);
    return values.reason();
}

JsonLine::JsonLine(std::string_view tenant_header)
    : tenant_key_(tenant_header.empty() ? std::string()
                                        : std::string("request_").append(tenant_header)),
      scanner_(std::make_unique<Scanner>()) {}

JsonLine::~JsonLine() = default;

ParseReason JsonLine::parse(std::string_view line, Entry& entry) {
    entry = {};
    const ParseReason reason = scanner_->scan(line, tenant_key_);
    return reason == ParseReason::none ? scanner_->read(entry) : reason;
}

}  // namespace erp::traefik
