#pragma once

#include "core/base/deadline.hpp"
#include "core/base/text_hash.hpp"
#include "core/tail/byte_codec.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace erp::traefik {

/// The paths of each tenant that are asked for most, with exact counters.
///
/// A sketch (Space-Saving, Metwally et al. 2005, kCandidates counters) estimates which path is
/// frequent. A path that was certainly requested kAdmission times while a place is free is
/// admitted: from then on its counters are exact and only grow; what it had before stays in
/// `_other`. So the shown counters and `_other` sum to all requests, but for those of evicted
/// paths. A path that nobody requested for the idle time loses its place. When it comes back and is
/// among the last kEvicted of its tenant, its counters go on from where they were; else they begin
/// at 0, which is a reset as Prometheus' functions know it. Time is that of the entries. At most
/// kMostTenants tenants are told apart (some 10 KiB each); what is more is one tenant, `_other`.
class TopPaths {
  public:
    static constexpr std::size_t kPlaces = 20;
    static constexpr std::size_t kCandidates = 40;
    static constexpr std::size_t kEvicted = 40;
    static constexpr std::uint64_t kAdmission = 10;
    static constexpr std::size_t kMostTenants = 1000;

    struct Counters {
        std::uint64_t requests = 0;
        std::uint64_t nanoseconds = 0;
    };

    explicit TopPaths(Duration idle = std::chrono::hours(1)) : idle_(idle) {}

    /// `path` is a text of PathTemplates, `nanoseconds` the request's duration (0 if the log has
    /// none), `now_ns` the entry's end as Unix time.
    void add(std::string_view tenant,
             std::string_view path,
             std::uint64_t nanoseconds,
             std::int64_t now_ns);

    /// Gives each admitted path to `row`, and one `_other` for each tenant. In no order.
    void each(
        const std::function<void(
            std::string_view tenant, std::string_view path, const Counters& counters)>& row) const;

    void save(std::string& out) const;
    /// False: not what save() wrote; all is then as new.
    [[nodiscard]] bool restore(tail::ByteReader& in);

  private:
    struct Path {
        std::string text;
        std::uint64_t hash = 0;
        Counters counters;
        std::int64_t last = 0;  ///< request, Unix time in ns
    };
    struct Candidate {
        std::string text;
        std::uint64_t hash = 0;
        std::uint64_t count = 0;
        std::uint64_t error = 0;  ///< at most so many of them were of others
    };
    struct Tenant {
        std::vector<Path> admitted;
        std::vector<Path> evicted;  ///< the last one at the end
        std::vector<Candidate> candidates;
        Counters other;
    };
    struct Hash {
        using is_transparent = void;
        TextHash hash;
        std::size_t operator()(std::string_view text) const { return hash(text); }
    };

    [[nodiscard]] Tenant& tenant_named(std::string_view name);
    [[nodiscard]] static bool is_frequent(Tenant& tenant,
                                          std::string_view path,
                                          std::uint64_t hash);
    void evict_idle(std::int64_t now);

    Duration idle_;
    TextHash hash_;
    std::unordered_map<std::string, Tenant, Hash, std::equal_to<>> tenants_;
    std::int64_t evicted_at_ = 0;
};

}  // namespace erp::traefik
