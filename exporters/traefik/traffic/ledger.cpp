#include "exporters/traefik/traffic/ledger.hpp"

#include "exporters/traefik/log/native_labels.hpp"
#include "exporters/traefik/traffic/status.hpp"

#include <algorithm>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::string_view kProtocols[] = {"HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/3.0"};

std::string_view protocol_of(std::string_view text) {
    return text.empty() || std::ranges::find(kProtocols, text) != std::end(kProtocols) ? text
                                                                                       : "other";
}

std::uint64_t bytes(const std::optional<std::int64_t>& size) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(size.value_or(0), 0));
}

bool is_broken(Cause cause) {
    return cause == Cause::abort_midstream || cause == Cause::client_abort_early;
}

}  // namespace

void Ledger::count(const Entry& entry, const Judgement& judgement) {
    const Names::Number entrypoint = names_[Label::entrypoint].number(entry.entrypoint);
    const Names::Number router = names_[Label::router].number(entry.router);
    const Names::Number service = names_[Label::service].number(entry.service);
    const Names::Number tenant = names_[Label::tenant].number(judgement.tenant);
    const Names::Number workload = names_[Label::workload].number(judgement.workload);
    const Key<Requests::kLabels.size()> key{
        entrypoint,
        router,
        service,
        tenant,
        workload,
        names_[Label::code].number(code_of(entry.status)),
        names_[Label::cause].number(to_string(judgement.outcome.cause)),
        names_[Label::fault].number(to_string(judgement.outcome.fault))};
    TableOf<Requests>& requests = table<Requests>();
    const std::size_t row = requests.index_of(key);
    RequestCell& cell = requests.cell(row);
    ++cell.requests;
    cell.request_bytes += bytes(entry.request_bytes);
    cell.response_bytes += bytes(entry.response_bytes);

    // What is beyond the cap shares a row, and no other rows.
    Links beyond;
    if (row >= links_.size()) links_.resize(row + 1);
    Links& links = requests.rows()[row].key == key ? links_[row] : beyond;
    count_durations(entry, judgement, key, links);
    if (entry.start) {
        const std::int64_t end =
            *entry.start + std::max<std::int64_t>(entry.duration.value_or(0), 0);
        std::int64_t& last = linked<LastRequest>(links.last, {tenant, workload});
        last = std::max(last, end);
        count_server(entry, judgement, service, end);
    }
    if (!entry.tls_version.empty()) {
        ++table<Tls>().at({entrypoint, router, service,
                           names_[Label::tls_version].number(entry.tls_version),
                           names_[Label::tls_cipher].number(entry.tls_cipher)});
    }
    if (!entry.protocol.empty()) {
        ++table<Protocols>().at(
            {entrypoint, names_[Label::protocol].number(protocol_of(entry.protocol))});
    }
    if (!judgement.host_kind.empty()) {
        ++table<Unmatched>().at({entrypoint, names_[Label::host_kind].number(judgement.host_kind),
                                 names_[Label::probe].number(judgement.probe)});
    }
    if (judgement.native) count_native(entry, judgement, entrypoint, service);
}

/// Traefik counts a request in each layer of its routers, and once in its entrypoint and service:
/// of the layers below the first there is no entrypoint here.
void Ledger::count_native(const Entry& entry,
                          const Judgement& judgement,
                          Names::Number entrypoint,
                          Names::Number service) {
    const Names::Number code = names_[Label::code].number(judgement.native_code);
    const Names::Number method = names_[Label::method].number(native_method(entry));
    const Names::Number protocol = names_[Label::protocol].number(native_protocol(entry));
    std::size_t layer = 0;
    do {
        const std::string_view router =
            judgement.native_routers.empty() ? std::string_view() : judgement.native_routers[layer];
        NativeCell& cell = table<Native>().at({layer == 0 ? entrypoint : Names::kNone,
                                               names_[Label::router].number(router), service, code,
                                               method, protocol});
        ++cell.requests;
        cell.request_bytes += bytes(entry.request_bytes);
        cell.response_bytes += bytes(entry.response_bytes);
        if (entry.duration) observe<bounds::kNative>(cell.durations, *entry.duration);
    } while (++layer < judgement.native_routers.size());
}

template <class K>
typename K::Cell& Ledger::linked(std::uint32_t& link, const Key<K::kLabels.size()>& key) {
    TableOf<K>& all = table<K>();
    if (link == Links::kUnset) link = static_cast<std::uint32_t>(all.index_of(key));
    return all.cell(link);
}

void Ledger::observe_latency(Latencies& latencies,
                             DetailLog& details,
                             std::uint32_t row,
                             std::int64_t duration,
                             const Entry& entry) const {
    const std::size_t bucket = observe<bounds::kLatency>(latencies, duration);
    if (!native_histograms_ && entry.trace.empty()) return;
    const double at = to_seconds(entry.start.value_or(0) + *entry.duration);
    details.observe(row, bucket, to_seconds(duration), entry.trace, at);
}

/// A connection that lives long says nothing of how long answers take, nor does what Traefik did
/// before an answer that broke.
void Ledger::count_durations(const Entry& entry,
                             const Judgement& judgement,
                             const Key<Requests::kLabels.size()>& key,
                             Links& links) {
    if (!entry.duration) return;
    const auto& [entrypoint, router, service, tenant, workload, code, cause_number, fault] = key;
    const Cause cause = judgement.outcome.cause;
    if (cause == Cause::upgraded || judgement.lives) {
        // Of a refused connection there is no life.
        if (cause == Cause::upgraded || cause == Cause::origin || is_broken(cause)) {
            observe<bounds::kConnection>(linked<Connections>(links.connection, {tenant, workload}),
                                         *entry.duration);
        }
        return;
    }
    const auto status = names_[Label::status_class].number(status_class(entry.status));
    Latencies& durations = linked<Durations>(links.duration, {tenant, workload, status});
    observe_latency(durations, durations_, links.duration, *entry.duration, entry);
    if (judgement.promised) {
        std::uint64_t& slow = linked<Slow>(links.slow, {tenant, workload});
        if (!is_broken(cause) && *entry.duration > *judgement.promised) ++slow;
    }
    if (entry.origin_duration.value_or(0) <= 0 || is_broken(cause)) return;
    Latencies& upstream = linked<Upstream>(links.upstream, {tenant, workload, service});
    observe_latency(upstream, upstream_, links.upstream, *entry.origin_duration, entry);
    observe<bounds::kOverhead>(linked<Overhead>(links.overhead, {entrypoint, router}),
                               entry.overhead.value_or(*entry.duration - *entry.origin_duration));
}

void Ledger::count_server(const Entry& entry,
                          const Judgement& judgement,
                          Names::Number service,
                          std::int64_t end) {
    if (entry.server.empty()) return;
    ServerCell& server = table<Servers>().at({service, names_[Label::server].number(entry.server)});
    ++server.requests;
    const Outcome& outcome = judgement.outcome;
    if (outcome.fault == Fault::backend) {
        ++server.errors;
    } else if (outcome.cause == Cause::origin || outcome.cause == Cause::upgraded) {
        server.last_success = std::max(server.last_success, end);
    }
}

Traffic Ledger::traffic() {
    Traffic now;
    now.names = names_.texts();
    AllKinds::for_each([&]<class K>() {
        const auto& rows = table<K>().rows();
        std::get<RowsOf<K>>(now.rows).assign(rows.begin(), rows.end());
    });
    now.durations = durations_.details();
    now.upstream = upstream_.details();
    return now;
}

bool Ledger::restore(const Traffic& traffic) {
    if (!names_.restore(*traffic.names)) {
        *this = Ledger(native_histograms_);
        return false;
    }
    links_.clear();
    durations_.restore(traffic.durations);
    upstream_.restore(traffic.upstream);
    AllKinds::for_each([&]<class K>() { table<K>().restore(traffic.of<K>()); });
    return true;
}

}  // namespace erp::traefik
