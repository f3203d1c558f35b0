#include "exporters/traefik/routing/number_window.hpp"

#include <algorithm>
#include <bit>

namespace erp::traefik {
namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0};

constexpr std::uint64_t bit(std::uint64_t number) {
    return std::uint64_t{1} << (number % 64);
}

}  // namespace

bool NumberWindow::seen(std::uint64_t number) const {
    return (word(number) & bit(number)) != 0;
}

void NumberWindow::mark(std::uint64_t number) {
    make_room(number);
    word(number) |= bit(number);
    highest_ = std::max(highest_, number);
}

void NumberWindow::make_room(std::uint64_t number) {
    const std::uint64_t needed = number / 64 - base_ / 64 + 1;
    if (needed <= words_.size()) return;
    std::vector<std::uint64_t> larger(std::max<std::uint64_t>(16, std::bit_ceil(needed)));
    larger.swap(words_);
    if (larger.empty()) return;
    for (std::uint64_t i = base_ / 64; i <= highest_ / 64; ++i)
        words_[i & (words_.size() - 1)] = larger[i & (larger.size() - 1)];
}

std::uint64_t NumberWindow::settle(std::uint64_t number, std::deque<std::uint64_t>& missing) {
    std::uint64_t unseen = 0;
    while (base_ < std::min(number, highest_)) {
        const std::uint64_t next = base_ + 1;
        std::uint64_t& bits = word(next);
        const std::uint64_t last = std::min({next | 63U, number, highest_});
        const std::uint64_t from = kAll << (next % 64);
        const std::uint64_t passed = from & (kAll >> (63 - last % 64));
        for (std::uint64_t holes = passed & ~bits; holes != 0; holes &= holes - 1) {
            missing.push_back((next & ~std::uint64_t{63}) +
                              static_cast<std::uint64_t>(std::countr_zero(holes)));
            if (missing.size() > kMostMissing) missing.pop_front();
            ++unseen;
        }
        bits &= ~passed;
        base_ = last;
    }
    if (number <= base_) return unseen;
    unseen += number - base_;
    base_ = number;
    highest_ = number;
    return unseen;
}

void NumberWindow::save(std::string& out) const {
    tail::put(out, base_);
    tail::put(out, highest_);
    if (base_ == highest_) return;
    // Usually nearly all were seen: full words only as how many there are.
    std::uint64_t full = 0;
    for (std::uint64_t i = base_ / 64; i <= highest_ / 64; ++i) {
        const std::uint64_t bits = words_[i & (words_.size() - 1)];
        if (bits == kAll) {
            ++full;
            continue;
        }
        tail::put(out, full);
        tail::put(out, bits);
        full = 0;
    }
    tail::put(out, full);
}

bool NumberWindow::restore(tail::ByteReader& in) {
    *this = NumberWindow();
    const std::uint64_t base = in.number();
    const std::uint64_t highest = in.number();
    bool good = in.ok() && base <= highest && highest - base <= kMost;
    NumberWindow made(base);
    if (good && base < highest) {
        made.make_room(highest);
        made.highest_ = highest;
        const std::uint64_t end = highest / 64 + 1;
        for (std::uint64_t i = base / 64;;) {
            const std::uint64_t full = in.number();
            good = in.ok() && full <= end - i;
            if (!good) break;
            for (const std::uint64_t stop = i + full; i < stop; ++i)
                made.word(i * 64) = kAll;
            if (i == end) break;
            made.word(i * 64) = in.number();
            ++i;
        }
        // Bits outside would be taken for numbers that come later.
        made.word(base) &= kAll << (base % 64) << 1U;
        made.word(highest) &= kAll >> (63 - highest % 64);
    }
    if (good && in.ok()) *this = std::move(made);
    return good && in.ok();
}

}  // namespace erp::traefik
