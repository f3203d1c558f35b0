#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers and texts in a snapshot, little-endian whatever the host, and FNV-1a (64 bits) over
/// them. A log line may hold secrets, so that identities keep hashes of bytes and not the bytes.
namespace erp::tail {

inline constexpr std::uint64_t kFnvStart = 14695981039346656037ULL;

[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes,
                                            std::uint64_t hash = kFnvStart) {
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

inline void put(std::string& out, std::uint64_t value) {
    std::array<char, 8> bytes;
    for (unsigned i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
    out.append(bytes.data(), bytes.size());
}

inline void put(std::string& out, std::string_view text) {
    put(out, std::uint64_t{text.size()});
    out += text;
}

/// Reads what put() wrote. After the first thing that is missing all is 0 or empty and ok() false.
class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t number() {
        const std::string_view raw = take(8);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < raw.size(); ++i)
            value |= std::uint64_t{static_cast<unsigned char>(raw[i])} << (8 * i);
        return value;
    }
    [[nodiscard]] std::string_view text() { return take(number()); }
    /// A count of things of which each takes at least 8 bytes.
    [[nodiscard]] std::uint64_t count() {
        const std::uint64_t value = number();
        ok_ = ok_ && value <= bytes_.size() / 8;
        return ok_ ? value : 0;
    }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return ok_ && bytes_.empty(); }

  private:
    std::string_view take(std::uint64_t size) {
        ok_ = ok_ && size <= bytes_.size();
        if (!ok_) return {};
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }

    std::string_view bytes_;
    bool ok_ = true;
};

}  // namespace erp::tail
