#include "exporters/odoo/log/release.hpp"

#include "core/base/number.hpp"
#include "exporters/odoo/log/scan.hpp"

namespace erp::odoo {

bool is_release(std::string_view text) {
    constexpr std::size_t kMostDigits = 2;
    const auto number = [&text] {
        const std::size_t size = take_digits(text).size();
        return size > 0 && size <= kMostDigits;
    };
    eat(text, "saas~");
    if (!number() || !eat(text, ".") || !number()) return false;
    for (const std::string_view level : {"alpha", "beta", "rc", "a", "b"}) {
        if (!eat(text, level)) continue;
        if (!number()) return false;
        break;
    }
    eat(text, "+e");
    if (text.empty()) return true;
    if (!eat(text, "-") && !eat(text, ".post")) return false;
    constexpr std::size_t kDate = 8;
    return take_digits(text).size() == kDate && text.empty();
}

int to_major_version(std::string_view version) {
    for (const std::string_view prefix : {"saas~", "saas-"}) {
        if (version.starts_with(prefix)) version.remove_prefix(prefix.size());
    }
    const std::string_view digits = version.substr(0, version.find_first_not_of("0123456789"));
    return digits.size() > 3 ? 0 : static_cast<int>(to_int(digits).value_or(0));
}

}  // namespace erp::odoo
