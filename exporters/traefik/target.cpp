#include "exporters/traefik/target.hpp"

#include "core/tail/reader_metrics.hpp"
#include "exporters/traefik/collectors.hpp"
#include "exporters/traefik/self.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace erp::traefik {
namespace {

/// What begins each line of the JSON format: keys come in the order of their bytes.
constexpr std::string_view kJsonStart = "{\"ClientAddr\"";

/// On a worker: tens of thousands of samples take milliseconds.
void answer(const std::shared_ptr<const Counted>& counted,
            const tail::ReaderState& reader,
            Collection& collection) {
    const std::optional<Error> problem = tail::problem_of(reader);
    if (!problem && !counted) return collection.fail_all({Phase::starting, "nothing was read yet"});
    if (!problem) collection.answered();
    auto begun = Clock::now();
    for (std::size_t i = 0; counted && i < collectors().size(); ++i) {
        if (!collection.wants(i)) continue;
        Samples samples;
        collectors()[i]->add(*counted, samples);
        const auto ended = Clock::now();
        collection.succeed(i, std::move(samples), ended - std::exchange(begun, ended));
    }
    // What was counted stays on the page.
    if (problem) return collection.fail_all(*problem);
    collection.finish();
}

}  // namespace

bool is_enabled(const Collector& collector, const TargetConfig& config) {
    const auto all = collectors();
    const auto found = std::ranges::find(all, &collector);
    return config.collectors[static_cast<std::size_t>(found - all.begin())].enabled;
}

TraefikTarget::TraefikTarget(std::shared_ptr<const TargetConfig> config,
                             Services services,
                             TraefikOptions options)
    : config_(std::move(config)),
      services_(std::move(services)),
      options_(std::move(options)),
      log_(std::make_shared<AccessLog>(
          options_,
          AccessLog::Settings{.own_tenant = config_->tenant,
                              .native = is_enabled(kNative, *config_),
                              .top_paths = is_enabled(kTopPaths, *config_),
                              .native_histograms = config_->native_histograms},
          services_.tenancy)) {}

void TraefikTarget::start() {
    if (services_.state_directory.empty()) {
        services_.log.warn("no state directory: a restart loses the counts of this log",
                           {{"target", config_->name}});
    }
    reader_ = std::make_shared<tail::LogReader>(
        tail::tail_options(options_.log, services_.state_directory,
                           "traefik-" + config_->name + ".snapshot", kJsonStart),
        log_, config_->name, services_.log);
}

void TraefikTarget::stop() {
    if (reader_) reader_->request_stop();
}

void TraefikTarget::collect(std::shared_ptr<Collection> collection) {
    const auto state = reader_->state();
    const auto counted = log_->counted();
    collection->about_readers(tail::reader_samples(*state, unix_now()));
    asio::post(services_.workers, [counted, state, collection = std::move(collection)] {
        try {
            answer(counted, *state, *collection);
        } catch (const std::exception& error) {  // no memory
            collection->fail_all({Phase::limit, error.what()});
        }
    });
}

void TraefikTarget::describe(const erp::Outcome& outcome, Samples& samples) const {
    samples.add(kUp, outcome.up ? 1 : 0);
}

std::vector<std::string> TraefikTarget::advice() const {
    std::vector<std::string> all;
    if (reader_) all = tail::advice_of(*reader_->state());
    if (services_.state_directory.empty()) {
        all.emplace_back(
            "A restart loses the counts of this log: start the daemon with --state.directory.");
    }
    const auto counted = log_->counted();
    if (!counted) return all;
    for (const FileCounts& file : counted->files) {
        for (std::string& sentence : traefik::advice(file.coverage))
            all.push_back(file.name + ": " + std::move(sentence));
    }
    if (std::string sentence = traefik::advice(counted->likely_copy); !sentence.empty())
        all.push_back(std::move(sentence));
    return all;
}

}  // namespace erp::traefik
