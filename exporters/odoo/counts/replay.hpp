#pragma once

#include "core/counting/series.hpp"
#include "exporters/odoo/counts/server_log.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests: lines of a log, and what they are counted as.
namespace erp::odoo {

using Counted = std::map<std::string, double>;

/// The master 100 of an Odoo and its worker 101.
inline constexpr const char* kBoot =
    "2026-11-22 04:00:00,000 100 INFO ? odoo: Odoo version 14.0 \n"
    "2026-11-22 04:00:01,000 100 INFO ? odoo.service.server: HTTP service (werkzeug) running on "
    "127.0.0.1:8069 \n"
    "2026-11-22 04:00:02,000 101 INFO ? odoo.service.server: Worker WorkerHTTP (101) alive ";

inline std::shared_ptr<const CurrentTenancy> three_tenants() {
    auto current = std::make_shared<CurrentTenancy>();
    current->set(std::make_shared<const Tenancy>(
        std::vector<Tenant>{{.name = "acme"}, {.name = "globex"}, {.name = "initech"}},
        std::vector<TenantRule>{{Dimension::database, "^([a-z]+)$", "$1"}}));
    return current;
}

/// A log, read line by line.
class Replay {
  public:
    /// `quiet`: see ServerLog; what was read is over at once, if not told else.
    explicit Replay(LogFormat format = LogFormat::detect, std::chrono::nanoseconds quiet = {})
        : log_(format, "", three_tenants(), quiet) {}
    Replay(LogFormat format,
           std::shared_ptr<const CurrentTenancy> tenancy,
           std::function<std::int64_t()> clock = unix_nanoseconds)
        : log_(format, "", std::move(tenancy), {}, std::move(clock)) {}

    void file(const std::string& path) {
        std::ifstream in(path);
        REQUIRE(in.good());
        for (std::string line; std::getline(in, line);)
            (void)take(std::move(line));
    }
    tail::LineResult take(std::string line) {
        const std::size_t size = line.size();
        line.append(64, '\0');  // LineSplitter::kPadding
        return log_.take({"odoo", "odoo.log", std::string_view(line).substr(0, size), "", ""});
    }
    /// Lines with a line feed between them.
    void take_all(std::string_view text) {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            (void)take(std::string(text.substr(0, end)));
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
        }
    }
    const LogCounts& counts() {
        prepared_ = log_.prepare();
        prepared_.publish();
        shown_ = log_.counts();
        return *shown_;
    }
    [[nodiscard]] const std::string& bytes() const { return prepared_.bytes; }
    [[nodiscard]] bool unfinished() const { return prepared_.unfinished; }
    ServerLog& log() { return log_; }

    /// Sums by the labels `By`, joined by blanks.
    template <class K, Label... By>
    Counted by() {
        const LogCounts& now = counts();
        Counted sums;
        for (const auto& row : now.of<K>()) {
            std::string key;
            for (const std::string_view text :
                 counting::texts<By...>(now, {row.key[counting::position_of<K, By>()]...}))
                key.append(key.empty() ? "" : " ").append(text);
            sums[key] += static_cast<double>(row.cell);
        }
        return sums;
    }

  private:
    ServerLog log_;
    tail::LineConsumer::Prepared prepared_;
    std::shared_ptr<const LogCounts> shown_;
};

}  // namespace erp::odoo
