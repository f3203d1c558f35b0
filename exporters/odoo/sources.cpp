#include "exporters/odoo/sources.hpp"

#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/counts/version.hpp"

#include <algorithm>
#include <utility>

namespace erp::odoo {
namespace {

/// A busy host may delay a look by more than its interval.
constexpr Duration kOldLook = std::chrono::seconds(5);

/// What a thread that hangs, or has only just begun, leaves to say.
Error not_looked() {
    return {Phase::starting, "not looked yet, or not for long"};
}

const CollectorSetting& setting_of(const Collector& collector, const TargetConfig& config) {
    const auto found = std::ranges::find(collectors(), &collector);
    return config.collectors[static_cast<std::size_t>(found - collectors().begin())];
}

/// Where a listener of this interface can be asked.
asio::ip::address reachable(const std::optional<IpAddress>& interface) {
    if (!interface || *interface == kMappedPrefix) return asio::ip::address_v4::loopback();
    if (is_wildcard(*interface)) return asio::ip::address_v6::loopback();
    const asio::ip::address_v6 ip(*interface);
    if (!ip.is_v4_mapped()) return ip;
    return asio::ip::make_address_v4(asio::ip::v4_mapped, ip);
}

}  // namespace

SourceState state_of(const ProcessPicture* picture, bool named_by_more_than_port) {
    SourceState state;
    state.seen = picture != nullptr;
    state.on = named_by_more_than_port;
    state.problem = not_looked();
    if (!state.seen) return state;
    state.on = state.on || !picture->problem || picture->known.since > 0;
    state.problem = picture->problem;
    for (const auto& unseen : {picture->problem, picture->settings_problem}) {
        if (unseen && unseen->phase == Phase::privilege) state.missing = Unavailable::privilege;
    }
    return state;
}

Sources::Sources(std::shared_ptr<const TargetConfig> config, Services services, OdooOptions options)
    : config_(std::move(config)), services_(std::move(services)), options_(std::move(options)) {
    if (!options_.log.paths.empty())
        log_ = std::make_shared<ServerLog>(options_.format, options_.postgres, services_.tenancy);
}

void Sources::start() {
    start_processes();
    start_log();
    start_sockets();
    start_probes();
    start_directories();
}

void Sources::start_log() {
    if (!log_) return;
    if (services_.state_directory.empty()) {
        services_.log.warn("no state directory: a restart loses the counts of this log",
                           {{"target", config_->name}});
    }
    if (processes_) log_->watch_processes(processes_->published());
    reader_ = std::make_shared<tail::LogReader>(
        tail::tail_options(options_.log, services_.state_directory,
                           "odoo-" + config_->name + ".snapshot"),
        log_, config_->name, services_.log);
}

NamespaceFinder Sources::namespace_finder() const {
    if (options_.namespace_of_process && processes_) {
        return [processes = processes_->published()]() -> Result<std::string> {
            const auto picture = processes->latest().value;
            if (!picture) return not_looked();
            if (picture->problem) return *picture->problem;
            return "/proc/" + std::to_string(picture->master) + "/ns/net";
        };
    }
    if (options_.network_namespace.empty()) return nullptr;
    return [path = options_.network_namespace] { return Result<std::string>(path); };
}

void Sources::start_sockets() {
    if (options_.http_port == 0) return;
    SocketOptions sockets;
    sockets.http = {options_.http_interface, options_.http_port};
    sockets.gevent_port = options_.gevent_port;
    sockets.interval = setting_of(kHttpWorkers, *config_).interval;
    sockets.find_namespace = namespace_finder();
    if (processes_) {
        sockets.processes = [processes = processes_->published()]() -> std::optional<WorkerCount> {
            const auto picture = processes->latest().value;
            if (!picture || picture->problem) return std::nullopt;
            if (picture->threaded) return WorkerCount{ServerMode::threaded, std::nullopt};
            const auto workers = static_cast<std::uint32_t>(picture->of(Role::http).processes);
            if (workers == 0) return std::nullopt;  // it has only begun
            return WorkerCount{ServerMode::prefork, workers};
        };
    }
    sockets_.emplace(std::move(sockets), config_->name, services_.log);
}

Duration Sources::process_interval() const {
    return std::min(setting_of(kProcesses, *config_).interval,
                    setting_of(kCgroup, *config_).interval);
}

void Sources::start_processes() {
    const bool wanted = setting_of(kProcesses, *config_).enabled ||
                        setting_of(kCgroup, *config_).enabled || options_.namespace_of_process;
    if (!options_.processes.named() || !wanted) return;
    processes_.emplace(ProcessOptions{.wanted = options_.processes,
                                      .interval = process_interval(),
                                      .version = logged_version()},
                       config_->name, services_.log);
}

std::function<std::string()> Sources::logged_version() const {
    return [log = log_] {
        const auto counts = log ? log->counts() : nullptr;
        return counts ? std::string(version_of(*counts)) : std::string();
    };
}

void Sources::start_probes() {
    const CollectorSetting& setting = setting_of(kHealthProbes, *config_);
    if (options_.probes.empty() || !setting.enabled) return;
    ProbeOptions probes;
    probes.wanted = options_.probes;
    probes.http = {reachable(options_.http_interface), options_.http_port};
    probes.gevent = {reachable(options_.http_interface), options_.gevent_port.value_or(0)};
    probes.path = options_.probe_path;
    probes.find_namespace = namespace_finder();
    probes.interval = setting.interval;
    probes.version = logged_version();
    prober_.emplace(std::move(probes), config_->name, services_.log);
}

void Sources::start_directories() {
    const CollectorSetting& setting = setting_of(kDirectories, *config_);
    if (!setting.enabled || (options_.data_dir.empty() && !processes_)) return;
    const auto databases = std::make_shared<Databases>(options_.postgres, services_.tenancy);
    std::shared_ptr<const Published<ProcessPicture>> processes;
    if (processes_) processes = processes_->published();
    directories_.emplace(
        DirectoryOptions{
            .data_dir =
                [databases, processes, told = options_.data_dir] {
                    databases->follow();
                    if (!told.empty()) return told;
                    const auto picture = processes->latest().value;
                    return picture ? picture->data_dir : std::string();
                },
            .known = [databases](std::string_view name) { return databases->known(name) == name; },
            .interval = setting.interval},
        config_->name, services_.log);
}

void Sources::stop() {
    if (reader_) reader_->request_stop();
    if (sockets_) sockets_->request_stop();
    if (processes_) processes_->request_stop();
    if (prober_) prober_->request_stop();
    if (directories_) directories_->request_stop();
}

View Sources::view() const {
    View view;
    if (log_) add_log(view);
    if (options_.http_port != 0) add_sockets(view);
    if (processes_) add_processes(view);
    if (prober_) add_probes(view);
    if (directories_) add_directories(view);
    return view;
}

void Sources::add_log(View& view) const {
    SourceState& state = view.of(Source::log);
    if (reader_) view.reader = reader_->state();
    view.log = log_->counts();
    state.on = true;
    state.seen = view.log != nullptr;
    if (view.reader) state.problem = tail::problem_of(*view.reader);
}

void Sources::add_sockets(View& view) const {
    SourceState& state = view.of(Source::sockets);
    const auto latest =
        sockets_ ? sockets_->published()->latest() : Published<SocketCounts>::Entry();
    view.sockets = latest.value;
    state.on = true;
    state.seen = view.sockets != nullptr;
    state.as_of = latest.at;
    if (!state.seen) {
        state.problem = not_looked();
    } else if (Clock::now() - latest.at >
               kOldLook + 3 * setting_of(kHttpWorkers, *config_).interval) {
        state.problem = Error{Phase::timeout, "its sockets were not looked at for long"};
    } else {
        state.problem = view.sockets->problem;
    }
}

void Sources::add_processes(View& view) const {
    const auto entry = processes_->published()->fresh(process_interval());
    view.processes = entry.value;
    SourceState& state = view.of(Source::processes);
    state = state_of(entry.value.get(), options_.processes.named_by_more_than_port());
    if (state.seen) state.as_of = entry.at;
}

void Sources::add_probes(View& view) const {
    SourceState& state = view.of(Source::probes);
    view.probes = prober_->published()->latest().value;
    state.on = true;
    state.seen = view.probes != nullptr;
    if (!state.seen) {
        state.problem = not_looked();
        return;
    }
    state.problem = view.probes->problem;
    if (state.problem && state.problem->phase == Phase::privilege)
        state.missing = Unavailable::privilege;
    for (const ProbeState& probe : view.probes->probes) {
        if (!probe.unsupported.empty()) state.missing = Unavailable::unsupported;
        if (!state.problem && probe.last == ProbeResult::refused)
            state.problem = Error{Phase::refused, probe.reason};
    }
}

void Sources::add_directories(View& view) const {
    const auto entry = directories_->published()->fresh(DirectoryOptions::kSpaceInterval);
    SourceState& state = view.of(Source::directories);
    state.on = entry.value != nullptr || !options_.data_dir.empty();
    state.seen = entry.value != nullptr;
    state.problem = not_looked();
    if (!state.seen) return;
    view.directories = entry.value;
    state.as_of = entry.at;
    state.problem = entry.value->space_problem;
    for (const auto& problem : {entry.value->filestore_problem, entry.value->sessions_problem}) {
        if (!problem || problem->phase != Phase::privilege) continue;
        state.missing = Unavailable::privilege;
        // One that nobody named may well be none of our business.
        if (!options_.data_dir.empty() && !state.problem) state.problem = problem;
    }
}

}  // namespace erp::odoo
