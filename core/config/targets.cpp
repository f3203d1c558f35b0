#include "core/config/targets.hpp"

#include "core/base/text.hpp"
#include "core/config/collectors.hpp"
#include "core/config/labels.hpp"
#include "core/config/tenants.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace erp {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::int64_t kMostReplicas = 1000;

/// Keys that change how a target is shown or asked, and not which conversation it has with its
/// server.
constexpr std::string_view kNoIdentity[] = {
    "labels", "tenant", "collectors", "native_histograms", "scrape_interval", "expected_replicas",
    "role"};

class Reader {
  public:
    Reader(std::span<const Exporter* const> exporters,
           const Tenancy& tenancy,
           const TargetConfig& defaults)
        : exporters_(exporters), tenancy_(tenancy), defaults_(defaults) {}

    std::optional<ConfiguredTarget> read(const ConfigValue& value) {
        auto entry = value.map();
        if (!entry) return std::nullopt;
        TargetConfig config = defaults_;
        if (const auto name = entry->require("name")) read_name(*name, config);
        const Exporter* exporter = read_exporter(*entry);
        if (const auto tenant = entry->get("tenant")) read_tenant(*tenant, config);
        if (const auto timeout = entry->get("timeout")) {
            using namespace std::chrono_literals;
            if (const auto limit = timeout->duration(100ms, 5min)) config.limit = *limit;
        }
        if (const auto interval = entry->get("scrape_interval")) {
            using namespace std::chrono_literals;
            config.scrape_interval = interval->duration(1s, 1h);
        }
        if (const auto replicas = entry->get("expected_replicas")) {
            config.expected_replicas = replicas->integer(0, kMostReplicas);
        }
        if (const auto role = entry->get("role")) read_role(*role, config);
        if (const auto native = entry->get("native_histograms")) {
            if (const auto on = native->boolean()) config.native_histograms = *on;
        }
        // Which other keys there are is the exporter's to say: without one, more errors would be
        // noise.
        if (exporter == nullptr) return std::nullopt;
        config.exporter = exporter->name;
        if (const auto labels = entry->get("labels"))
            config.labels = read_labels(*labels, *exporter);
        config.collectors = read_collectors(entry->get("collectors"), *exporter);
        config.identity =
            entry->canonical(kNoIdentity) + ' ' + intervals_text(config.collectors, *exporter);
        TargetFactory make = exporter->configure(*entry, config, tenancy_);
        for (const Option* option : exporter->options) {
            if (option->target_of.empty()) continue;
            if (auto named = entry->get(option->key); named && named->is_scalar())
                references_.push_back({*std::move(named), option->target_of});
        }
        entry->finish();
        known_.emplace_back(config.name, exporter->name);
        return ConfiguredTarget{std::make_shared<const TargetConfig>(std::move(config)), exporter,
                                std::move(make)};
    }

    /// When all targets are read: those that others name are there.
    void check_references() const {
        for (const auto& [value, exporter] : references_) {
            const auto name = value.text();
            std::vector<std::string_view> names;
            for (const auto& [target, of] : known_) {
                if (of == exporter) names.push_back(target);
            }
            if (!name || std::ranges::find(names, *name) != names.end()) continue;
            // What is wrong with that one was said there.
            const bool unread =
                lines_.contains(*name) && !std::ranges::count(known_, *name, &Known::first);
            if (unread) continue;
            value.fail("no target of the exporter " + std::string(exporter) + " has the name " +
                       value.shown() + hint(*name, names));
        }
    }

  private:
    void read_name(const ConfigValue& value, TargetConfig& config) {
        const auto name = value.text();
        if (!name) return;
        if (!is_word(*name, kLongestName)) {
            value.fail("a target's name is 1 to 64 letters, digits, _, . and -, found " +
                       value.shown());
            return;
        }
        config.name = *name;
        const auto [first, fresh] = lines_.try_emplace(*name, value.line());
        if (!fresh) {
            value.fail("another target in line " + std::to_string(first->second) +
                       " has the name " + value.shown());
        }
    }

    static void read_role(const ConfigValue& value, TargetConfig& config) {
        const auto role = value.text();
        if (role && is_word(*role, kLongestName)) {
            config.role = *role;
        } else if (role) {
            value.fail("a role is 1 to 64 letters, digits, _, . and -, found " + value.shown());
        }
    }

    const Exporter* read_exporter(ConfigMap& entry) const {
        const auto value = entry.require("exporter");
        if (!value) return nullptr;
        std::vector<std::string_view> names;
        for (const Exporter* exporter : exporters_)
            names.push_back(exporter->name);
        const auto name = value->choice(names);
        const auto found =
            std::find_if(exporters_.begin(), exporters_.end(),
                         [&](const Exporter* e) { return name && e->name == *name; });
        return found == exporters_.end() ? nullptr : *found;
    }

    void read_tenant(const ConfigValue& value, TargetConfig& config) const {
        const auto name = value.text();
        if (!name) return;
        if (tenancy_.knows(*name)) {
            config.tenant = *name;
        } else {
            value.fail(unknown_tenant(*name, tenancy_.tenants()));
        }
    }

    std::span<const Exporter* const> exporters_;
    const Tenancy& tenancy_;
    const TargetConfig& defaults_;
    std::map<std::string, int> lines_;  ///< of the names so far
    using Known = std::pair<std::string, std::string_view>;
    std::vector<Known> known_;  ///< targets that were read, and their exporters
    std::vector<std::pair<ConfigValue, std::string_view>> references_;  ///< and of which exporter
};

}  // namespace

std::vector<ConfiguredTarget> read_targets(const ConfigValue& value,
                                           std::span<const Exporter* const> exporters,
                                           const Tenancy& tenancy,
                                           const TargetConfig& defaults) {
    std::vector<ConfiguredTarget> targets;
    Reader reader(exporters, tenancy, defaults);
    for (const ConfigValue& item : value.list().value_or(std::vector<ConfigValue>{})) {
        if (auto target = reader.read(item)) targets.push_back(*std::move(target));
    }
    reader.check_references();
    return targets;
}

}  // namespace erp
