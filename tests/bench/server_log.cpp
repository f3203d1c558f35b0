// Odoo's log, from line to counter, on one core, in time of that core:
//   bench_server_log [LINES, 300000]   lines/s, and a snapshot
//   bench_server_log generate LINES    such lines on standard output
#include "exporters/odoo/counts/server_log.hpp"

#include "core/tail/line_splitter.hpp"
#include "exporters/odoo/collectors.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace erp;
using namespace erp::odoo;

constexpr int kTenants = 300;

double cpu_seconds() {
    timespec at = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

/// Lines as an Odoo of 300 tenants writes them: of twenty, 17 requests, a job's start and end and a
/// record of another kind.
class Generator {
  public:
    std::string line() {
        ++number_;
        const auto tenant = static_cast<unsigned>(random_() % kTenants);
        const auto second = number_ / 5'000;
        const auto milliseconds = static_cast<unsigned>(number_ / 5 % 1'000);
        const auto h = static_cast<unsigned>(second / 3'600 % 24);
        const auto m = static_cast<unsigned>(second / 60 % 60);
        const auto s = static_cast<unsigned>(second % 60);
        const unsigned pid = 19'750 + tenant % 16;
        std::array<char, 1024> text{};
        const int head =
            std::snprintf(text.data(), text.size(), "2026-11-22 %02u:%02u:%02u,%03u %u INFO t%u ",
                          h, m, s, milliseconds, pid, tenant);
        char* const rest = text.data() + head;
        const std::size_t room = text.size() - static_cast<std::size_t>(head);
        int size = 0;
        switch (number_ % 20) {
            case 0:
                size = std::snprintf(rest, room,
                                     "odoo.addons.base.models.ir_cron: Starting job `Mail: Email "
                                     "Queue Manager`. ");
                break;
            case 1:
                size =
                    std::snprintf(rest, room,
                                  "odoo.addons.base.models.ir_cron: Job done: `Mail: Email Queue "
                                  "Manager` (0.%03us). ",
                                  milliseconds);
                break;
            case 2:
                size = std::snprintf(rest, room, "odoo.modules.loading: loading %u modules... ",
                                     milliseconds);
                break;
            default:
                size = std::snprintf(
                    rest, room,
                    "werkzeug: 203.0.113.%u - - [22/Nov/2026 %02u:%02u:%02u] \"%s HTTP/1.1\" %s - "
                    "%u 0.%03u 0.%03u",
                    tenant % 250, h, m, s, kRequests[random_() % kRequests.size()],
                    random_() % 50 == 0 ? "500" : "200", milliseconds % 90, milliseconds,
                    milliseconds / 2);
        }
        return {text.data(), static_cast<std::size_t>(head + size)};
    }

  private:
    static constexpr std::array kRequests{
        "POST /web/dataset/call_kw/sale.order/web_search_read",
        "POST /web/dataset/call_kw/stock.picking/read",
        "GET /web/image/res.partner/17/avatar_128",
        "GET /web/assets/3c1d2ab/web.assets_web.min.js",
        "POST /mail/thread/messages",
        "GET /my/orders/1771?access_token=2f9c1e",
        "POST /xmlrpc/2/object",
        "GET /shop/product-171?search=screw",
    };
    std::mt19937_64 random_{7};
    std::uint64_t number_ = 0;
};

std::shared_ptr<const CurrentTenancy> tenancy() {
    std::vector<Tenant> list;
    for (int i = 0; i < kTenants; ++i)
        list.push_back({.name = "t" + std::to_string(i)});
    std::vector<TenantRule> rules{{Dimension::database, "^([a-z0-9]+)$", "$1"}};
    auto current = std::make_shared<CurrentTenancy>();
    current->set(std::make_shared<const Tenancy>(std::move(list), std::move(rules)));
    return current;
}

void measure(std::size_t count) {
    Generator generator;
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += generator.line() + '\n';
    ServerLog log(odoo::LogFormat::detect, "", tenancy());
    tail::LineSplitter splitter;
    std::size_t ok = 0;
    const double begun = cpu_seconds();
    for (std::string_view rest = text; !rest.empty();) {
        const auto room = splitter.room();
        const std::size_t piece = std::min({room.size(), rest.size(), std::size_t{256U << 10U}});
        std::memcpy(room.data(), rest.data(), piece);  // as read() does
        rest.remove_prefix(piece);
        splitter.filled(piece);
        while (const auto line = splitter.next()) {
            const tail::LogLine given{"odoo.log", "odoo.log", line->text, {}, {}};
            ok += log.take(given) == tail::LineResult::ok ? 1U : 0U;
        }
    }
    const double took = cpu_seconds() - begun;
    const double before = cpu_seconds();
    const auto prepared = log.prepare();
    prepared.publish();
    const double snapshot = cpu_seconds() - before;
    View view;
    view.log = log.counts();
    Samples samples;
    for (const Collector* collector : collectors()) {
        if (collector->source == Source::log) collector->add(view, samples);
    }
    std::size_t series = 0;
    for (const auto& point : samples.points()) {
        const Distribution* d = samples.distribution(point);
        series += d == nullptr ? 1 : d->steps.size() + 3;
    }
    std::cout << R"({"lines_per_second": )" << static_cast<double>(count) / took
              << R"(, "line_bytes": )" << text.size() / count << R"(, "counted": )" << ok
              << R"(, "series": )" << series << R"(, "snapshot_ms": )" << snapshot * 1e3 << "}\n";
}

}  // namespace

int main(int count, char** arguments) {
    if (count == 3 && std::string_view(arguments[1]) == "generate") {
        Generator generator;
        for (long left = std::atol(arguments[2]); left > 0; --left) {
            const std::string line = generator.line() + '\n';
            std::fwrite(line.data(), 1, line.size(), stdout);
        }
        return 0;
    }
    measure(count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 300'000);
}
