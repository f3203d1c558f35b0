#include "exporters/odoo/target.hpp"

#include "core/tail/reader_metrics.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/self.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace erp::odoo {
namespace {

/// A busy host may delay a look by more than its interval.
constexpr Duration kOldLook = std::chrono::seconds(5);

tail::TailOptions tail_options(const OdooOptions& options,
                               const std::string& folder,
                               const std::string& target) {
    tail::TailOptions tail;
    for (const std::string& path : options.logs)
        tail.entries.push_back({path, path, options.wrapper});
    tail.follow.from_beginning = options.from_beginning;
    tail.snapshot_interval = kSnapshotInterval;
    if (!folder.empty()) tail.snapshot = folder + "/odoo-" + target + ".snapshot";
    return tail;
}

Duration interval_of(const Collector& collector, const TargetConfig& config) {
    const auto all = collectors();
    const auto found = std::ranges::find(all, &collector);
    return config.collectors[static_cast<std::size_t>(found - all.begin())].interval;
}

/// It may not look, or cannot on this kernel, which says nothing of Odoo.
bool is_blind(const SourceState& state) {
    return state.problem &&
           (state.problem->phase == Phase::privilege || state.problem->phase == Phase::unsupported);
}

/// The best source of those that are on says whether Odoo runs.
std::optional<Error> down(const View& view) {
    std::optional<Error> blind;
    for (const Source source : kByTrust) {
        const SourceState& state = view.of(source);
        if (!state.on) continue;
        if (!is_blind(state)) return state.problem;
        if (!blind) blind = state.problem;
    }
    if (blind) return blind;
    return Error{Phase::unsupported, "nothing of this Odoo is looked at"};
}

SocketOptions socket_options(const OdooOptions& options, const TargetConfig& config) {
    SocketOptions sockets;
    sockets.http = {options.http_interface, options.http_port};
    sockets.gevent_port = options.gevent_port;
    sockets.interval = interval_of(kHttpWorkers, config);
    if (!options.network_namespace.empty())
        sockets.find_namespace = [path = options.network_namespace] { return std::optional(path); };
    return sockets;
}

void answer(const View& view, Collection& collection) {
    const std::optional<Error> problem = down(view);
    if (!problem) collection.answered();
    auto begun = Clock::now();
    for (std::size_t i = 0; i < collectors().size(); ++i) {
        if (!collection.wants(i)) continue;
        const Collector& collector = *collectors()[i];
        const SourceState& source = view.of(collector.source);
        if (!source.on) {
            collection.absent(i, Unavailable::disabled);
        } else if (collector.source == Source::sockets && is_blind(source)) {
            const bool privilege = source.problem->phase == Phase::privilege;
            collection.absent(i, privilege ? Unavailable::privilege : Unavailable::unsupported);
        } else if (!source.seen) {
            collection.fail(i, source.problem.value_or(Error{Phase::starting, "not looked yet"}));
        } else {
            Samples samples;
            collector.add(view, samples);
            const auto ended = Clock::now();
            collection.succeed(i, std::move(samples), ended - std::exchange(begun, ended),
                               Unavailable::no, source.as_of);
        }
    }
    // What watchers counted stays on the page.
    if (problem) return collection.fail_all(*problem);
    collection.finish();
}

}  // namespace

OdooTarget::OdooTarget(std::shared_ptr<const TargetConfig> config,
                       Services services,
                       OdooOptions options)
    : config_(std::move(config)), services_(std::move(services)), options_(std::move(options)) {
    if (!options_.logs.empty())
        log_ = std::make_shared<ServerLog>(options_.format, options_.postgres, services_.tenancy);
}

void OdooTarget::start() {
    if (log_) start_log();
    if (options_.http_port != 0) {
        sockets_ = std::make_unique<SocketSampler>(socket_options(options_, *config_),
                                                   config_->name, services_.log);
    }
}

void OdooTarget::start_log() {
    if (services_.state_directory.empty()) {
        services_.log.warn("no state directory: a restart loses the counts of this log",
                           {{"target", config_->name}});
    }
    reader_ = std::make_shared<tail::LogReader>(
        tail_options(options_, services_.state_directory, config_->name), log_, config_->name,
        services_.log);
}

void OdooTarget::stop() {
    if (reader_) reader_->request_stop();
    if (sockets_) sockets_->request_stop();
}

View OdooTarget::view() const {
    View view;
    if (log_) {
        SourceState& state = view.of(Source::log);
        view.log = log_->counts();
        state.on = true;
        state.seen = view.log != nullptr;
        if (reader_) state.problem = tail::problem_of(*reader_->state());
    }
    if (options_.http_port != 0) {
        SourceState& state = view.of(Source::sockets);
        const auto latest = sockets_ ? sockets_->latest() : SocketSampler::Counts();
        view.sockets = latest.value;
        state.on = true;
        state.seen = view.sockets != nullptr;
        state.as_of = latest.at;
        if (!state.seen) {
            state.problem = Error{Phase::starting, "not looked yet"};
        } else if (Clock::now() - latest.at > kOldLook + 3 * interval_of(kHttpWorkers, *config_)) {
            state.problem = Error{Phase::timeout, "its sockets were not looked at for long"};
        } else {
            state.problem = view.sockets->problem;
        }
    }
    return view;
}

void OdooTarget::collect(std::shared_ptr<Collection> collection) {
    asio::post(services_.workers, [view = view(), collection = std::move(collection)] {
        try {
            answer(view, *collection);
        } catch (const std::exception& error) {  // no memory
            collection->fail_all({Phase::limit, error.what()});
        }
    });
}

void OdooTarget::describe(const Outcome& outcome, Samples& samples) const {
    samples.add(kUp, outcome.up ? 1 : 0);
    const View now = view();
    for (const Source source : kByTrust) {
        const SourceState& state = now.of(source);
        if (state.on) samples.add(kSourceUp, state.problem ? 0 : 1, to_string(source));
    }
}

void OdooTarget::describe_readers(Samples& samples) const {
    if (reader_) tail::add_reader(samples, *reader_->state(), unix_now());
}

std::vector<std::string> OdooTarget::advice() const {
    std::vector<std::string> all;
    if (log_ && services_.state_directory.empty()) {
        all.emplace_back(
            "A restart loses the counts of this log: start the daemon with --state.directory.");
    }
    return all;
}

}  // namespace erp::odoo
