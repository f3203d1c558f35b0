#pragma once

#include "exporters/traefik/traffic/detail.hpp"
#include "exporters/traefik/traffic/histogram.hpp"
#include "exporters/traefik/traffic/names.hpp"
#include "exporters/traefik/traffic/table.hpp"

#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

namespace erp::traefik {

struct RequestCell {
    std::uint64_t requests = 0;
    std::uint64_t request_bytes = 0;   ///< of bodies, as read from the client
    std::uint64_t response_bytes = 0;  ///< of bodies, as written to the client
};

struct ServerCell {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;       ///< for which the server is to blame
    std::int64_t last_success = 0;  ///< Unix time in ns; 0: none
};

/// What Traefik's own metrics count, for the compatibility families.
struct NativeCell {
    Histogram<bounds::kNative.size()> durations;
    std::uint64_t requests = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t response_bytes = 0;
};

using Latencies = Histogram<bounds::kLatency.size()>;
using Overheads = Histogram<bounds::kOverhead.size()>;
using Lives = Histogram<bounds::kConnection.size()>;

/// One kind of count: the labels that it is kept by, what is kept, and how many at most.
template <std::size_t Most, class CellType, Label... Labels>
struct Kind {
    static constexpr std::size_t kMost = Most;
    static constexpr std::array<Label, sizeof...(Labels)> kLabels{Labels...};
    using Cell = CellType;
    using RowType = Row<sizeof...(Labels), Cell>;
    using TableType = Table<sizeof...(Labels), Cell>;
};

/// Finer than any family: those are sums over it.
using Requests = Kind<100'000,
                      RequestCell,
                      Label::entrypoint,
                      Label::router,
                      Label::service,
                      Label::tenant,
                      Label::workload,
                      Label::code,
                      Label::cause,
                      Label::fault>;
using Durations = Kind<20'000, Latencies, Label::tenant, Label::workload, Label::status_class>;
using Upstream = Kind<20'000, Latencies, Label::tenant, Label::workload, Label::service>;
using Overhead = Kind<4'000, Overheads, Label::entrypoint, Label::router>;
using Connections = Kind<10'000, Lives, Label::tenant, Label::workload>;
using Slow = Kind<20'000, std::uint64_t, Label::tenant, Label::workload>;
using LastRequest = Kind<20'000, std::int64_t, Label::tenant, Label::workload>;  ///< Unix, ns
using Tls = Kind<20'000,
                 std::uint64_t,
                 Label::entrypoint,
                 Label::router,
                 Label::service,
                 Label::tls_version,
                 Label::tls_cipher>;
using Protocols = Kind<1'000, std::uint64_t, Label::entrypoint, Label::protocol>;
using Servers = Kind<4'000, ServerCell, Label::service, Label::server>;
using Unmatched = Kind<2'000, std::uint64_t, Label::entrypoint, Label::host_kind, Label::probe>;
using Native = Kind<50'000,
                    NativeCell,
                    Label::entrypoint,
                    Label::router,
                    Label::service,
                    Label::code,
                    Label::method,
                    Label::protocol>;

/// All kinds, in the order of a snapshot's bytes.
template <class... Kinds>
struct KindList {
    template <template <class> class Of>
    using Tuple = std::tuple<Of<Kinds>...>;
    /// Calls `function.template operator()<K>()` for each.
    template <class Function>
    static void for_each(Function function) {
        (function.template operator()<Kinds>(), ...);
    }
};
using AllKinds = KindList<Requests,
                          Durations,
                          Upstream,
                          Overhead,
                          Connections,
                          Slow,
                          LastRequest,
                          Tls,
                          Protocols,
                          Servers,
                          Unmatched,
                          Native>;
template <template <class> class Of>
using Everything = AllKinds::Tuple<Of>;

template <class K>
struct RowsOf : std::vector<typename K::RowType> {};
template <class K>
struct TableOf : K::TableType {
    TableOf() : K::TableType(K::kMost) {}
};

/// All that was counted up to one line of the log. Immutable once published: what a page shows and
/// what is on disk are the same object.
struct Traffic {
    std::shared_ptr<const NameTexts> names;
    Everything<RowsOf> rows;
    Details durations;  ///< by row of Durations
    Details upstream;   ///< by row of Upstream

    template <class K>
    [[nodiscard]] const RowsOf<K>& of() const {
        return std::get<RowsOf<K>>(rows);
    }
    [[nodiscard]] std::string_view text(Label label, Names::Number number) const {
        return (*names)[static_cast<std::size_t>(label)][number];
    }
};

}  // namespace erp::traefik
