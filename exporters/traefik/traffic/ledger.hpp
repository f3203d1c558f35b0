#pragma once

#include "exporters/traefik/log/entry.hpp"
#include "exporters/traefik/log/outcome.hpp"
#include "exporters/traefik/traffic/traffic.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// What the configuration makes of an entry.
struct Judgement {
    std::string_view workload;  ///< name of its class
    bool lives = false;         ///< the class is one of long connections: no latency
    Outcome outcome;
    std::optional<std::int64_t> promised;  ///< objective for its latency, ns
    std::string_view host_kind = {};       ///< of a request without router
    std::string_view probe = {};           ///< of a request without router
    bool native = false;                   ///< Traefik's own metrics count it, and that is wanted
    std::string native_code = {};          ///< as those say
    std::vector<std::string_view> native_routers = {};
};

/// A version of HTTP that there is, else "other"; empty if the log does not say.
[[nodiscard]] std::string_view protocol_of(std::string_view text);

/// Counts requests. One thread.
class Ledger {
  public:
    struct Settings {
        bool native_histograms = false;  ///< latencies are kept in native buckets too
        bool full_histograms = false;    ///< by all labels; see Durations
    };
    Ledger() : Ledger(Settings()) {}
    explicit Ledger(Settings settings)
        : settings_(settings),
          durations_(settings.native_histograms),
          upstream_(settings.native_histograms) {}

    /// Numbers and rows that all entries share which went the same way (ways.hpp).
    struct Places {
        static constexpr std::uint32_t kUnset = UINT32_MAX;
        counting::Names::Number entrypoint = counting::Names::kNone;
        counting::Names::Number router = counting::Names::kNone;
        counting::Names::Number service = counting::Names::kNone;
        counting::Names::Number tenant = counting::Names::kNone;
        std::uint32_t tls = kUnset;  ///< row of Tls; kUnset: the entry has none
        std::uint32_t protocol = kUnset;
        std::uint32_t server = kUnset;
    };
    /// Finds them, for an entry that is counted next. Of this ledger alone, and until restore().
    [[nodiscard]] Places places_of(const Entry& entry, std::string_view tenant);
    void count(const Entry& entry, const Places& places, const Judgement& judgement);

    /// The state at this moment.
    [[nodiscard]] Traffic traffic();
    /// False: some number has no text; the ledger is empty then.
    [[nodiscard]] bool restore(const Traffic& traffic);

  private:
    using Number = counting::Names::Number;
    [[nodiscard]] Number number(Label label, std::string_view text) {
        return tables_.number(label, text);
    }
    [[nodiscard]] Number number_of(Cause cause);
    [[nodiscard]] Number number_of(Fault fault);
    [[nodiscard]] Number number_of(const std::optional<int>& status);  ///< of label `code`
    /// Rows that belong to a row of Requests, found once.
    struct Links {
        static constexpr std::uint32_t kUnset = UINT32_MAX;
        std::uint32_t duration = kUnset;
        std::uint32_t upstream = kUnset;
        std::uint32_t overhead = kUnset;
        std::uint32_t connection = kUnset;
        std::uint32_t slow = kUnset;
        std::uint32_t last = kUnset;
    };
    template <class K>
    [[nodiscard]] typename K::Cell& linked(std::uint32_t& link,
                                           const counting::Key<K::kLabels.size()>& key);
    void observe_latency(Latencies& latencies,
                         counting::DetailLog& details,
                         std::uint32_t row,
                         std::int64_t duration,
                         const Entry& entry) const;
    void count_durations(const Entry& entry,
                         const Judgement& judgement,
                         const counting::Key<Requests::kLabels.size()>& key,
                         Links& links);
    void count_native(const Entry& entry, const Places& places, const Judgement& judgement);

    template <class K, class Brief>
    [[nodiscard]] bool fold(const Traffic& traffic, Brief brief);

    Settings settings_;
    counting::Tables<Scheme> tables_;
    std::vector<Links> links_;  ///< by row of Requests
    // Numbers of texts that are few; 0: not asked for yet.
    std::array<Number, kCauses> causes_{};
    std::array<Number, kFaults> faults_{};
    std::array<Number, 600> codes_{};
    counting::DetailLog durations_;
    counting::DetailLog upstream_;
};

}  // namespace erp::traefik
