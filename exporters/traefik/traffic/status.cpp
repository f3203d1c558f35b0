#include "exporters/traefik/traffic/status.hpp"

#include <array>
#include <cstddef>

namespace erp::traefik {
namespace {

/// IANA's registry, and what proxies made common.
constexpr std::string_view kCodes[] = {
    "100", "101", "102", "103", "200", "201", "202", "203", "204", "205", "206", "207", "208",
    "226", "300", "301", "302", "303", "304", "305", "307", "308", "400", "401", "402", "403",
    "404", "405", "406", "407", "408", "409", "410", "411", "412", "413", "414", "415", "416",
    "417", "418", "419", "420", "421", "422", "423", "424", "425", "426", "428", "429", "431",
    "444", "451", "460", "499", "500", "501", "502", "503", "504", "505"};
static_assert(std::size(kCodes) + 2 <= 64, "with 0 and other within the cap of the label");

constexpr std::size_t kMost = 600;

constexpr auto kByNumber = [] {
    std::array<std::string_view, kMost> by_number{};
    by_number[0] = "0";
    for (const std::string_view code : kCodes) {
        const int number = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
        by_number[static_cast<std::size_t>(number)] = code;
    }
    return by_number;
}();

constexpr std::string_view kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

std::string_view code_of(const std::optional<int>& status) {
    if (!status) return {};
    const bool known = *status >= 0 && static_cast<std::size_t>(*status) < kMost &&
                       !kByNumber[static_cast<std::size_t>(*status)].empty();
    return known ? kByNumber[static_cast<std::size_t>(*status)] : "other";
}

std::string_view status_class(const std::optional<int>& status) {
    if (!status || *status < 100 || *status > 599) return {};
    return kClasses[*status / 100 - 1];
}

}  // namespace erp::traefik
