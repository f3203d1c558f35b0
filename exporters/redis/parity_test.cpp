// Against every page that redis_exporter 1.89.0 gave of the servers whose replies are recorded
// here: all its families, of each one series for each combination of label keys.
#include "core/scrape/parity.hpp"

#include "exporters/redis/collectors.hpp"
#include "exporters/redis/info.hpp"
#include "exporters/redis/module.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

namespace erp::redis {
namespace {

constexpr std::string_view kConfig = "CONFIG GET could read passwords along";
constexpr std::string_view kCluster = "CLUSTER INFO is not asked for yet";
constexpr std::string_view kKeys = "values of keys and of key groups are not read yet";
constexpr std::string_view kClients = "CLIENT LIST is not asked for yet";
constexpr std::string_view kOption = "an option of the peer adds the label to all its series";
constexpr std::string_view kValkey = "empty on Redis, which to Prometheus is the same as absent";

constexpr Allowed kAllowed[] = {
    {"go_*", "absent", "the peer's runtime"},
    {"process_*", "absent", "once on a page, not of a target"},
    {"redis_exporter_build_info", "absent", "ours is erp_exporter_build_info"},
    {"redis_exporter_last_scrape_ping_time_seconds", "absent", "no PING is sent before INFO"},
    {"*", "labels -instance_role", kOption},
    {"redis_instance_info", "labels +valkey_release_stage +valkey_version", kValkey},
    {"redis_instance_info", "labels +valkey_release_stage +valkey_version -instance_role", kValkey},
    {"redis_db_keys_cached", "absent", "counts other keys than its name says; see expiring_items"},
    {"redis_rdb_current_size_bytes", "absent", "the file is on the server's host"},
    {"redis_module_info", "absent", "modules are not read yet"},
    {"redis_latency_spike_*", "absent", "LATENCY LATEST is not asked for yet"},
    {"redis_commands_latencies_usec", "absent", "LATENCY HISTOGRAM is not asked for yet"},
    {"redis_commandlog_*", "absent", "COMMANDLOG is not asked for yet"},
    {"redis_sentinel_*", "absent", "a Sentinel's masters are not read yet"},
    {"redis_stream_*", "absent", "streams are not read yet"},
    {"redis_config_client_output_buffer_limit_bytes", "absent", kConfig},
    {"redis_config_client_output_buffer_limit_overcome_seconds", "absent", kConfig},
    {"redis_config_io_threads", "absent", kConfig},
    {"redis_config_repl_backlog_size", "absent", kConfig},
    {"redis_config_key_value", "absent", kConfig},
    {"redis_config_value", "absent", kConfig},
    {"redis_connected_client_*", "absent", kClients},
    {"redis_key_*", "absent", kKeys},
    {"redis_keys_count", "absent", kKeys},
    {"redis_last_key_groups_scrape_duration_milliseconds", "absent", kKeys},
    {"redis_number_of_distinct_key_groups", "absent", kKeys},
    {"redis_cluster_current_epoch", "absent", kCluster},
    {"redis_cluster_known_nodes", "absent", kCluster},
    {"redis_cluster_messages_*", "absent", kCluster},
    {"redis_cluster_my_epoch", "absent", kCluster},
    {"redis_cluster_nodes_*", "absent", kCluster},
    {"redis_cluster_size", "absent", kCluster},
    {"redis_cluster_slots_*", "absent", kCluster},
    {"redis_cluster_state", "absent", kCluster},
    {"redis_cluster_stats_*", "absent", kCluster},
    {"redis_cluster_voting_*", "absent", kCluster},
};

const std::string kPeer = "peer-1.89.0-";

std::vector<std::filesystem::path> peer_pages() {
    std::vector<std::filesystem::path> pages;
    for (const auto& file : std::filesystem::recursive_directory_iterator("testdata")) {
        if (file.path().filename().string().starts_with(kPeer)) pages.push_back(file.path());
    }
    return pages;
}

TEST_CASE("parity: names, types, labels and help are those of the newest redis_exporter",
          "[redis]") {
    Parity parity(kExporter, kAllowed);
    const auto pages = peer_pages();
    CHECK(pages.size() == 32);
    for (const std::filesystem::path& page : pages) {
        const auto differences = parity.compare(file_text(page));
        CAPTURE(page, differences);
        CHECK(differences.empty());
    }
    const auto unused = parity.unused();
    CAPTURE(unused);
    CHECK(unused.empty());
}

/// The families of all collectors that read INFO.
std::map<std::string, PageFamily> families_of_info(const std::filesystem::path& reply) {
    const std::string text = file_text(reply);
    const Info info = Info::parse(text);
    std::string page;
    for (const Collector* collector : collectors()) {
        if (collector->parse == nullptr) continue;
        if (Result<Samples> samples = collector->parse(info)) page += page_of(std::move(*samples));
    }
    return families_of(page);
}

bool is_of_info(std::string_view name) {
    return std::ranges::any_of(collectors(), [&](const Collector* collector) {
        return collector->parse != nullptr &&
               std::ranges::any_of(collector->row.metrics,
                                   [&](const Metric* metric) { return metric->name == name; });
    });
}

std::string situation_of(const std::filesystem::path& peer_page) {
    return peer_page.stem().string().substr(kPeer.size());
}

std::string recording_of(const std::string& situation) {
    if (situation == "replica-up") return "replica_info.txt";
    if (situation == "replica-down") return "replica_down_info.txt";
    if (situation == "cluster" || situation == "sentinel") return situation + "_info.txt";
    return "info_all.txt";  // the primary, asked with other options of the peer
}

// Families of the peer's page that we do not make of the reply.
constexpr std::string_view kFirst = "the recorded INFO was the server's first command";
constexpr Allowed kAbsent[] = {
    {"sentinel redis_db_keys", "absent", "a Sentinel has no keys; the peer says 0 of 16 databases"},
    {"sentinel redis_db_keys_expiring", "absent", "a Sentinel has no keys"},
    {"replica-up redis_errors_total", "absent", "the server was asked before the first error"},
    {"replica-down redis_commands_duration_seconds_total", "absent", kFirst},
    {"replica-down redis_commands_failed_calls_total", "absent", kFirst},
    {"replica-down redis_commands_rejected_calls_total", "absent", kFirst},
    {"replica-down redis_commands_total", "absent", kFirst},
    {"replica-down redis_latency_percentiles_usec", "absent", kFirst},
};

TEST_CASE("parity: what redis_exporter made of a server's INFO we make of it too", "[redis]") {
    std::set<std::string> absent;
    for (const std::filesystem::path& peer : peer_pages()) {
        const std::string situation = situation_of(peer);
        const auto ours = families_of_info(peer.parent_path() / recording_of(situation));
        CHECK(ours.size() > 20);
        for (const auto& [name, family] : families_of(file_text(peer))) {
            if (!is_of_info(name) || ours.contains(name)) continue;
            absent.insert(std::string(situation).append(" ").append(name));
        }
    }
    std::set<std::string> allowed;
    for (const Allowed& one : kAbsent)
        allowed.emplace(one.name);
    CHECK(absent == allowed);
}

}  // namespace
}  // namespace erp::redis
