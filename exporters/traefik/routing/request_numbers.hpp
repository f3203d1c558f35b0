#pragma once

#include "core/base/deadline.hpp"
#include "core/tail/byte_codec.hpp"
#include "exporters/traefik/routing/number_window.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace erp::traefik {

enum class Seen {
    fresh,      ///< not seen before, as far as can be told
    duplicate,  ///< this very request was seen before
};

/// Finds lines that are missing or there twice, by RequestCount: Traefik numbers requests as they
/// begin, from 1 in each run, and writes them as they end. One object for each Traefik process.
///
/// A number that is passed by others and does not come within the settle window is missing: its
/// line was lost, Traefik's own filters (status codes, minDuration) left it out, Traefik was killed
/// while the request ran, or the request runs still. A WebSocket that stays open for longer than
/// the window is missing first and late when it ends: missing() less late() is what never came.
///
/// A number that comes again with another start, or far behind later requests, is of a new run.
/// What of the old one is still out is then missing. Number and StartUTC together are unique, so
/// that a line of the same number and start is a duplicate; this is told of the last kTags numbers.
/// Without number or start nothing can be told. In CLF (starts in whole seconds) requests of a
/// second run that begins within the second of the first one's last request may be told duplicates.
class RequestNumbers {
  public:
    static constexpr std::uint64_t kTags = std::uint64_t{1} << 15U;

    explicit RequestNumbers(Duration settle = std::chrono::minutes(15)) : settle_(settle) {}

    /// For each entry, in the order of the log. `now_ns` is the entry's own end (Unix time in ns);
    /// the window is measured by it, so that reading a backlog tells the same.
    Seen see(std::optional<std::uint64_t> number,
             std::optional<std::int64_t> start_ns,
             std::int64_t now_ns);

    /// Numbers that did not come within the window.
    [[nodiscard]] std::uint64_t missing() const { return missing_; }
    /// Of missing(), those that came after all.
    [[nodiscard]] std::uint64_t late() const { return late_; }
    /// New runs of Traefik.
    [[nodiscard]] std::uint64_t resets() const { return resets_; }

    void save(std::string& out) const;
    /// False: not what save() wrote; all is then as new.
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    struct Passed {
        std::int64_t time = 0;      ///< by the entries', when the first of these was passed
        std::uint64_t highest = 0;  ///< the last of them
    };

    [[nodiscard]] bool is_new_run(std::uint64_t number, std::int64_t start) const;
    [[nodiscard]] std::uint32_t& tag(std::uint64_t number) { return tags_[number % kTags]; }
    [[nodiscard]] std::uint32_t tag(std::uint64_t number) const { return tags_[number % kTags]; }
    void begin_run(std::uint64_t base, std::int64_t start);
    void take(std::uint64_t number, std::int64_t start);
    void settle(std::int64_t now);
    void note_passed();

    Duration settle_;
    NumberWindow window_;
    std::vector<std::uint32_t> tags_;   ///< of starts, by number; 0: not seen. Empty: no run yet
    std::deque<std::uint64_t> unseen_;  ///< missing numbers of this run, ascending, the latest
    std::deque<Passed> passed_;         ///< ascending
    std::int64_t began_after_ = 0;      ///< starts up to it are of an earlier run
    std::int64_t latest_start_ = 0;     ///< of this run
    std::int64_t now_ = 0;
    std::uint64_t missing_ = 0;
    std::uint64_t late_ = 0;
    std::uint64_t resets_ = 0;
};

}  // namespace erp::traefik
