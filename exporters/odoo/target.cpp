#include "exporters/odoo/target.hpp"

#include "core/tail/reader_metrics.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/self.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace erp::odoo {
namespace {

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

/// The best source of those that are on says whether Odoo runs.
std::optional<Error> down(const View& view) {
    for (const Source source : kByTrust) {
        const SourceState& state = view.of(source);
        if (state.on) return state.problem;
    }
    return Error{Phase::unsupported, "nothing of this Odoo is looked at"};
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
    if (!log_) return;
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
    if (reader_) all = tail::advice_of(*reader_->state());
    if (log_ && services_.state_directory.empty()) {
        all.emplace_back(
            "A restart loses the counts of this log: start the daemon with --state.directory.");
    }
    return all;
}

}  // namespace erp::odoo
