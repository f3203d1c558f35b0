#pragma once

#include "core/tail/byte_codec.hpp"
#include "exporters/traefik/log/entry.hpp"
#include "exporters/traefik/routing/attribution.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// What entries of a log tell, which Traefik's configuration decides: label `field`.
enum class Field {
    start,
    duration,
    upstream_time,
    status,
    origin_status,
    bytes,
    request_bytes,
    number,
    entrypoint,
    router,
    service,
    server,
    host,
    client,
    method,
    path,
    protocol,
    tls,
    trace,
};
inline constexpr std::size_t kFields = 19;
[[nodiscard]] std::string_view to_string(Field field);
/// Whether entries of this format can have it.
[[nodiscard]] bool has_place(LogFormat format, Field field);

/// What is known of a log as a whole, from its latest entries.
struct CoverageReport {
    LogFormat format = LogFormat::detect;  ///< of the last entry; detect: there was none
    /// By Field: whether it is there; no value before so many entries should have had it that one
    /// can tell. What the format has no place for is not there.
    std::array<std::optional<bool>, kFields> fields{};
    /// Of this many numbers of requests, from the first one seen lately to the highest …
    std::uint64_t numbers = 0;
    std::uint64_t absent = 0;       ///< … these did not come (yet)
    bool other_format = false;      ///< lines in another format than the configuration says
    bool v2 = false;                ///< written by Traefik 2
    bool statusless_abort = false;  ///< answers that broke have the status 0: up to 3.1.2, 2.11.8
    bool zero_trace = false;        ///< trace ids are zeros: 3.3.3 to 3.3.6 without tracing
    bool slow_proxy = false;        ///< most served requests spent over 100 ms in Traefik
};

/// Looks at the latest entries of one log entry of the configuration. One thread.
class Coverage {
  public:
    /// A field that so many entries in a row should have had, and had not, is no longer in the
    /// log.
    static constexpr std::uint32_t kWindow = 1'000;
    /// One that was never there is not in the log after so many.
    static constexpr std::uint32_t kFewest = 20;

    /// Each entry, before it is counted. CLF has `0ms` for a duration below a millisecond and for
    /// one that the configuration drops: it is taken from the entry as long as no latest entry has
    /// more.
    void see(Entry& entry);
    /// An entry that cannot be counted, as it has no status.
    void see_without_status();
    void see_other_format() { seen_.at(kOtherFormat) = ++entries_; }

    [[nodiscard]] CoverageReport report() const;

    /// What tells which fields there are; the rest is seen again soon.
    void save(std::string& out) const;
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    enum Sign : std::uint8_t { kOtherFormat, kV2, kStatuslessAbort, kZeroTrace };
    static constexpr std::size_t kSigns = 4;

    [[nodiscard]] std::uint32_t fields_of(const Entry& entry);
    void find(std::uint32_t fields);
    void lack(std::uint32_t fields);
    void see_number(std::uint64_t number);
    [[nodiscard]] std::optional<bool> there(Field field) const;
    [[nodiscard]] bool lately(Sign sign) const {
        return seen_.at(sign) != 0 && entries_ - seen_.at(sign) < kWindow;
    }

    LogFormat format_ = LogFormat::detect;
    std::uint64_t keys_ = 0;            ///< of the last JSON entry …
    std::uint32_t fields_of_keys_ = 0;  ///< … and the fields that they make
    // Fields by bit:
    std::uint32_t ever_ = 0;     ///< that were there
    std::uint32_t lacked_ = 0;   ///< with a number in lacking_
    std::uint32_t settled_ = 0;  ///< of them, those with kWindow there
    /// By Field: entries since it was last there that should have had it.
    std::array<std::uint32_t, kFields> lacking_{};
    std::uint64_t entries_ = 0;
    std::array<std::uint64_t, kSigns> seen_{};  ///< at which entry, from 1; 0: never
    std::uint32_t timed_ =
        0;                    ///< entries with a time in Traefik, of the last kWindow to twice that
    std::uint32_t slow_ = 0;  ///< of them, those with a long one
    struct Numbers {
        std::uint64_t first = 0;
        std::uint64_t highest = 0;
        std::uint64_t there = 0;  ///< at most kWindow
    };
    Numbers numbers_;
    Numbers numbers_before_;  ///< of the entries before those
};

/// Sentences for the operator: what cannot be seen, and how to change that in Traefik's
/// configuration.
[[nodiscard]] std::vector<std::string> advice(const CoverageReport& report);
/// One sentence about a router that may be a copy; empty: there is none.
[[nodiscard]] std::string advice(const LikelyCopy& copy);

}  // namespace erp::traefik
