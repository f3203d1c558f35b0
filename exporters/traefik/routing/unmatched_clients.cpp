#include "exporters/traefik/routing/unmatched_clients.hpp"

#include "core/counting/names.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace erp::traefik {
namespace {

constexpr std::int64_t kMinute = 60LL * 1'000'000'000;
constexpr std::uint64_t kLatest = 153'722'867;  ///< minute; 64 bits of ns end in 2262

/// Minutes as numbers.
bool is_recent(std::int64_t minute, std::int64_t now) {
    return minute > now - UnmatchedClients::kMinutes && minute <= now;
}

/// `[2001:db8::1]:80`, `198.51.100.7:80` and `fe80::1%eth0` without what follows the address.
std::string_view bare(std::string_view address) {
    if (address.starts_with('[')) return address.substr(1, address.find(']') - 1);
    const std::size_t colon = address.find(':');
    const bool port = colon != std::string_view::npos && colon == address.rfind(':');
    return address.substr(0, port ? colon : address.find('%'));
}

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
    while (client.starts_with(' ') || client.starts_with('\t'))
        client.remove_prefix(1);
    client = bare(client);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (client.size() >= text.size() || client.find('\0') != std::string_view::npos)
        return std::nullopt;
    client.copy(text.data(), client.size());
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET, text.data(), bytes.data()) == 1) return number_of(bytes.data(), 4);
    if (::inet_pton(AF_INET6, text.data(), bytes.data()) != 1) return std::nullopt;
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    const bool mapped = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
    return mapped ? number_of(bytes.data() + 12, 4) : number_of(bytes.data(), 8);
}

UnmatchedClients::Entrypoint& UnmatchedClients::named(std::string_view name, std::int64_t now) {
    if (name.size() > counting::Names::kLongest) name = kOtherLabel;
    const auto find = [this](std::string_view wanted) {
        return std::ranges::find(entrypoints_, wanted, &Entrypoint::name);
    };
    auto found = find(name);
    if (found == entrypoints_.end() && entrypoints_.size() >= kMostEntrypoints) {
        std::erase_if(entrypoints_, [now](const Entrypoint& entrypoint) {
            return std::ranges::none_of(entrypoint.minutes, [now](const Minute& minute) {
                return is_recent(minute.number, now);
            });
        });
        if (entrypoints_.size() >= kMostEntrypoints) name = kOtherLabel;
        found = find(name);
    }
    if (found != entrypoints_.end()) return *found;
    return entrypoints_.emplace_back(Entrypoint{std::string(name), {}});
}

void UnmatchedClients::add(std::string_view entrypoint,
                           std::uint64_t network,
                           std::int64_t at_ns,
                           std::int64_t now_ns) {
    const std::int64_t now = now_ns / kMinute;
    const std::int64_t number = std::min(at_ns / kMinute, now);
    if (number <= 0 || !is_recent(number, now)) return;
    Minute& minute = named(entrypoint, now).minutes[static_cast<std::size_t>(number % kMinutes)];
    if (minute.number != number) minute = {number, 0, {}};
    ++minute.requests;
    minute.networks.add(network);
}

std::vector<UnmatchedClients::Estimate> UnmatchedClients::estimates(std::int64_t now_ns) const {
    std::vector<Estimate> all;
    for (const Entrypoint& entrypoint : entrypoints_) {
        counting::Distinct together;
        double requests = 0;
        for (const Minute& minute : entrypoint.minutes) {
            if (!is_recent(minute.number, now_ns / kMinute)) continue;
            together.merge(minute.networks);
            requests += static_cast<double>(minute.requests);
        }
        all.push_back({entrypoint.name, std::min(together.estimate(), requests)});
    }
    return all;
}

void UnmatchedClients::save(std::string& out) const {
    tail::put(out, std::uint64_t{entrypoints_.size()});
    for (const Entrypoint& entrypoint : entrypoints_) {
        tail::put(out, entrypoint.name);
        for (const Minute& minute : entrypoint.minutes) {
            tail::put(out, static_cast<std::uint64_t>(minute.number));
            tail::put(out, minute.requests);
            tail::put(out, minute.networks.bytes());
        }
    }
}

bool UnmatchedClients::restore(tail::ByteReader& in) {
    entrypoints_.clear();
    std::vector<Entrypoint> all;
    for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
        Entrypoint entrypoint{std::string(in.text()), {}};
        for (std::size_t i = 0; i < entrypoint.minutes.size(); ++i) {
            Minute& minute = entrypoint.minutes[i];
            const std::uint64_t number = in.number();
            if (number != 0 && (number > kLatest || number % kMinutes != i)) return false;
            minute.number = static_cast<std::int64_t>(number);
            minute.requests = in.number();
            if (!minute.networks.restore(in.text())) return false;
        }
        if (std::ranges::count(all, entrypoint.name, &Entrypoint::name) > 0) return false;
        all.push_back(std::move(entrypoint));
    }
    if (!in.ok() || all.size() > kMostEntrypoints + 1) return false;
    entrypoints_ = std::move(all);
    return true;
}

}  // namespace erp::traefik
