#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace erp {

/// One entry of an Accept or Accept-Encoding header (RFC 9110 12.5): `word;name=value;q=0.5`. Views
/// into the header.
struct Preference {
    std::string_view word;  ///< "text/plain", "gzip", "*"
    std::vector<std::pair<std::string_view, std::string_view>> parameters;  ///< without q
    double weight = 1;  ///< 0 (not acceptable) to 1; more is taken as 1: Prometheus 2.49.0 sent q=2

    /// Value of a parameter, without quotes; upper and lower case of its name are the same.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
    [[nodiscard]] bool is(std::string_view its_word) const;
};

/// The entries in their order. One without a word or with an unreadable weight is left out: it asks
/// for nothing.
[[nodiscard]] std::vector<Preference> preferences(std::string_view header);

}  // namespace erp
