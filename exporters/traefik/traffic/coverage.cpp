#include "exporters/traefik/traffic/coverage.hpp"

#include "exporters/traefik/log/json_key.hpp"

#include <algorithm>
#include <bit>

namespace erp::traefik {
namespace {

using tail::put;

constexpr std::uint32_t bit(Field field) {
    return std::uint32_t{1} << static_cast<unsigned>(field);
}
constexpr std::uint64_t bit(JsonKey key) {
    return std::uint64_t{1} << static_cast<unsigned>(key);
}
constexpr std::uint32_t bits(std::initializer_list<Field> fields) {
    std::uint32_t all = 0;
    for (const Field field : fields)
        all |= bit(field);
    return all;
}

/// What the formats have a place for.
constexpr std::uint32_t kGeneric = bits({Field::start, Field::status, Field::bytes, Field::client,
                                         Field::method, Field::path, Field::protocol});
constexpr std::uint32_t kCommon =
    kGeneric | bits({Field::duration, Field::number, Field::router, Field::server});
constexpr std::uint32_t kJson = (std::uint32_t{1} << kFields) - 1;

std::uint32_t places_of(LogFormat format) {
    if (format == LogFormat::generic) return kGeneric;
    return format == LogFormat::common ? kCommon : kJson;
}

constexpr std::uint64_t keys(std::initializer_list<JsonKey> list) {
    std::uint64_t all = 0;
    for (const JsonKey key : list)
        all |= bit(key);
    return all;
}

/// The keys that Traefik's configuration keeps or drops; others are headers, which requests have or
/// not.
constexpr std::uint64_t kKeys =
    (bit(JsonKey::request_upgrade) - 1) | keys({JsonKey::trace_id, JsonKey::trace_id_otel});

/// A key that is there is kept, whatever a client had it say.
std::uint32_t fields_of_json(std::uint64_t present) {
    using Key = JsonKey;
    std::uint32_t fields = 0;
    const auto note = [&](Field field, std::initializer_list<Key> any) {
        fields |= (present & keys(any)) != 0 ? bit(field) : 0;
    };
    note(Field::start, {Key::start_utc, Key::start_local});
    note(Field::duration, {Key::duration});
    note(Field::upstream_time, {Key::origin_duration});
    note(Field::status, {Key::downstream_status});
    note(Field::origin_status, {Key::origin_status});
    note(Field::bytes, {Key::downstream_content_size});
    note(Field::request_bytes, {Key::request_content_size});
    note(Field::number, {Key::request_count});
    note(Field::entrypoint, {Key::entry_point_name});
    note(Field::router, {Key::router_name, Key::frontend_name});
    note(Field::service, {Key::service_name, Key::backend_name});
    note(Field::server, {Key::service_addr, Key::backend_addr, Key::service_url, Key::backend_url});
    note(Field::host, {Key::request_host});
    note(Field::client, {Key::client_host});
    note(Field::method, {Key::request_method});
    note(Field::path, {Key::request_path});
    note(Field::protocol, {Key::request_protocol});
    if ((present & bit(Key::tls_cipher)) != 0) note(Field::tls, {Key::tls_version});
    note(Field::trace, {Key::trace_id, Key::trace_id_otel});
    return fields;
}

std::uint32_t fields_of_clf(const Entry& entry) {
    std::uint32_t fields = 0;
    const auto note = [&fields](Field field, bool there) { fields |= there ? bit(field) : 0; };
    note(Field::start, entry.start.has_value());
    note(Field::duration, entry.duration.value_or(0) > 0);
    note(Field::status, entry.status.has_value());
    note(Field::bytes, entry.response_bytes.has_value());
    note(Field::number, entry.number.has_value());
    note(Field::router, !entry.router.empty());
    note(Field::server, !entry.server.empty());
    note(Field::client, !entry.client.empty());
    note(Field::method, !entry.method.empty());
    note(Field::path, !entry.path.empty());
    note(Field::protocol, !entry.protocol.empty());
    return fields;
}

constexpr std::uint32_t kOfRouted =
    bits({Field::upstream_time, Field::origin_status, Field::router});
constexpr std::uint32_t kOfServed = bits({Field::service, Field::server});

/// Of the fields that an entry lacks those that one like this has unless the configuration drops
/// them: a request that no router matched has no service, and one that a middleware answered
/// neither.
std::uint32_t wanted_of(const Entry& entry, std::uint32_t lacking) {
    if ((lacking & bit(Field::tls)) != 0 && entry.scheme != "https") lacking &= ~bit(Field::tls);
    if ((lacking & (kOfRouted | kOfServed)) == 0) return lacking;
    const bool timed = entry.origin_duration || entry.origin_status;
    bool served = !entry.service.empty() || !entry.server.empty() ||
                  entry.origin_duration.value_or(0) > 0 || entry.origin_status.value_or(0) > 0;
    const bool routed = served || !entry.router.empty() || entry.status.value_or(404) != 404;
    served = served || (routed && !timed && entry.status == 200);
    if (!routed) lacking &= ~kOfRouted;
    if (!served) lacking &= ~kOfServed;
    return lacking;
}

constexpr std::int64_t kSlowProxy = 100'000'000;
/// Numbers further back are of another run of Traefik, or of a connection that lived long.
constexpr std::uint64_t kFarBack = 1'000;
constexpr std::uint64_t kFewestNumbers = 10;

}  // namespace

std::string_view to_string(Field field) {
    static constexpr std::string_view kWords[kFields] = {
        "start",   "duration",      "upstream_time", "status",     "origin_status",
        "bytes",   "request_bytes", "number",        "entrypoint", "router",
        "service", "server",        "host",          "client",     "method",
        "path",    "protocol",      "tls",           "trace"};
    return kWords[static_cast<std::size_t>(field)];
}

bool has_place(LogFormat format, Field field) {
    return (places_of(format) & bit(field)) != 0;
}

/// The fields of an entry, which are those of the one before as often as not.
std::uint32_t Coverage::fields_of(const Entry& entry) {
    if (entry.format == LogFormat::common || entry.format == LogFormat::generic)
        return fields_of_clf(entry);
    if ((entry.keys & kKeys) != keys_) {
        keys_ = entry.keys & kKeys;
        fields_of_keys_ = fields_of_json(keys_);
    }
    return entry.zero_trace ? fields_of_keys_ & ~bit(Field::trace) : fields_of_keys_;
}

void Coverage::see(Entry& entry) {
    ++entries_;
    format_ = entry.format;
    const std::uint32_t present = fields_of(entry);
    if ((present & (lacked_ | ~ever_)) != 0) find(present);
    // Of nearly all entries nothing is left here: what they have is there, and what they lack has
    // been lacking for long.
    const std::uint32_t lacking = places_of(format_) & ~present & ~settled_;
    if (lacking != 0) lack(wanted_of(entry, lacking));

    if (entry.generation == Generation::v2) seen_[kV2] = entries_;
    if (entry.status == 0 && entry.origin_duration == 0) seen_[kStatuslessAbort] = entries_;
    if (entry.zero_trace) seen_[kZeroTrace] = entries_;
    if (entry.overhead && entry.origin_duration.value_or(0) > 0) {
        if (++timed_ == 2 * kWindow) {
            timed_ /= 2;
            slow_ /= 2;
        }
        slow_ += *entry.overhead > kSlowProxy ? 1 : 0;
    }
    if (entry.number) see_number(*entry.number);
    if (entry.duration == 0 && entry.format == LogFormat::common &&
        !there(Field::duration).value_or(false))
        entry.duration.reset();
}

void Coverage::find(std::uint32_t fields) {
    ever_ |= fields;
    for (std::uint32_t left = fields & lacked_; left != 0; left &= left - 1)
        lacking_.at(static_cast<std::size_t>(std::countr_zero(left))) = 0;
    lacked_ &= ~fields;
    settled_ &= ~fields;
}

void Coverage::lack(std::uint32_t fields) {
    lacked_ |= fields;
    for (; fields != 0; fields &= fields - 1) {
        const int field = std::countr_zero(fields);
        std::uint32_t& lacking = lacking_.at(static_cast<std::size_t>(field));
        lacking = std::min(lacking + 1, kWindow);
        if (lacking == kWindow) settled_ |= std::uint32_t{1} << field;
    }
}

void Coverage::see_without_status() {
    ++entries_;
    lack(bit(Field::status));
}

void Coverage::see_number(std::uint64_t number) {
    const bool other_run = number + kFarBack < numbers_.highest;
    if (numbers_.there == kWindow) numbers_before_ = numbers_;
    if (numbers_.there == 0 || numbers_.there == kWindow || other_run) {
        numbers_ = {number, number, 1};
    } else if (number > numbers_.first) {
        numbers_.highest = std::max(numbers_.highest, number);
        ++numbers_.there;
    }
}

std::optional<bool> Coverage::there(Field field) const {
    const std::uint32_t lacking = lacking_.at(static_cast<std::size_t>(field));
    if (!has_place(format_, field)) return false;
    if ((ever_ & bit(field)) != 0) return lacking < kWindow;
    return lacking < kFewest ? std::nullopt : std::optional(false);
}

CoverageReport Coverage::report() const {
    CoverageReport report{.format = format_,
                          .other_format = lately(kOtherFormat),
                          .v2 = lately(kV2),
                          .statusless_abort = lately(kStatuslessAbort),
                          .zero_trace = lately(kZeroTrace)};
    for (std::size_t i = 0; i < kFields; ++i)
        report.fields.at(i) = there(static_cast<Field>(i));
    report.slow_proxy = timed_ >= kFewest && slow_ > timed_ / 2;
    const Numbers& numbers = numbers_.there < kFewestNumbers ? numbers_before_ : numbers_;
    if (numbers.there >= kFewestNumbers) {
        report.numbers = numbers.highest - numbers.first + 1;
        report.absent = report.numbers - std::min(report.numbers, numbers.there);
    }
    return report;
}

void Coverage::save(std::string& out) const {
    put(out, static_cast<std::uint64_t>(format_));
    put(out, std::uint64_t{ever_});
    put(out, std::uint64_t{kFields});
    for (const std::uint32_t lacking : lacking_)
        put(out, std::uint64_t{lacking});
}

bool Coverage::restore(tail::ByteReader& in) {
    Coverage made;
    const std::uint64_t format = in.number();
    const std::uint64_t ever = in.number();
    if (format > static_cast<std::uint64_t>(LogFormat::generic) || ever > kJson) return false;
    if (in.number() != kFields) return false;
    made.format_ = static_cast<LogFormat>(format);
    made.ever_ = static_cast<std::uint32_t>(ever);
    for (std::size_t i = 0; i < kFields; ++i) {
        made.lacking_.at(i) =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(in.number(), kWindow));
        if (made.lacking_.at(i) > 0) made.lacked_ |= std::uint32_t{1} << i;
    }
    if (!in.ok()) return false;
    *this = made;
    return true;
}

}  // namespace erp::traefik
