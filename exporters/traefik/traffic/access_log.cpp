#include "exporters/traefik/traffic/access_log.hpp"

#include "core/base/deadline.hpp"
#include "core/tail/byte_codec.hpp"
#include "exporters/traefik/log/native_labels.hpp"
#include "exporters/traefik/routing/unmatched.hpp"
#include "exporters/traefik/traffic/traffic_codec.hpp"

#include <chrono>
#include <utility>

namespace erp::traefik {
namespace {

constexpr std::uint64_t kVersion = 3;
// Earlier ones.
constexpr std::uint64_t kWithoutCoverage = 2;
constexpr std::uint64_t kWithoutClients = 1;
/// What ends later by our clock than it is was written by a clock that is wrong.
constexpr std::int64_t kClockError = 5LL * 60 * 1'000'000'000;
constexpr unsigned kLookMask = 0xFF;  ///< a new tenancy counts after so many lines at the latest

}  // namespace

AccessLog::AccessLog(const TraefikOptions& options,
                     Settings settings,
                     std::shared_ptr<const CurrentTenancy> tenancy)
    : settings_(std::move(settings)),
      current_(std::move(tenancy)),
      tenancy_(current_->get()),
      parser_(options.format, options.tenant_header, options.clf_quotes),
      attribution_(tenancy_, options.entrypoints),
      workloads_(options.classes),
      templates_(options.path_templates),
      ledger_({settings_.native_histograms, options.full_histograms}),
      full_histograms_(options.full_histograms) {
    find_objectives();
}

/// Lines are judged by the tenancy of the moment at which they are read.
void AccessLog::follow_tenancy() {
    auto now = current_->get();
    if (now == tenancy_) return;
    attribution_.use(now);
    tenancy_ = std::move(now);
    find_objectives();
}

void AccessLog::find_objectives() {
    promises_.clear();
    ways_.clear();
    const auto add = [this](std::string_view name, const Objectives& objectives) {
        if (objectives.latency.empty()) return;
        std::vector<std::optional<std::int64_t>> by_class;
        for (const WorkloadClass& workload : workloads_.classes()) {
            const auto found = objectives.latency.find(workload.name);
            by_class.push_back(
                found == objectives.latency.end()
                    ? std::nullopt
                    : std::optional<std::int64_t>(std::chrono::nanoseconds(found->second).count()));
        }
        if (name == settings_.own_tenant) promises_.emplace(settings_.own_tenant.data(), by_class);
        promises_.emplace(name.data(), std::move(by_class));
    };
    for (const Tenant& tenant : tenancy_->tenants())
        add(tenant.name, tenant.objectives);
    if (tenancy_->automatic() == nullptr) return;
    for (const std::string& name : tenancy_->automatic_names())
        add(name, tenancy_->automatic()->objectives);
}

Way AccessLog::find_way() {
    const std::string_view tenant = attribution_.tenant_of(entry_);
    Way way{.tenant = tenant, .attributed = tenant != kUnknownTenant};
    if (!way.attributed && !settings_.own_tenant.empty()) way.tenant = settings_.own_tenant;
    if (const auto found = promises_.find(way.tenant.data()); found != promises_.end())
        way.promised = found->second.data();
    way.places = ledger_.places_of(entry_, way.tenant);
    return way;
}

tail::LineResult AccessLog::take(const tail::LogLine& line) {
    if ((lines_++ & kLookMask) == 0) follow_tenancy();
    if (const ParseReason reason = parser_.parse(line.text, entry_); reason != ParseReason::none) {
        files_.count_error(line, reason);
        return reason == ParseReason::not_an_entry ? tail::LineResult::foreign
                                                   : tail::LineResult::malformed;
    }
    if (!files_.is_fresh(line, entry_)) return tail::LineResult::duplicate;
    if (is_of_the_future()) entry_.start.reset();
    const std::uint8_t workload = workloads_.class_of(entry_.path);
    const WorkloadClass& about = workloads_.classes()[workload];
    const Way way = ways_.of(entry_, attribution_, [this] { return find_way(); });
    Judgement judgement;
    judgement.workload = about.name;
    judgement.lives = about.connection;
    judgement.outcome = outcome_of(entry_);
    if (way.promised != nullptr) judgement.promised = way.promised[workload];
    if (judgement.outcome.cause == Cause::no_router && entry_.router.empty()) {
        // The fault stays the client's, though a known tenant's host is for the operator to mend:
        // anybody who asks for it over an entrypoint without that router would raise alarms.
        judgement.host_kind = to_string(host_kind(entry_.host, way.attributed));
        judgement.probe = to_string(probe_of(entry_.path));
        count_client();
    }
    if (settings_.native && native_counts(entry_)) {
        judgement.native = true;
        judgement.native_code = native_code(entry_);
        judgement.native_routers = native_routers(entry_);
    }
    if (settings_.top_paths) count_path(way.tenant, judgement.outcome);
    ledger_.count(entry_, way.places, judgement);
    return tail::LineResult::ok;
}

/// Asks the clock when an entry is the latest, once in some minutes of a log that is read live.
bool AccessLog::is_of_the_future() {
    const std::int64_t end = end_of(entry_).value_or(0);
    if (end <= latest_) return false;
    latest_ = unix_nanoseconds() + kClockError;
    return end > latest_;
}

void AccessLog::count_client() {
    const auto network = client_network(entry_.client);
    const auto end = end_of(entry_);
    if (network && end) clients_.add(entry_.entrypoint, *network, *end, unix_nanoseconds());
}

/// Only what a server answered: who makes paths up shall not take the places of those there are.
void AccessLog::count_path(std::string_view tenant, const Outcome& outcome) {
    if (outcome.cause != Cause::origin || entry_.status.value_or(0) >= 400) return;
    top_paths_.add(tenant, templates_.of(entry_.path),
                   static_cast<std::uint64_t>(entry_.duration.value_or(0)),
                   end_of(entry_).value_or(0));
}

tail::LineConsumer::Prepared AccessLog::prepare() {
    follow_tenancy();
    lines_ = 1;
    Counted now{std::make_shared<const Traffic>(ledger_.traffic()),
                files_.counts(),
                {},
                clients_,
                full_histograms_};
    now.classes = workloads_.classes();
    if (settings_.own_tenant.empty()) now.likely_copy = attribution_.likely_copy();
    top_paths_.each(
        [&now](std::string_view tenant, std::string_view path, const TopPaths::Counters& counters) {
            now.paths.push_back({std::string(tenant), std::string(path), counters});
        });
    Prepared prepared;
    tail::put(prepared.bytes, kVersion);
    files_.save(prepared.bytes);
    top_paths_.save(prepared.bytes);
    clients_.save(prepared.bytes);
    encode(*now.traffic, prepared.bytes);
    files_.save_coverage(prepared.bytes);
    prepared.publish = [shown = shown_, now = std::move(now)] { shown->publish(now); };
    return prepared;
}

void AccessLog::forget() {
    ways_.clear();
    ledger_ = Ledger({settings_.native_histograms, full_histograms_});
    files_ = FileList();
    top_paths_ = TopPaths();
    clients_ = UnmatchedClients();
}

std::optional<Error> AccessLog::restore(std::string_view bytes) {
    forget();
    if (bytes.empty()) return std::nullopt;
    tail::ByteReader in(bytes);
    const std::uint64_t version = in.number();
    if (version >= kWithoutClients && version <= kVersion && files_.restore(in) &&
        top_paths_.restore(in) && (version == kWithoutClients || clients_.restore(in))) {
        const auto traffic = decode(in);
        const bool covered = version <= kWithoutCoverage || files_.restore_coverage(in);
        if (traffic && covered && in.at_end() && ledger_.restore(*traffic)) return std::nullopt;
    }
    forget();
    return Error{Phase::parse, "the snapshot is not one of this reader's"};
}

}  // namespace erp::traefik
