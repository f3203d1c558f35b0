#include "exporters/traefik/traffic/coverage.hpp"

#include <algorithm>
#include <bit>

namespace erp::traefik {
namespace {

using tail::put;

constexpr std::uint32_t bit(Field field) {
    return std::uint32_t{1} << static_cast<unsigned>(field);
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

std::uint32_t fields_of(LogFormat format) {
    if (format == LogFormat::generic) return kGeneric;
    return format == LogFormat::common ? kCommon : kJson;
}

std::uint32_t fields_of(const Entry& entry) {
    std::uint32_t fields = 0;
    const auto note = [&fields](Field field, bool there) { fields |= there ? bit(field) : 0; };
    note(Field::start, entry.start.has_value());
    note(Field::duration,
         entry.duration && (*entry.duration > 0 || entry.format != LogFormat::common));
    note(Field::upstream_time, entry.origin_duration.has_value());
    note(Field::status, entry.status.has_value());
    note(Field::origin_status, entry.origin_status.has_value());
    note(Field::bytes, entry.response_bytes.has_value());
    note(Field::request_bytes, entry.request_bytes.has_value());
    note(Field::number, entry.number.has_value());
    note(Field::entrypoint, !entry.entrypoint.empty());
    note(Field::router, !entry.router.empty());
    note(Field::service, !entry.service.empty());
    note(Field::server, !entry.server.empty());
    note(Field::host, !entry.host.empty());
    note(Field::client, !entry.client.empty());
    note(Field::method, !entry.method.empty());
    note(Field::path, !entry.path.empty());
    note(Field::protocol, !entry.protocol.empty());
    note(Field::tls, !entry.tls_version.empty() && !entry.tls_cipher.empty());
    note(Field::trace, !entry.trace.empty());
    return fields;
}

/// What an entry like this has unless the configuration drops it: a request that no router matched
/// has no service, and one that a middleware answered neither.
std::uint32_t wanted_of(const Entry& entry) {
    std::uint32_t wanted =
        fields_of(entry.format) & ~bits({Field::upstream_time, Field::origin_status, Field::router,
                                         Field::service, Field::server, Field::tls});
    const bool timed = entry.origin_duration || entry.origin_status;
    bool served = !entry.service.empty() || !entry.server.empty() ||
                  entry.origin_duration.value_or(0) > 0 || entry.origin_status.value_or(0) > 0;
    const bool routed = served || !entry.router.empty() || entry.status.value_or(404) != 404;
    served = served || (routed && !timed && entry.status == 200);
    if (routed) wanted |= bits({Field::upstream_time, Field::origin_status, Field::router});
    if (served) wanted |= bits({Field::service, Field::server});
    if (entry.scheme == "https") wanted |= bit(Field::tls);
    return wanted & fields_of(entry.format);
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
    return (fields_of(format) & bit(field)) != 0;
}

void Coverage::see(Entry& entry) {
    ++entries_;
    format_ = entry.format;
    const std::uint32_t present = fields_of(entry);
    ever_ |= present;
    for (std::uint32_t left = present & lacked_; left != 0; left &= left - 1)
        lacking_.at(static_cast<std::size_t>(std::countr_zero(left))) = 0;
    lacked_ &= ~present;
    lack(wanted_of(entry) & ~present);

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

void Coverage::lack(std::uint32_t fields) {
    lacked_ |= fields;
    for (; fields != 0; fields &= fields - 1) {
        std::uint32_t& lacking = lacking_.at(static_cast<std::size_t>(std::countr_zero(fields)));
        lacking = std::min(lacking + 1, kWindow);
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
