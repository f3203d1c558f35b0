#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>

namespace erp {

/// A hash of texts that clients choose: 16 bytes a step by a multiplication folded to 64 bits, with
/// a secret of its own in each object, so that nobody can send texts that collide. Not for anything
/// that is stored.
class TextHash {
  public:
    TextHash() : TextHash(random(), random()) {}
    TextHash(std::uint64_t secret, std::uint64_t more)
        : secret_(secret ^ 0x9E3779B97F4A7C15), more_(more ^ 0xD1B54A32D192ED03) {}

    [[nodiscard]] std::uint64_t operator()(std::string_view text) const {
        const char* at = text.data();
        std::size_t left = text.size();
        std::uint64_t hash = secret_;
        for (; left > 16; at += 16, left -= 16)
            hash = folded(eight(at) ^ more_, eight(at + 8) ^ hash);
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        if (left >= 8) {
            first = eight(at);
            last = eight(at + left - 8);
        } else if (left >= 4) {
            first = four(at);
            last = four(at + left - 4);
        } else if (left > 0) {
            first = byte(at[0]) << 16U | byte(at[left / 2]) << 8U | byte(at[left - 1]);
        }
        hash = folded(first ^ more_, last ^ hash);
        return folded(hash ^ secret_, text.size() ^ more_);
    }

  private:
    __extension__ using Wide = unsigned __int128;

    static std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
        const Wide product = Wide{a} * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
    }
    static std::uint64_t eight(const char* at) {
        std::uint64_t value = 0;
        std::memcpy(&value, at, sizeof value);
        return value;
    }
    static std::uint64_t four(const char* at) {
        std::uint32_t value = 0;
        std::memcpy(&value, at, sizeof value);
        return value;
    }
    static std::uint64_t byte(char c) { return static_cast<unsigned char>(c); }
    static std::uint64_t random() {
        std::random_device device;
        return (std::uint64_t{device()} << 32U) ^ device();
    }

    std::uint64_t secret_;
    std::uint64_t more_;
};

}  // namespace erp
