#include "exporters/traefik/routing/unmatched_clients.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace erp::traefik {
namespace {

constexpr std::int64_t kMinute = 60LL * 1'000'000'000;
constexpr std::string_view kFurther = "_other";

std::uint64_t number_of(const std::uint8_t* bytes, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i)
        number = number << 8U | bytes[i];
    return number;
}

}  // namespace

std::optional<std::uint64_t> client_network(std::string_view client) {
    if (const std::size_t comma = client.rfind(','); comma != std::string_view::npos)
        client.remove_prefix(comma + 1);
    while (client.starts_with(' '))
        client.remove_prefix(1);
    if (const std::size_t zone = client.find('%'); zone != std::string_view::npos)
        client = client.substr(0, zone);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (client.size() >= text.size() || client.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::memcpy(text.data(), client.data(), client.size());
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET, text.data(), bytes.data()) == 1) return number_of(bytes.data(), 4);
    if (::inet_pton(AF_INET6, text.data(), bytes.data()) != 1) return std::nullopt;
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    const bool mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
    return mapped ? number_of(bytes.data() + 12, 4) : number_of(bytes.data(), 8);
}

UnmatchedClients::Entrypoint& UnmatchedClients::named(std::string_view name) {
    const auto find = [this](std::string_view wanted) {
        return std::ranges::find(entrypoints_, wanted, &Entrypoint::name);
    };
    auto found = find(name);
    if (found == entrypoints_.end() && entrypoints_.size() >= kMostEntrypoints)
        found = find(name = kFurther);
    if (found != entrypoints_.end()) return *found;
    return entrypoints_.emplace_back(Entrypoint{std::string(name), {}});
}

void UnmatchedClients::add(std::string_view entrypoint,
                           std::uint64_t network,
                           std::int64_t at_ns,
                           std::int64_t now_ns) {
    const std::int64_t now = now_ns / kMinute;
    const std::int64_t number = std::min(at_ns / kMinute, now);
    if (number <= std::max<std::int64_t>(now - kMinutes, 0)) return;
    Minute& minute = named(entrypoint).minutes[static_cast<std::size_t>(number % kMinutes)];
    if (minute.number != number) minute = {number, {}};
    minute.networks.add(network);
}

std::vector<UnmatchedClients::Estimate> UnmatchedClients::estimates(std::int64_t now_ns) const {
    std::vector<Estimate> all;
    for (const Entrypoint& entrypoint : entrypoints_) {
        counting::Distinct together;
        for (const Minute& minute : entrypoint.minutes) {
            const std::int64_t ago = now_ns / kMinute - minute.number;
            if (ago >= 0 && ago < kMinutes) together.merge(minute.networks);
        }
        all.push_back({entrypoint.name, together.estimate()});
    }
    return all;
}

void UnmatchedClients::save(std::string& out) const {
    tail::put(out, std::uint64_t{entrypoints_.size()});
    for (const Entrypoint& entrypoint : entrypoints_) {
        tail::put(out, entrypoint.name);
        for (const Minute& minute : entrypoint.minutes) {
            tail::put(out, static_cast<std::uint64_t>(minute.number));
            tail::put(out, minute.networks.bytes());
        }
    }
}

bool UnmatchedClients::restore(tail::ByteReader& in) {
    entrypoints_.clear();
    std::vector<Entrypoint> all;
    for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
        Entrypoint& entrypoint = all.emplace_back();
        entrypoint.name = in.text();
        for (Minute& minute : entrypoint.minutes) {
            minute.number = static_cast<std::int64_t>(in.number());
            if (!minute.networks.restore(in.text())) return false;
        }
    }
    if (!in.ok() || all.size() > kMostEntrypoints + 1) return false;
    entrypoints_ = std::move(all);
    return true;
}

}  // namespace erp::traefik
