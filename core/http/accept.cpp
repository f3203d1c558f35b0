#include "core/http/accept.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <optional>

namespace erp {
namespace {

bool same_word(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

/// The weight among the `;name=value` parts: 1 if there is none, nothing if it is not a number.
std::optional<double> weight(std::string_view parameters) {
    for (const std::string_view parameter : split(parameters, ';')) {
        const auto pair = cut(parameter, '=');
        if (pair && same_word(trim(pair->first), "q")) return to_double(trim(pair->second));
    }
    return 1.0;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    std::optional<bool> named;
    bool any = false;
    for (const std::string_view entry : split(accept_encoding, ',')) {
        const auto [word, parameters] =
            cut(entry, ';').value_or(std::pair{entry, std::string_view{}});
        const std::string_view coding = trim(word);
        const auto q = weight(parameters);
        if (!q) continue;
        const bool wanted = *q > 0;
        if (same_word(coding, "gzip") || same_word(coding, "x-gzip")) {
            named = wanted && named.value_or(true);  // a refusal wins over a repetition
        } else if (coding == "*") {
            any = wanted;
        }
    }
    return named.value_or(any);
}

}  // namespace erp
