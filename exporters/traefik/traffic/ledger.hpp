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
    std::string_view tenant;    ///< "_unknown" if it is nobody's
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

    void count(const Entry& entry, const Judgement& judgement);

    /// The state at this moment.
    [[nodiscard]] Traffic traffic();
    /// False: some number has no text; the ledger is empty then.
    [[nodiscard]] bool restore(const Traffic& traffic);

  private:
    using Number = counting::Names::Number;
    [[nodiscard]] Number number(Label label, std::string_view text) {
        return tables_.number(label, text);
    }
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
    void count_native(const Entry& entry,
                      const Judgement& judgement,
                      Number entrypoint,
                      Number service);
    void count_server(const Entry& entry,
                      const Judgement& judgement,
                      Number service,
                      std::int64_t end);

    template <class K, class Brief>
    [[nodiscard]] bool fold(const Traffic& traffic, Brief brief);

    Settings settings_;
    counting::Tables<Scheme> tables_;
    std::vector<Links> links_;  ///< by row of Requests
    counting::DetailLog durations_;
    counting::DetailLog upstream_;
};

}  // namespace erp::traefik
