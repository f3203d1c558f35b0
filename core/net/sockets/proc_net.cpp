#include "core/net/sockets/proc_net.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace erp {
namespace {

/// The next word of a line, which it takes off.
std::string_view next_word(std::string_view& line) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    line.remove_prefix(begin);
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
    return word;
}

template <class T>
bool read_number(std::string_view text, int base, T& value) {
    const char* end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value, base);
    return done.ec == std::errc() && done.ptr == end;
}

/// "0E00007F:1F85": the address as words of 32 bits, each printed as a number of this machine.
bool read_address(std::string_view text, bool v6, SocketAddress& address) {
    const std::size_t words = v6 ? 4 : 1;
    constexpr std::size_t kDigits = 8;
    if (text.size() != words * kDigits + 5 || text[words * kDigits] != ':') return false;
    address.ip = kMappedPrefix;
    for (std::size_t i = 0; i < words; ++i) {
        std::uint32_t word = 0;
        if (!read_number(text.substr(i * kDigits, kDigits), 16, word)) return false;
        std::memcpy(address.ip.data() + (v6 ? 4 * i : 12), &word, sizeof word);
    }
    return read_number(text.substr(words * kDigits + 1), 16, address.port);
}

/// "0A"; nothing: it is not one of these.
std::optional<TcpState> to_state(std::string_view text, TcpStates wanted) {
    std::uint8_t number = 0;
    if (text.size() != 2 || !read_number(text, 16, number)) return std::nullopt;
    if (number > static_cast<std::uint8_t>(TcpState::closing)) return std::nullopt;
    const auto state = static_cast<TcpState>(number);
    return (only(state) & wanted) != 0 ? std::optional(state) : std::nullopt;
}

std::optional<TcpSocket> to_socket(std::string_view line, const TcpQuery& query) {
    TcpSocket socket;
    socket.v6 = query.v6;
    const SocketAddress& end = query.end == SocketEnd::local ? socket.local : socket.remote;
    (void)next_word(line);  // its number in the table
    if (!read_address(next_word(line), query.v6, socket.local)) return {};
    // Most lines end here.
    if (query.end == SocketEnd::local && end.port != query.port) return {};
    if (!read_address(next_word(line), query.v6, socket.remote)) return {};
    if (end.port != query.port) return {};
    const auto state = to_state(next_word(line), query.states);
    const auto queues = cut(next_word(line), ':');
    if (!state || !queues) return {};
    socket.state = *state;
    (void)next_word(line);  // timer
    (void)next_word(line);  // retransmits
    const std::string_view uid = next_word(line);
    (void)next_word(line);  // probes without an answer
    const bool whole = read_number(queues->first, 16, socket.send_queue) &&
                       read_number(queues->second, 16, socket.receive_queue) &&
                       read_number(uid, 10, socket.uid) &&
                       read_number(next_word(line), 10, socket.inode);
    if (!whole || line.empty()) return {};  // the last number may be cut off
    return socket;
}

std::string_view next_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

/// Two counters of a table of two lines that both begin with its name: the names, then the values,
/// which may be negative where they are none of these.
std::optional<std::array<std::uint64_t, 2>> read_counters(
    std::string_view text, std::string_view table, const std::array<std::string_view, 2>& wanted) {
    while (!text.empty()) {
        std::string_view names = next_line(text);
        if (!names.starts_with(table)) continue;
        std::string_view values = next_line(text);
        if (!values.starts_with(table)) return std::nullopt;
        names.remove_prefix(table.size());
        values.remove_prefix(table.size());
        std::array<std::uint64_t, 2> found{};
        std::size_t count = 0;
        for (auto name = next_word(names); !name.empty(); name = next_word(names)) {
            const std::string_view value = next_word(values);
            const auto it = std::ranges::find(wanted, name);
            if (it == wanted.end()) continue;
            if (!read_number(value, 10, found.at(static_cast<std::size_t>(it - wanted.begin()))))
                return std::nullopt;
            ++count;
        }
        if (count != wanted.size()) return std::nullopt;
        return found;
    }
    return std::nullopt;
}

}  // namespace

std::vector<TcpSocket> parse_proc_net_tcp(std::string_view text, const TcpQuery& query) {
    std::vector<TcpSocket> sockets;
    while (!text.empty()) {
        if (const auto socket = to_socket(next_line(text), query)) sockets.push_back(*socket);
    }
    return sockets;
}

std::optional<ListenFailures> parse_netstat(std::string_view text) {
    const auto found = read_counters(text, "TcpExt:", {"ListenOverflows", "ListenDrops"});
    if (!found) return std::nullopt;
    return ListenFailures{.overflows = found->at(0), .drops = found->at(1)};
}

std::optional<TcpSegments> parse_snmp(std::string_view text) {
    const auto found = read_counters(text, "Tcp:", {"InSegs", "OutSegs"});
    if (!found) return std::nullopt;
    return TcpSegments{.received = found->at(0), .sent = found->at(1)};
}

}  // namespace erp
