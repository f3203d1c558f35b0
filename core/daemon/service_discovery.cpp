#include "core/daemon/service_discovery.hpp"

#include "core/base/text.hpp"
#include "core/net/host_port.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace erp {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;
using std::chrono::milliseconds;

/// What a page takes off its scraper's timeout (see page_time) is added, so that the target's own
/// limit is what ends a collection.
constexpr Duration kOnTop = milliseconds(500);

std::string to_prometheus_duration(Duration d) {
    const auto count = std::chrono::ceil<milliseconds>(d).count();
    return count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}

/// Prometheus refuses a timeout above the interval, and knows the job's own only where we set none:
/// both or neither.
void add_times(Labels& labels, std::optional<Duration> interval, Duration limit) {
    if (!interval) return;
    labels.emplace_back("__scrape_interval__", to_prometheus_duration(*interval));
    labels.emplace_back("__scrape_timeout__",
                        to_prometheus_duration(std::min(*interval, limit + kOnTop)));
}

void append_group(std::string& json, const std::string& address, const Labels& labels) {
    json += json.size() > 1 ? ",\n{\"targets\":[" : "\n{\"targets\":[";
    append_json_string(json, address);
    json += "],\"labels\":{";
    for (const auto& [key, value] : labels) {
        if (json.back() != '{') json += ',';
        append_json_string(json, key);
        json += ':';
        append_json_string(json, value);
    }
    json += "}}";
}

bool is_any(const std::string& host) {
    return host == "0.0.0.0" || host == "::";
}

bool is_loopback(const std::string& host) {
    return host.starts_with("127.") || host == "::1";
}

}  // namespace

std::optional<std::string> reachable_address(std::span<const std::string> served,
                                             const std::string& host_name) {
    std::optional<std::string> own;
    for (const std::string& address : served) {
        if (address.starts_with("unix:")) continue;
        const auto parsed = parse_host_port(address);
        if (!parsed) continue;
        if (is_any(parsed->host)) return host_name + ":" + parsed->port;
        if (!is_loopback(parsed->host)) return address;
        if (!own) own = address;
    }
    return own;
}

std::string to_http_sd(const std::string& address,
                       std::span<const std::shared_ptr<const TargetConfig>> targets,
                       std::optional<Duration> daemon_interval) {
    std::string json = "[";
    for (const auto& target : targets) {
        Labels labels{{"__metrics_path__", "/probe"},
                      {"__param_target", target->name},
                      {"target", target->name}};
        if (!target->tenant.empty()) labels.emplace_back("tenant", target->tenant);
        labels.insert(labels.end(), target->labels.begin(), target->labels.end());
        add_times(labels, target->scrape_interval, target->limit);
        append_group(json, address, labels);
    }
    Labels labels{{"__metrics_path__", "/self"}};
    add_times(labels, daemon_interval, std::chrono::seconds(10));
    append_group(json, address, labels);
    return json + "\n]\n";
}

}  // namespace erp
