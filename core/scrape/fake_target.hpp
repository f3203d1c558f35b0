#pragma once

#include "core/scrape/estate.hpp"
#include "core/scrape/exporter.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// A target that a test plays by hand, for the tests of the scrape core.
namespace erp::fake {

inline constexpr Metric kUp{
    .name = "fake_up", .help = "Whether the fake answered.", .shown = Shown::always};
inline constexpr Metric kValue{.name = "fake_value",
                               .help = "A gauge of the fake.",
                               .labels = {"datname"},
                               .tenant_from = Dimension::database,
                               .tenant_label = "datname"};
inline constexpr Metric kKinds{
    .name = "fake_kinds_total", .type = Type::counter, .help = "Kinds.", .labels = {"kind"}};
inline constexpr Cap kKindsCap{.most = 2, .weight = &kKinds, .labels = {"kind"}};
inline constexpr Metric kSlow{.name = "fake_slow", .help = "Another gauge of the fake."};
inline constexpr Metric kWaits{
    .name = "fake_waits_total", .type = Type::counter, .help = "A counter of the fake's watcher."};
inline constexpr Metric kWaiting{.name = "fake_waiting", .help = "A gauge of the fake's watcher."};

inline constexpr const Metric* kSelf[] = {&kUp};
inline constexpr const Metric* kValues[] = {&kValue};
inline constexpr const Metric* kSlows[] = {&kSlow, &kKinds};
inline constexpr const Metric* kWatched[] = {&kWaits, &kWaiting};
inline constexpr CollectorRow kValueRow{.name = "value", .summary = "A value.", .metrics = kValues};
inline constexpr CollectorRow kSlowRow{
    .name = "slow", .summary = "A slow value.", .metrics = kSlows, .cap = &kKindsCap};
inline constexpr CollectorRow kWatchRow{.name = "watch",
                                        .summary = "A watcher's state.",
                                        .interval = std::chrono::seconds(1),
                                        .metrics = kWatched};
inline constexpr const CollectorRow* kRows[] = {&kValueRow, &kSlowRow, &kWatchRow};
inline constexpr std::size_t kValueAt = 0;
inline constexpr std::size_t kSlowAt = 1;
inline constexpr std::size_t kWatchAt = 2;

/// What the test sees and decides.
struct Script {
    std::vector<std::shared_ptr<Collection>> collections;
    std::function<void(std::shared_ptr<Collection>)> answer;  ///< called by collect() if set
    std::function<void()> stop;                               ///< called by stop() if set
    int started = 0;
    int stopped = 0;
};

class FakeTarget : public Target {
  public:
    explicit FakeTarget(std::shared_ptr<Script> script) : script_(std::move(script)) {}
    void start() override { ++script_->started; }
    void stop() override {
        ++script_->stopped;
        if (script_->stop) script_->stop();
    }
    void collect(std::shared_ptr<Collection> collection) override {
        script_->collections.push_back(collection);
        if (script_->answer) script_->answer(collection);
    }
    void describe(const Outcome& outcome, Samples& samples) const override {
        samples.add(kUp, outcome.up ? 1 : 0);
    }
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> connections()
        const override {
        return {{"main", 1}};
    }

  private:
    std::shared_ptr<Script> script_;
};

inline void answer_all(const std::shared_ptr<Collection>& collection) {
    collection->answered();
    if (collection->wants(kValueAt)) {
        Samples samples;
        samples.add(kValue, 1, "acme");
        samples.name_database("acme", false);
        collection->succeed(kValueAt, std::move(samples), {});
    }
    if (collection->wants(kSlowAt)) {
        Samples samples;
        samples.add(kSlow, 2);
        collection->succeed(kSlowAt, std::move(samples), {});
    }
    if (collection->wants(kWatchAt)) {
        Samples samples;
        samples.add(kWaits, 3);
        samples.add(kWaiting, 4);
        collection->succeed(kWatchAt, std::move(samples), {});
    }
    collection->finish();
}

inline TargetFactory configure(ConfigMap& /*entry*/,
                               TargetConfig& /*config*/,
                               const Tenancy& /*tenancy*/) {
    return {};
}

inline const Exporter kExporter{.name = "fake",
                                .summary = "Played by a test.",
                                .metrics = kSelf,
                                .collectors = kRows,
                                .options = {},
                                .configure = configure};

inline ConfiguredTarget target(const std::string& name,
                               const std::shared_ptr<Script>& script,
                               Duration limit = std::chrono::seconds(10)) {
    auto config = std::make_shared<TargetConfig>();
    config->name = name;
    config->exporter = "fake";
    config->limit = limit;
    config->identity = "fake " + name;
    for (const CollectorRow* row : kRows) {
        config->collectors.push_back({row->enabled, row->minimum_age, row->interval});
    }
    ConfiguredTarget configured;
    configured.config = std::move(config);
    configured.exporter = &kExporter;
    configured.make = [script](const std::shared_ptr<const TargetConfig>&, const Services&) {
        return std::make_unique<FakeTarget>(script);
    };
    return configured;
}

}  // namespace erp::fake
