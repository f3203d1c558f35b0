#pragma once

#include "exporters/traefik/collectors.hpp"
#include "exporters/traefik/log/recording.hpp"
#include "exporters/traefik/traffic/access_log.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests: an access log that is read, and its page.
namespace erp::traefik {

using tail::LineResult;

inline std::shared_ptr<CurrentTenancy> tenants(std::chrono::milliseconds promised) {
    std::vector<Tenant> list(2);
    list[0].name = "acme";
    list[0].objectives.latency["interactive"] = promised;
    list[1].name = "globex";
    std::vector<TenantRule> rules{
        {Dimension::router, "^odoo-([a-z]+)", "$1"},
        {Dimension::host, R"(^([a-z0-9-]+)\.erp\.example$)", "$1"},
    };
    auto current = std::make_shared<CurrentTenancy>();
    current->set(std::make_shared<const Tenancy>(std::move(list), std::move(rules)));
    return current;
}

class Reading {
  public:
    explicit Reading(AccessLog::Settings settings = {})
        : tenancy(tenants(std::chrono::milliseconds(1))),
          log(std::make_unique<AccessLog>(TraefikOptions(), settings, tenancy)),
          settings_(std::move(settings)) {}

    void read(const std::string& file, const std::string& path = "access.log") {
        const Recording recording(file);
        for (const std::string_view line : recording.lines())
            ++results[log->take({"access.log", path, line, {}, {}})];
    }
    LineResult take(const std::string& line) {
        const Padded padded(line);
        return log->take({"access.log", "access.log", padded.text(), {}, {}});
    }
    void publish() { log->prepare().publish(); }
    void restart() {
        const std::string bytes = log->prepare().bytes;
        log = std::make_unique<AccessLog>(TraefikOptions(), settings_, tenancy);
        REQUIRE_FALSE(log->restore(bytes));
    }
    Samples samples() {
        publish();
        Samples all;
        for (const Collector* collector : collectors())
            collector->add(*log->counted(), all);
        return all;
    }
    /// Sum of a family's values, of the series that have all of these label values.
    double sum(std::string_view name,
               const std::map<std::string_view, std::string_view>& labels = {}) {
        double sum = 0;
        const Samples all = samples();
        for (const auto& point : all.points()) {
            if (point.metric->name != name) continue;
            bool wanted = true;
            for (const auto& [key, value] : labels) {
                const std::size_t at = point.metric->labels.find(key);
                REQUIRE(at < point.metric->labels.size());
                wanted = wanted && label_at(all.labels(point), at) == value;
            }
            const Distribution* distribution = all.distribution(point);
            if (wanted)
                sum += distribution ? static_cast<double>(distribution->count) : point.value;
        }
        return sum;
    }

    std::shared_ptr<CurrentTenancy> tenancy;
    std::unique_ptr<AccessLog> log;
    std::map<LineResult, int> results;

  private:
    AccessLog::Settings settings_;
};

inline std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
    return text.data();
}

inline constexpr std::string_view kTotal = "traefik_accesslog_requests_total";

/// An entry of now.
inline std::string knock(const std::string& client, std::string_view router) {
    return R"({"ClientHost":")" + client + R"(","DownstreamStatus":404,"Duration":1000,)" +
           R"("RequestHost":"nowhere.example","RequestPath":"/.env","RouterName":")" +
           std::string(router) + R"(","StartUTC":")" + utc_now() + R"(","entryPointName":"web"})";
}

}  // namespace erp::traefik
