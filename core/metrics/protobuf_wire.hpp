#pragma once

#include "core/metrics/text_buffer.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The encoding of protocol buffers (https://protobuf.dev/programming-guides/encoding/), as much of
/// it as a page needs.
namespace erp::wire {

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2 };

inline constexpr std::size_t kMostVarint = 10;
inline constexpr std::size_t kDoubleField = 9;  // tag and eight bytes

constexpr char tag(unsigned field, Wire wire) {
    return static_cast<char>(field << 3U | static_cast<unsigned>(wire));
}

constexpr std::size_t varint_size(std::uint64_t v) {
    if (v < 0x80) return 1;  // nearly always
    return (static_cast<std::size_t>(std::bit_width(v)) + 6) / 7;
}

/// Size of a field of bytes: tag (one byte for fields up to 15), length, content.
constexpr std::size_t field_size(std::size_t content) {
    return 1 + varint_size(content) + content;
}

/// The encoding of integers that may be negative.
constexpr std::uint64_t zigzag(std::int64_t v) {
    return static_cast<std::uint64_t>(v) << 1U ^ static_cast<std::uint64_t>(v >> 63);
}

// Callers reserve.
inline void put_varint(TextBuffer& out, std::uint64_t v) {
    for (; v >= 0x80; v >>= 7U)
        out.put(static_cast<char>((v & 0x7fU) | 0x80U));
    out.put(static_cast<char>(v));
}

inline void put_double(TextBuffer& out, unsigned field, double v) {
    static_assert(std::endian::native == std::endian::little);
    std::array<char, sizeof(v)> bytes{};
    std::memcpy(bytes.data(), &v, sizeof(v));
    out.put(tag(field, Wire::fixed64));
    out.put(std::string_view(bytes.data(), bytes.size()));
}

inline void put_integer(TextBuffer& out, unsigned field, std::uint64_t v) {
    out.put(tag(field, Wire::varint));
    put_varint(out, v);
}

inline void put_bytes(TextBuffer& out, unsigned field, std::string_view bytes) {
    out.reserve(1 + kMostVarint + bytes.size());
    out.put(tag(field, Wire::bytes));
    put_varint(out, bytes.size());
    out.put(bytes);
}

}  // namespace erp::wire
