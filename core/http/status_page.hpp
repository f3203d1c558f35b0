#pragma once

#include "core/base/deadline.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace erp {

/// What `/` shows, as plain values: filled on the I/O thread, rendered anywhere. Everything is
/// escaped by the renderer. Texts never hold an error's own words, which may name hosts: those are
/// in the log.
struct StatusPage {
    enum class State : std::uint8_t { ok, partial, failed, unavailable, pending, off };

    struct Collector {
        std::string name = {};
        State state = State::pending;
        std::optional<Duration> age = std::nullopt;  ///< of what it would serve now
        std::optional<Duration> work = std::nullopt;
        std::string reason = {};  ///< phase of the error, or why it is unavailable
    };
    struct Target {
        std::string name = {};
        std::string exporter = {};
        State state = State::pending;                 ///< partial: answers, but a collector failed
        std::string reason = {};                      ///< phase of the last error
        std::optional<Duration> age = std::nullopt;   ///< since its last collection ended
        std::optional<Duration> took = std::nullopt;  ///< that collection
        std::size_t series = 0;
        std::string tenant = {};
        std::vector<std::pair<std::string, std::string>> labels = {};
        std::vector<Collector> collectors = {};
        std::vector<std::string> advice = {};  ///< how to see more, a sentence each
    };
    struct Tenant {
        std::string name = {};
        std::string customer = {};
        std::string environment = {};
        std::string tier = {};
    };

    using Time = std::chrono::system_clock::time_point;
    std::string version = {};
    Time now = {};
    Time started = {};
    std::vector<std::string> addresses = {};
    std::string config_file = {};  ///< empty: none, found the local servers by itself
    bool reload_ok = true;
    std::optional<Time> reloaded = std::nullopt;  ///< when the configuration in use was loaded
    std::vector<Target> targets = {};
    std::vector<Tenant> tenants = {};
};

/// A complete HTML document without scripts, images or links to other hosts.
[[nodiscard]] std::string to_html(const StatusPage& page);

/// For people, rounded down: "200 µs", "850 ms", "12 s", "4 min", "3 h", "5 d".
[[nodiscard]] std::string to_rough_text(Duration d);

}  // namespace erp
