#include "exporters/traefik/routing/top_paths.hpp"

#include "core/counting/names.hpp"

#include <algorithm>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::size_t kLongestText = 255;

/// In the year 2116; what is later is no time.
constexpr std::int64_t kLatest = std::int64_t{1} << 62U;

template <class Items>
auto find(Items& items, std::string_view text, std::uint64_t hash) {
    return std::ranges::find_if(
        items, [&](const auto& item) { return item.hash == hash && item.text == text; });
}

void count(TopPaths::Counters& counters, std::uint64_t nanoseconds) {
    ++counters.requests;
    counters.nanoseconds += nanoseconds;
}

void put(std::string& out, const TopPaths::Counters& counters) {
    tail::put(out, counters.requests);
    tail::put(out, counters.nanoseconds);
}

TopPaths::Counters counters_of(tail::ByteReader& in) {
    const std::uint64_t requests = in.number();
    return {requests, in.number()};
}

}  // namespace

TopPaths::Tenant& TopPaths::tenant_named(std::string_view name) {
    const auto found = tenants_.find(name);
    if (found != tenants_.end()) return found->second;
    if (tenants_.size() >= kMostTenants) name = kOtherLabel;
    return tenants_.try_emplace(std::string(name)).first->second;
}

void TopPaths::add(std::string_view tenant,
                   std::string_view path,
                   std::uint64_t nanoseconds,
                   std::int64_t now_ns) {
    now_ns = std::clamp<std::int64_t>(now_ns, 0, kLatest);
    evict_idle(now_ns);
    Tenant& of = tenant_named(tenant);
    const std::uint64_t hash = hash_(path);
    if (const auto found = find(of.admitted, path, hash); found != of.admitted.end()) {
        count(found->counters, nanoseconds);
        found->last = std::max(found->last, now_ns);
        return;
    }
    if (of.admitted.size() < kPlaces && is_frequent(of, path, hash)) {
        std::erase_if(of.candidates, [&](const Candidate& item) { return item.hash == hash; });
        Path admitted{std::string(path), hash, {}, now_ns};
        if (const auto back = find(of.evicted, path, hash); back != of.evicted.end()) {
            admitted.counters = back->counters;
            of.evicted.erase(back);
        }
        count(admitted.counters, nanoseconds);
        of.admitted.push_back(std::move(admitted));
        return;
    }
    count(of.other, nanoseconds);
}

bool TopPaths::is_frequent(Tenant& tenant, std::string_view path, std::uint64_t hash) {
    std::vector<Candidate>& all = tenant.candidates;
    auto found = find(all, path, hash);
    if (found == all.end() && all.size() < kCandidates) {
        all.push_back({std::string(path), hash, 0, 0});
        found = all.end() - 1;
    } else if (found == all.end()) {
        found = std::ranges::min_element(all, {}, &Candidate::count);
        found->text.assign(path);  // keeps its memory
        found->hash = hash;
        found->error = found->count;
    }
    ++found->count;
    return found->count - found->error >= kAdmission;
}

void TopPaths::evict_idle(std::int64_t now) {
    const std::int64_t idle = std::chrono::nanoseconds(idle_).count();
    if (now - evicted_at_ < idle / 16 && now >= evicted_at_) return;
    evicted_at_ = now;
    for (auto& [name, tenant] : tenants_) {
        for (std::size_t i = 0; i < tenant.admitted.size();) {
            Path& path = tenant.admitted[i];
            if (now - path.last < idle) {
                ++i;
                continue;
            }
            if (tenant.evicted.size() >= kEvicted) tenant.evicted.erase(tenant.evicted.begin());
            tenant.evicted.push_back(std::move(path));
            tenant.admitted.erase(tenant.admitted.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

void TopPaths::each(
    const std::function<void(
        std::string_view tenant, std::string_view path, const Counters& counters)>& row) const {
    for (const auto& [name, tenant] : tenants_) {
        for (const Path& path : tenant.admitted)
            row(name, path.text, path.counters);
        row(name, kOtherLabel, tenant.other);
    }
}

void TopPaths::save(std::string& out) const {
    tail::put(out, static_cast<std::uint64_t>(evicted_at_));
    tail::put(out, std::uint64_t{tenants_.size()});
    for (const auto& [name, tenant] : tenants_) {
        tail::put(out, name);
        put(out, tenant.other);
        for (const auto* const paths : {&tenant.admitted, &tenant.evicted}) {
            tail::put(out, std::uint64_t{paths->size()});
            for (const Path& path : *paths) {
                tail::put(out, path.text);
                put(out, path.counters);
                tail::put(out, static_cast<std::uint64_t>(path.last));
            }
        }
        tail::put(out, std::uint64_t{tenant.candidates.size()});
        for (const Candidate& item : tenant.candidates) {
            tail::put(out, item.text);
            tail::put(out, item.count);
            tail::put(out, item.error);
        }
    }
}

bool TopPaths::restore(tail::ByteReader& in) {
    TopPaths made(idle_);
    bool good = true;
    const auto time = [&] {
        const std::uint64_t read = in.number();
        good = good && read <= std::uint64_t{kLatest};
        return static_cast<std::int64_t>(read);
    };
    const auto text = [&] {
        const std::string_view read = in.text();
        good = good && read.size() <= kLongestText;
        return std::string(read);
    };
    made.evicted_at_ = time();
    const std::uint64_t tenants = in.count();
    for (std::uint64_t i = 0; good && in.ok() && i < tenants; ++i) {
        Tenant& tenant = made.tenants_[text()];
        tenant.other = counters_of(in);
        for (auto* const paths : {&tenant.admitted, &tenant.evicted}) {
            for (std::uint64_t left = in.count(); good && left > 0; --left) {
                Path path;
                path.text = text();
                path.hash = made.hash_(path.text);
                path.counters = counters_of(in);
                path.last = time();
                paths->push_back(std::move(path));
            }
        }
        for (std::uint64_t left = in.count(); good && left > 0; --left) {
            Candidate item;
            item.text = text();
            item.hash = made.hash_(item.text);
            item.count = in.number();
            item.error = in.number();
            good = good && item.error <= item.count;
            tenant.candidates.push_back(std::move(item));
        }
        good = good && tenant.admitted.size() <= kPlaces && tenant.evicted.size() <= kEvicted &&
               tenant.candidates.size() <= kCandidates;
    }
    good = good && in.ok() && made.tenants_.size() <= kMostTenants + 1;
    *this = good ? std::move(made) : TopPaths(idle_);
    return good;
}

}  // namespace erp::traefik
