#include "core/config/objectives.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace erp {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostNames = 50;  ///< each is a series of every tenant
constexpr std::size_t kLongestName = 63;
constexpr Duration kShortest = 1ms;
constexpr Duration kYear = 365 * 24h;

void read_durations(ConfigMap& objectives, std::string_view key, Objectives::ByName& into) {
    const auto value = objectives.get(key);
    auto map = value ? value->map() : std::nullopt;
    if (!map) return;
    const auto entries = map->entries();
    if (entries.size() > kMostNames) map->fail("expected at most 50 names");
    for (const auto& [name, item] : entries) {
        if (!is_word(name, kLongestName)) {
            item.fail("a name here is 1 to 63 letters, digits, _, . and -");
        } else if (const auto duration = item.duration(kShortest, kYear)) {
            into.emplace(name, *duration);
        }
    }
    map->finish();
}

std::optional<double> read_ratio(const ConfigValue& value) {
    const auto text = value.text();
    if (!text) return std::nullopt;
    // As a decimal exponent, since 99.9 / 100 is not the number nearest to 0.999.
    const bool percent = text->ends_with('%');
    const std::string number = percent ? text->substr(0, text->size() - 1) + "e-2" : *text;
    const auto ratio = to_double(number);
    if (ratio && *ratio > 0 && *ratio <= 1) return ratio;
    value.fail("expected a percentage such as 99.9%, or a ratio over 0 and at most 1, found " +
               value.shown());
    return std::nullopt;
}

}  // namespace

Objectives read_objectives(const ConfigValue& value) {
    Objectives objectives;
    auto map = value.map();
    if (!map) return objectives;
    read_durations(*map, "latency", objectives.latency);
    if (const auto ratio = map->get("availability")) objectives.availability = read_ratio(*ratio);
    read_durations(*map, "workflow", objectives.workflow);
    read_durations(*map, "queue_age", objectives.queue_age);
    read_durations(*map, "rpo", objectives.rpo);
    if (const auto rto = map->get("rto")) objectives.rto = rto->duration(kShortest, kYear);
    map->finish();
    return objectives;
}

}  // namespace erp
