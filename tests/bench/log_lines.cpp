// How fast bytes become lines, on one core: bench_log_lines [bytes a line, 1000]
#include "core/tail/line_splitter.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>

int main(int count, char** arguments) {
    const std::size_t size = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 1000;
    std::string text;
    while (text.size() < (64U << 20U))
        text += std::string(size > 0 ? size - 1 : 0, 'x') + "\n";
    erp::tail::LineSplitter splitter;
    std::uint64_t lines = 0;
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 16; ++i) {
        for (std::string_view rest = text; !rest.empty();) {
            const auto room = splitter.room();
            const std::size_t piece =
                std::min({room.size(), rest.size(), std::size_t{256U << 10U}});
            std::memcpy(room.data(), rest.data(), piece);  // as read() does
            rest.remove_prefix(piece);
            splitter.filled(piece);
            while (splitter.next())
                ++lines;
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::cout << static_cast<double>(lines) / took.count() / 1e6 << " M lines/s, "
              << static_cast<double>(text.size()) * 16 / took.count() / 1e9 << " GB/s of " << size
              << " bytes each\n";
}
