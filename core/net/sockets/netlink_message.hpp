#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace erp {

inline constexpr std::uint32_t kTestSequence = 7;  ///< of testdata/record

/// For tests: a message of the kernel.
inline std::string netlink_message(std::uint16_t type,
                                   std::string_view payload,
                                   std::uint16_t flags = 0) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + payload.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    header.nlmsg_seq = kTestSequence;
    std::string text(reinterpret_cast<const char*>(&header), sizeof header);
    text += payload;
    text.resize((text.size() + 3) / 4 * 4);
    return text;
}

/// For tests: the bytes of a value.
template <class T>
std::string bytes_text(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

}  // namespace erp
