#include "core/daemon/service_discovery.hpp"

#include <catch2/catch.hpp>

namespace erp {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

std::shared_ptr<const TargetConfig> target(TargetConfig config) {
    return std::make_shared<const TargetConfig>(std::move(config));
}

TEST_CASE(
    "sd: the address is the first that others reach, by the host's name where it is every one",
    "[daemon]") {
    CHECK(reachable_address(Texts{"unix:/run/x", "192.0.2.1:9069"}, "h") == "192.0.2.1:9069");
    CHECK(reachable_address(Texts{"[::]:9069", "192.0.2.1:1"}, "h") == "h:9069");
    CHECK(reachable_address(Texts{"0.0.0.0:9069"}, "h") == "h:9069");
    CHECK(reachable_address(Texts{"127.0.0.1:9069", "[::1]:1", "192.0.2.1:1"}, "h") ==
          "192.0.2.1:1");
    CHECK(reachable_address(Texts{"[::1]:9069", "127.0.0.1:1"}, "h") == "[::1]:9069");
    CHECK_FALSE(reachable_address(Texts{"unix:/run/x"}, "h"));
}

TEST_CASE("sd: every target at /probe with its labels, the daemon at /self", "[daemon]") {
    TargetConfig config;
    config.name = "main";
    config.tenant = "acme";
    config.labels = {{"site", "nor\"th"}};
    CHECK(to_http_sd("h:1", std::vector{target(config)}, {}) ==
          R"([
{"targets":["h:1"],"labels":{"__metrics_path__":"/probe","__param_target":"main","target":"main","tenant":"acme","site":"nor\"th"}},
{"targets":["h:1"],"labels":{"__metrics_path__":"/self"}}
]
)");
    CHECK(to_http_sd("h:1", {}, {}) ==
          "[\n{\"targets\":[\"h:1\"],\"labels\":{"
          "\"__metrics_path__\":\"/self\"}}\n]\n");
}

TEST_CASE("sd: with an interval comes a timeout that leaves the target its own limit", "[daemon]") {
    TargetConfig config;
    config.name = "main";
    config.limit = 4s;
    config.scrape_interval = 15s;
    const auto has = [&](const std::string& part) {
        return to_http_sd("h:1", std::vector{target(config)}, 1min).find(part) != std::string::npos;
    };
    CHECK(has(R"("__scrape_interval__":"15s","__scrape_timeout__":"4500ms")"));
    CHECK(has(R"("/self","__scrape_interval__":"60s","__scrape_timeout__":"10500ms")"));
    config.scrape_interval = 2s;  // Prometheus refuses a longer timeout
    CHECK(has(R"("__scrape_interval__":"2s","__scrape_timeout__":"2s")"));
}

}  // namespace
}  // namespace erp
