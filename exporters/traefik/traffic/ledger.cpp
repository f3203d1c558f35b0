#include "exporters/traefik/traffic/ledger.hpp"

#include "exporters/traefik/log/native_labels.hpp"
#include "exporters/traefik/traffic/status.hpp"

#include <algorithm>
#include <utility>

namespace erp::traefik {

using counting::observe;
using counting::to_seconds;

namespace {

std::uint64_t bytes(const std::optional<std::int64_t>& size) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(size.value_or(0), 0));
}

constexpr std::string_view kFailed = "5xx";

bool is_broken(Cause cause) {
    return cause == Cause::abort_midstream || cause == Cause::client_abort_early;
}

/// `end` as Unix time in ns; 0 if the log does not say.
void count_server(ServerCell& server, const Outcome& outcome, std::int64_t end) {
    ++server.requests;
    if (outcome.fault == Fault::backend) {
        ++server.errors;
    } else if (outcome.cause == Cause::origin || outcome.cause == Cause::upgraded) {
        server.last_success = std::max(server.last_success, end);
    }
}

}  // namespace

std::string_view protocol_of(std::string_view text) {
    const bool known = text.empty() || text == "HTTP/1.1" || text == "HTTP/2.0" ||
                       text == "HTTP/3.0" || text == "HTTP/1.0";
    return known ? text : "other";
}

Ledger::Places Ledger::places_of(const Entry& entry, std::string_view tenant) {
    Places places{.entrypoint = number(Label::entrypoint, entry.entrypoint),
                  .router = number(Label::router, entry.router),
                  .service = number(Label::service, entry.service),
                  .tenant = number(Label::tenant, tenant)};
    const auto row = [this]<class K>(const counting::Key<K::kLabels.size()>& key) {
        return static_cast<std::uint32_t>(tables_.of<K>().index_of(key));
    };
    if (!entry.tls_version.empty()) {
        places.tls = row.operator()<Tls>({places.entrypoint, places.router, places.service,
                                          number(Label::tls_version, entry.tls_version),
                                          number(Label::tls_cipher, entry.tls_cipher)});
    }
    if (!entry.protocol.empty()) {
        places.protocol = row.operator()<Protocols>(
            {places.entrypoint, number(Label::protocol, protocol_of(entry.protocol))});
    }
    if (!entry.server.empty())
        places.server =
            row.operator()<Servers>({places.service, number(Label::server, entry.server)});
    return places;
}

Ledger::Number Ledger::number_of(Cause cause) {
    Number& kept = causes_[static_cast<std::size_t>(cause)];
    return kept != 0 ? kept : kept = number(Label::cause, to_string(cause));
}

Ledger::Number Ledger::number_of(Fault fault) {
    Number& kept = faults_[static_cast<std::size_t>(fault)];
    return kept != 0 ? kept : kept = number(Label::fault, to_string(fault));
}

Ledger::Number Ledger::number_of(const std::optional<int>& status) {
    if (!status || *status < 0 || static_cast<std::size_t>(*status) >= codes_.size())
        return number(Label::code, code_of(status));
    Number& kept = codes_[static_cast<std::size_t>(*status)];
    return kept != 0 ? kept : kept = number(Label::code, code_of(status));
}

void Ledger::count(const Entry& entry, const Places& places, const Judgement& judgement) {
    const counting::Key<Requests::kLabels.size()> key{places.entrypoint,
                                                      places.router,
                                                      places.service,
                                                      places.tenant,
                                                      number(Label::workload, judgement.workload),
                                                      number_of(entry.status),
                                                      number_of(judgement.outcome.cause),
                                                      number_of(judgement.outcome.fault)};
    auto& requests = tables_.of<Requests>();
    const std::size_t row = requests.index_of(key);
    RequestCell& cell = requests.cell(row);
    ++cell.requests;
    cell.request_bytes += bytes(entry.request_bytes);
    cell.response_bytes += bytes(entry.response_bytes);

    // What is beyond the cap shares a row, and no other rows.
    Links surplus;
    if (row >= links_.size()) links_.resize(row + 1);
    Links& links = requests.is_surplus(row) ? surplus : links_[row];
    count_durations(entry, judgement, key, links);
    const auto end = end_of(entry);
    if (end) {
        std::int64_t& last = linked<LastRequest>(links.last, {key[3], key[4]});
        last = std::max(last, *end);
    }
    if (places.server != Places::kUnset)
        count_server(tables_.of<Servers>().cell(places.server), judgement.outcome, end.value_or(0));
    if (places.tls != Places::kUnset) ++tables_.of<Tls>().cell(places.tls);
    if (places.protocol != Places::kUnset) ++tables_.of<Protocols>().cell(places.protocol);
    if (!judgement.host_kind.empty()) {
        ++tables_.of<Unmatched>().at({places.entrypoint,
                                      number(Label::host_kind, judgement.host_kind),
                                      number(Label::probe, judgement.probe)});
    }
    if (judgement.native) count_native(entry, places, judgement);
}

/// Traefik counts a request in each layer of its routers, and once in its entrypoint and service:
/// of the layers below the first there is no entrypoint here.
void Ledger::count_native(const Entry& entry, const Places& places, const Judgement& judgement) {
    const Number code = number(Label::code, judgement.native_code);
    const Number method = number(Label::method, native_method(entry));
    const Number protocol = number(Label::protocol, native_protocol(entry));
    std::size_t layer = 0;
    do {
        const std::string_view router =
            judgement.native_routers.empty() ? std::string_view() : judgement.native_routers[layer];
        NativeCell& cell = tables_.of<Native>().at(
            {layer == 0 ? places.entrypoint : counting::Names::kNone, number(Label::router, router),
             places.service, code, method, protocol});
        ++cell.requests;
        cell.request_bytes += bytes(entry.request_bytes);
        cell.response_bytes += bytes(entry.response_bytes);
        if (entry.duration) observe<bounds::kNative>(cell.durations, *entry.duration);
    } while (++layer < judgement.native_routers.size());
}

template <class K>
typename K::Cell& Ledger::linked(std::uint32_t& link, const counting::Key<K::kLabels.size()>& key) {
    auto& all = tables_.of<K>();
    if (link == Links::kUnset) link = static_cast<std::uint32_t>(all.index_of(key));
    return all.cell(link);
}

void Ledger::observe_latency(Latencies& latencies,
                             counting::DetailLog& details,
                             std::uint32_t row,
                             std::int64_t duration,
                             const Entry& entry) const {
    const std::size_t bucket = observe<bounds::kLatency>(latencies, duration);
    if (!settings_.native_histograms && entry.trace.empty()) return;
    const auto end = end_of(entry);  // without one there is no exemplar
    details.observe(row, bucket, to_seconds(duration), end ? entry.trace : std::string_view(),
                    to_seconds(end.value_or(0)));
}

/// A connection that lives long says nothing of how long answers take, nor does what Traefik did
/// before an answer that broke.
void Ledger::count_durations(const Entry& entry,
                             const Judgement& judgement,
                             const counting::Key<Requests::kLabels.size()>& key,
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
    const std::string_view answer = status_class(entry.status);
    const auto status = settings_.full_histograms || answer == kFailed
                            ? number(Label::status_class, answer)
                            : counting::Names::kNone;
    Latencies& durations = linked<Durations>(links.duration, {tenant, workload, status});
    observe_latency(durations, durations_, links.duration, *entry.duration, entry);
    if (judgement.promised) {
        std::uint64_t& slow = linked<Slow>(links.slow, {tenant, workload});
        if (!is_broken(cause) && *entry.duration > *judgement.promised) ++slow;
    }
    if (entry.origin_duration.value_or(0) <= 0 || is_broken(cause)) return;
    Latencies& upstream = linked<Upstream>(
        links.upstream, settings_.full_histograms ? counting::Key<3>{tenant, workload, service}
                                                  : counting::Key<3>{tenant, counting::Names::kNone,
                                                                     counting::Names::kNone});
    observe_latency(upstream, upstream_, links.upstream, *entry.origin_duration, entry);
    observe<bounds::kOverhead>(linked<Overhead>(links.overhead, {entrypoint, router}),
                               entry.overhead.value_or(*entry.duration - *entry.origin_duration));
}

Traffic Ledger::traffic() {
    Traffic now;
    tables_.copy_to(now);
    now.durations = durations_.details();
    now.upstream = upstream_.details();
    return now;
}

/// Rows that an earlier run kept by more labels go on in those that are kept now. False: there were
/// none.
template <class K, class Brief>
bool Ledger::fold(const Traffic& traffic, Brief brief) {
    typename K::TableType folded(K::kMost);
    bool finer = false;
    for (auto row : traffic.of<K>()) {
        const auto before = row.key;
        const bool other = before == decltype(before){};  // beyond the cap
        if (!other) brief(row.key);
        finer |= row.key != before;
        folded.at(row.key) += row.cell;
    }
    if (finer) tables_.of<K>().restore(folded.rows());
    return finer;
}

bool Ledger::restore(const Traffic& traffic) {
    links_.clear();
    causes_ = {};
    faults_ = {};
    codes_ = {};
    if (!tables_.restore(traffic)) {
        *this = Ledger(settings_);
        return false;
    }
    bool fewer = false;
    bool coarser = false;
    if (!settings_.full_histograms) {
        fewer = fold<Durations>(traffic, [&traffic](counting::Key<3>& key) {
            if (traffic.text(Label::status_class, key[2]) != kFailed)
                key[2] = counting::Names::kNone;
        });
        coarser = fold<Upstream>(
            traffic, [](counting::Key<3>& key) { key[1] = key[2] = counting::Names::kNone; });
    }
    // Native buckets of rows that became one are not added up: they begin with the classic ones.
    durations_.restore(fewer ? counting::Details() : traffic.durations,
                       tables_.of<Durations>().rows(), bounds::kLatency);
    upstream_.restore(coarser ? counting::Details() : traffic.upstream,
                      tables_.of<Upstream>().rows(), bounds::kLatency);
    return true;
}

}  // namespace erp::traefik
