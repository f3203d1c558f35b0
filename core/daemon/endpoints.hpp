#pragma once

#include "core/daemon/shared_texts.hpp"
#include "core/http/routes.hpp"
#include "core/http/status_page.hpp"
#include "core/scrape/scraper.hpp"

#include <functional>
#include <string>
#include <vector>

namespace erp {

/// What became of a reload.
struct Reloaded {
    std::vector<std::string> errors;  ///< none: the new configuration is in use
    std::vector<std::string> notes;   ///< what of it is not, yet
};

/// What the routes need of the daemon. Everything outlives the server.
struct Endpoints {
    Scraper* scraper = nullptr;
    SharedTexts* texts = nullptr;
    std::function<Awaitable<Reloaded>()> reload;   ///< never throws
    std::function<Result<std::string>()> http_sd;  ///< body of /sd
    std::function<StatusPage()> status;
    std::function<void()> make_room;  ///< see PageRequest
    std::function<bool()> ready;      ///< false once the daemon is asked to stop
};

/// /metrics, /probe, /self, /sd, /, /-/healthy, /-/ready, /-/reload, and /debug/… of the exporters'
/// reports, which is 404 unless the configuration allows it.
[[nodiscard]] Router make_router(Endpoints endpoints);

/// How long a page may wait: the limit, or less if Prometheus will: its timeout minus half a second
/// or a fifth of it, whichever is smaller, but at least 100 ms: sooner no server has answered, and
/// a page without its reply would call it down.
[[nodiscard]] Duration page_time(Duration limit, std::optional<double> scrape_timeout_seconds);

}  // namespace erp
