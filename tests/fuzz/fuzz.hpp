#pragma once

#include "core/base/number.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

/// A libFuzzer target: `ERP_FUZZ(text) { … }` gets the input as a std::string_view. A property that
/// does not hold ends the run like a crash.
#define ERP_FUZZ(input)                                                                 \
    static void erp_fuzz_one(std::string_view input);                                   \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);  \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        erp_fuzz_one({reinterpret_cast<const char*>(data), size});                      \
        return 0;                                                                       \
    }                                                                                   \
    static void erp_fuzz_one(std::string_view input)

#define ERP_HOLDS(property)                                      \
    do {                                                         \
        if (!(property)) {                                       \
            std::cerr << "does not hold: " << #property << '\n'; \
            std::abort();                                        \
        }                                                        \
    } while (false)

namespace erp_fuzz {

/// Every line is a comment, or begins with a name and ends in a value.
inline void check_page(std::string_view page) {
    ERP_HOLDS(page.empty() || page.back() == '\n');
    while (!page.empty()) {
        const std::string_view line = page.substr(0, page.find('\n'));
        page.remove_prefix(line.size() + 1);
        if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
        ERP_HOLDS(!line.empty() && line.front() >= 'A' && line.front() <= 'z');
        const std::string_view value = line.substr(line.rfind(' ') + 1);
        ERP_HOLDS(value == "NaN" || value == "+Inf" || erp::to_double(value).has_value());
    }
}

}  // namespace erp_fuzz
