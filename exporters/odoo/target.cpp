#include "exporters/odoo/target.hpp"

#include "core/tail/reader_metrics.hpp"
#include "exporters/odoo/collectors.hpp"
#include "exporters/odoo/self.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace erp::odoo {
namespace {

/// The best source of those that are on says whether Odoo runs.
std::optional<Error> down(const View& view) {
    std::optional<Error> blind;
    for (const Source source : kByTrust) {
        const SourceState& state = view.of(source);
        if (!state.on) continue;
        if (!state.is_blind()) return state.problem;
        if (!blind) blind = state.problem;
    }
    if (blind) return blind;
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
            collection.absent(
                i, source.missing == Unavailable::no ? Unavailable::disabled : source.missing);
        } else if (collector.source == Source::sockets && source.is_blind()) {
            const bool privilege = source.problem->phase == Phase::privilege;
            collection.absent(i, privilege ? Unavailable::privilege : Unavailable::unsupported);
        } else if (!source.seen) {
            collection.fail(i, source.problem.value_or(Error{Phase::starting, "not looked yet"}));
        } else {
            Samples samples;
            collector.add(view, samples);
            const auto ended = Clock::now();
            collection.succeed(i, std::move(samples), ended - std::exchange(begun, ended),
                               source.missing, source.as_of);
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
    : services_(services), sources_(std::move(config), std::move(services), std::move(options)) {}

void OdooTarget::collect(std::shared_ptr<Collection> collection) {
    const View view = sources_.view();
    asked_ = view.sources;
    if (view.reader) collection->about_readers(tail::reader_samples(*view.reader, unix_now()));
    asio::post(services_.workers, [view, collection = std::move(collection)] {
        try {
            answer(view, *collection);
        } catch (const std::exception& error) {  // no memory
            collection->fail_all({Phase::limit, error.what()});
        }
    });
}

void OdooTarget::describe(const Outcome& outcome, Samples& samples) const {
    samples.add(kUp, outcome.up ? 1 : 0);
    for (const Source source : kByTrust) {
        const SourceState& state = asked_[static_cast<std::size_t>(source)];
        if (!state.on) continue;
        samples.add(kSourceUp, state.problem ? 0 : 1, to_string(source));
        samples.add(kSourceBlind, state.is_blind() ? 1 : 0, to_string(source));
    }
}

std::vector<std::string> OdooTarget::advice() const {
    std::vector<std::string> all;
    const View now = sources_.view();
    if (now.reader) all = tail::advice_of(*now.reader);
    if (now.reader && services_.state_directory.empty()) {
        all.emplace_back(
            "A restart loses the counts of this log: start the daemon with --state.directory.");
    }
    for (const Source source : kByTrust) {
        const SourceState& state = now.of(source);
        if (state.on && state.problem)
            all.push_back(std::string(to_string(source)) + ": " + state.problem->text);
    }
    for (std::size_t i = 0; now.probes && i < kProbes; ++i) {
        const std::string& why = now.probes->probes[i].unsupported;
        if (why.empty()) continue;
        all.push_back("The probe " + std::string(to_string(static_cast<Probe>(i))) +
                      " is not asked any more: " + why +
                      ". Name a static file as probe_path, or take the probe out.");
    }
    return all;
}

}  // namespace erp::odoo
