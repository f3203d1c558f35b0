// Traefik's access log, from line to counter, on one core, in time of that core:
//   bench_access_log [LINES, 300000 [KIND]]
//       lines/s of each kind, or of one; a snapshot of 50,000 series
//   bench_access_log generate json|json-with-headers|json-hostile|common LINES [BEFORE, 0]
//       such lines on standard output, as they follow on so many before
#include "exporters/traefik/traffic/access_log.hpp"

#include "core/tail/line_splitter.hpp"
#include "exporters/traefik/collectors.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
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
using namespace erp::traefik;

constexpr int kTenants = 300;
constexpr int kRouters = 1'000;

double cpu_seconds() {
    timespec at = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

/// As Traefik writes JSON by default, with two of the client's headers kept, of clients that name
/// hosts and paths which nobody named before, and CLF.
enum class Lines : std::uint8_t { json, json_with_headers, json_hostile, common };
constexpr std::string_view kWords[] = {"json", "json-with-headers", "json-hostile", "common"};
constexpr const char* kHeaders =
    R"("request_Referer":"https://acme.erp.example/web","request_User-Agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",)";

/// Lines as an ingress of 300 tenants writes them: 1,000 routers, 2,000 usual paths, one request in
/// a hundred with a path that nobody sent before, one in fifty that fails.
class Generator {
  public:
    explicit Generator(Lines kind, std::uint64_t before = 0)
        : kind_(kind), random_(7 + before), number_(before) {
        const char* const models[] = {"sale.order", "stock.picking", "account.move", "res.partner"};
        for (int i = 0; i < 2'000; ++i) {
            const std::string n = std::to_string(i);
            switch (i % 5) {
                case 0:
                    paths_.push_back("/web/assets/" + n + "/web.assets_backend.min.js");
                    break;
                case 1:
                    paths_.push_back("/web/content/" + n);
                    break;
                case 2:
                    paths_.push_back("/shop/product-" + n);
                    break;
                default:
                    paths_.push_back(std::string("/web/dataset/call_kw/") + models[i % 4] +
                                     "/web_search_read");
            }
        }
    }

    std::string line() {
        ++number_;
        const auto router = static_cast<int>(random_() % kRouters);
        const std::string tenant = "t" + std::to_string(router % kTenants);
        const std::string name =
            "odoo-" + tenant + (router < kTenants ? "" : "-ws" + std::to_string(router / kTenants));
        const bool failed = random_() % 50 == 0;
        std::string path = paths_[random_() % paths_.size()];
        const bool hostile = kind_ == Lines::json_hostile;
        if (hostile || random_() % 100 == 0) path += "/x" + std::to_string(random_());
        const std::string host =
            (hostile ? "x" + std::to_string(random_()) : tenant) + ".erp.example";
        const auto upstream = 1'000'000 + static_cast<long>(random_() % 400'000'000);
        const long overhead = 50'000 + static_cast<long>(random_() % 300'000);
        const int second = static_cast<int>(number_ / 5'000 % 60);
        const int minute = static_cast<int>(number_ / 300'000 % 60);
        const int hour = static_cast<int>(number_ / 18'000'000 % 24);
        std::array<char, 2048> text{};
        int size = 0;
        if (kind_ != Lines::common) {
            size = std::snprintf(
                text.data(), text.size(),
                R"({"ClientAddr":"203.0.113.%d:51234","ClientHost":"203.0.113.%d","ClientPort":"51234","ClientUsername":"-",)"
                R"("DownstreamContentSize":%d,"DownstreamStatus":%d,"Duration":%ld,"OriginContentSize":%d,"OriginDuration":%ld,)"
                R"("OriginStatus":%d,"Overhead":%ld,"RequestAddr":"%s","RequestContentSize":%d,"RequestCount":%llu,)"
                R"("RequestHost":"%s","RequestMethod":"POST","RequestPath":"%s?cids=1\u0026menu_id=%d","RequestPort":"-",)"
                R"("RequestProtocol":"HTTP/2.0","RequestScheme":"https","RetryAttempts":0,"RouterName":"%s",)"
                R"("ServiceAddr":"10.0.%d.%d:8069","ServiceName":"%s@docker","ServiceURL":"http://10.0.%d.%d:8069",)"
                R"("StartLocal":"2026-11-26T%02d:%02d:%02d.%09ldZ","StartUTC":"2026-11-26T%02d:%02d:%02d.%09ldZ",)"
                R"("TLSCipher":"TLS_AES_128_GCM_SHA256","TLSVersion":"1.3","entryPointName":"websecure","level":"info","msg":"",)"
                R"(%s"time":"2026-11-26T%02d:%02d:%02dZ"})",
                router % 250, router % 250, 700, failed ? 502 : 200, upstream + overhead, 700,
                upstream, failed ? 502 : 200, overhead, host.c_str(), 120,
                static_cast<unsigned long long>(number_), host.c_str(), path.c_str(), router,
                // Half of them find no router.
                (hostile && number_ % 2 == 0 ? "" : "websecure-" + name + "@docker").c_str(),
                router / 250, router % 250, name.c_str(), router / 250, router % 250, hour, minute,
                second, upstream, hour, minute, second, upstream,
                kind_ == Lines::json_with_headers ? kHeaders : "", hour, minute, second);
        } else {
            size = std::snprintf(
                text.data(), text.size(),
                R"(203.0.113.%d - - [26/Nov/2026:%02d:%02d:%02d +0000] "POST %s HTTP/2.0" %d %d "-" "-" %llu "websecure-%s@docker" "http://10.0.%d.%d:8069" %ldms)",
                router % 250, hour, minute, second, path.c_str(), failed ? 502 : 200, 700,
                static_cast<unsigned long long>(number_), name.c_str(), router / 250, router % 250,
                (upstream + overhead) / 1'000'000);
        }
        return {text.data(), static_cast<std::size_t>(size)};
    }

  private:
    Lines kind_;
    std::mt19937_64 random_;
    std::uint64_t number_;  ///< of the line before
    std::vector<std::string> paths_;
};

std::shared_ptr<const CurrentTenancy> tenancy() {
    std::vector<Tenant> list;
    for (int i = 0; i < kTenants; ++i) {
        list.push_back({.name = "t" + std::to_string(i)});
        list.back().objectives.latency["interactive"] = std::chrono::milliseconds(300);
    }
    std::vector<TenantRule> rules{{Dimension::router, "^odoo-([a-z0-9]+)(?:-ws[0-9]+)?@", "$1"}};
    auto current = std::make_shared<CurrentTenancy>();
    current->set(std::make_shared<const Tenancy>(std::move(list), std::move(rules)));
    return current;
}

void measure(Lines kind, std::size_t count) {
    Generator generator(kind);
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += generator.line() + '\n';
    AccessLog log(TraefikOptions(), {}, tenancy());
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
            const tail::LogLine given{"access.log", "access.log", line->text, {}, {}};
            ok += log.take(given) == tail::LineResult::ok ? 1U : 0U;
        }
    }
    const double took = cpu_seconds() - begun;
    const double before = cpu_seconds();
    const auto prepared = log.prepare();
    prepared.publish();
    const double snapshot = cpu_seconds() - before;
    Samples samples;
    const double shown = cpu_seconds();
    for (const Collector* collector : collectors())
        collector->add(*log.counted(), samples);
    std::size_t series = 0;
    for (const auto& point : samples.points()) {
        const Distribution* d = samples.distribution(point);
        series += d == nullptr ? 1 : d->steps.size() + 3;
    }
    std::cout << R"({"format": ")" << kWords[static_cast<std::size_t>(kind)]
              << R"(", "lines_per_second": )" << static_cast<double>(count) / took
              << R"(, "line_bytes": )" << text.size() / count << R"(, "counted": )" << ok
              << R"(, "series": )" << series << R"(, "snapshot_ms": )" << snapshot * 1e3
              << R"(, "snapshot_kib": )" << prepared.bytes.size() / 1024 << R"(, "samples_ms": )"
              << (cpu_seconds() - shown) * 1e3 << "}\n";
}

}  // namespace

int main(int count, char** arguments) {
    if (count > 3 && std::string_view(arguments[1]) == "generate") {
        const auto kind = std::ranges::find(kWords, std::string_view(arguments[2]));
        if (kind == std::end(kWords)) return 2;
        const std::uint64_t before = count > 4 ? std::strtoull(arguments[4], nullptr, 10) : 0;
        Generator generator(static_cast<Lines>(kind - std::begin(kWords)), before);
        for (long left = std::atol(arguments[3]); left > 0; --left) {
            const std::string line = generator.line() + '\n';
            std::fwrite(line.data(), 1, line.size(), stdout);
        }
        return 0;
    }
    const std::size_t lines = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 300'000;
    for (const Lines kind :
         {Lines::json, Lines::json_with_headers, Lines::json_hostile, Lines::common}) {
        if (count < 3 || kWords[static_cast<std::size_t>(kind)] == std::string_view(arguments[2]))
            measure(kind, lines);
    }
}
