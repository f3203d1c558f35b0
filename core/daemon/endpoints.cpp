#include "core/daemon/endpoints.hpp"

#include "core/daemon/negotiation.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace erp {
namespace {

std::vector<std::string> strings(const std::vector<std::string_view>& views) {
    return {views.begin(), views.end()};
}

constexpr double kShortestWait = 0.1;  ///< of a page, in seconds

using Shared = std::shared_ptr<const Endpoints>;

/// Refuses parameters that the route does not know: a misspelt filter must not show everything.
std::optional<std::string> unknown_parameter(const Query& query,
                                             std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : query.parameters()) {
        if (std::ranges::find(known, key) == known.end()) {
            return "unknown parameter '" + key.substr(0, 100) + "'";
        }
    }
    return std::nullopt;
}

/// `unsupported` is the status when there is no such thing.
Awaitable<Response> shared_text(Shared endpoints,
                                std::string key,
                                std::string type,
                                SharedTexts::Prepare prepare,
                                unsigned unsupported = 404) {
    const auto body = co_await endpoints->texts->get(std::move(key), std::move(prepare));
    if (body) co_return Response(200, std::move(type), *body);
    const unsigned status = body.error().phase == Phase::unsupported ? unsupported : 503;
    co_return text_response(status, body.error().text);
}

Result<SharedTexts::Make> finished(Result<std::string> text) {
    if (!text) return text.error();
    return [done = std::move(*text)]() mutable { return std::move(done); };
}

Awaitable<Response> page(Shared endpoints, Request request, PageRequest wanted) {
    wanted.collect = strings(request.query.all("collect[]"));
    wanted.exclude = strings(request.query.all("exclude[]"));
    wanted.names = strings(request.query.all("name[]"));
    const Representation chosen = representation(request.accept);
    wanted.format = chosen.format;
    wanted.compression = compression(request.accept_encoding);
    wanted.deadline = Deadline::after(
        page_time(endpoints->scraper->limits().scrape_timeout, request.scrape_timeout_seconds));
    const Compression coding = wanted.compression;
    wanted.client = request.client;
    wanted.make_room = endpoints->make_room;
    const auto body = co_await endpoints->scraper->page(std::move(wanted));
    if (!body) {
        const unsigned status = body.error().phase == Phase::limit ? 503 : 400;
        co_return text_response(status, body.error().text);
    }
    Response response(200, chosen.content_type, *body);
    response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
    if (coding != Compression::none) {
        response.headers.emplace_back("Content-Encoding", to_string(coding));
    }
    co_return response;
}

Awaitable<Response> metrics(Shared endpoints, Request request) {
    if (const auto unknown =
            unknown_parameter(request.query, {"collect[]", "exclude[]", "name[]"})) {
        co_return text_response(400, *unknown);
    }
    PageRequest wanted;
    co_return co_await page(std::move(endpoints), std::move(request), std::move(wanted));
}

Awaitable<Response> probe(Shared endpoints, Request request) {
    if (const auto unknown =
            unknown_parameter(request.query, {"target", "collect[]", "exclude[]", "name[]"})) {
        co_return text_response(400, *unknown);
    }
    const auto target = request.query.get("target");
    if (!target || target->empty()) {
        co_return text_response(400, "the parameter target is missing: /probe?target=NAME");
    }
    PageRequest wanted;
    wanted.scope = PageRequest::Scope::target;
    wanted.target = *target;
    co_return co_await page(std::move(endpoints), std::move(request), std::move(wanted));
}

Awaitable<Response> self_page(Shared endpoints, Request request) {
    if (const auto unknown = unknown_parameter(request.query, {"name[]"})) {
        co_return text_response(400, *unknown);
    }
    PageRequest wanted;
    wanted.scope = PageRequest::Scope::daemon;
    co_return co_await page(std::move(endpoints), std::move(request), std::move(wanted));
}

Awaitable<Response> http_sd(Shared endpoints, Request request) {
    if (const auto unknown = unknown_parameter(request.query, {})) {
        co_return text_response(400, *unknown);
    }
    SharedTexts::Prepare prepare = [endpoints] { return finished(endpoints->http_sd()); };
    co_return co_await shared_text(endpoints, "/sd", "application/json; charset=utf-8",
                                   std::move(prepare), 500);
}

Awaitable<Response> status(Shared endpoints, Request /*request*/) {
    SharedTexts::Prepare prepare = [endpoints]() -> Result<SharedTexts::Make> {
        return [shown = endpoints->status()] { return to_html(shown); };
    };
    co_return co_await shared_text(endpoints, "/", "text/html; charset=utf-8", std::move(prepare));
}

Awaitable<Response> healthy(Shared /*endpoints*/, Request /*request*/) {
    co_return text_response(200, "healthy");
}

Awaitable<Response> ready(Shared endpoints, Request /*request*/) {
    if (!endpoints->ready()) co_return text_response(503, "stopping");
    co_return text_response(200, "ready");
}

Awaitable<Response> debug(Shared endpoints, std::string path, Request request) {
    const Scraper& scraper = *endpoints->scraper;
    if (!scraper.limits().debug) co_return text_response(404, "not found");
    if (const auto unknown = unknown_parameter(request.query, {"target", "format"})) {
        co_return text_response(400, *unknown);
    }
    const auto target = request.query.get("target");
    const auto format = request.query.get("format");
    const bool json = format && *format == "json";
    if (!target || target->empty() || (format && !json && *format != "text")) {
        co_return text_response(400, "ask for ?target=NAME, and &format=json or text");
    }
    std::string key = path + (json ? " json " : " text ");
    key += *target;
    SharedTexts::Prepare prepare = [&scraper, path, json, name = std::string(*target)] {
        return finished(scraper.report(path, name, json ? ReportFormat::json : ReportFormat::text));
    };
    std::string type = json ? "application/json" : "text/plain; charset=utf-8";
    co_return co_await shared_text(endpoints, std::move(key), std::move(type), std::move(prepare));
}

Awaitable<Response> reload(Shared endpoints, Request /*request*/) {
    const Reloaded reloaded = co_await endpoints->reload();
    const bool good = reloaded.errors.empty();
    std::string text = good ? "reloaded" : "the configuration was not changed:";
    for (const std::string& line : good ? reloaded.notes : reloaded.errors)
        text += "\n" + line;
    co_return text_response(good ? 200 : 500, text);
}

}  // namespace

Duration page_time(Duration limit, std::optional<double> scrape_timeout_seconds) {
    if (!scrape_timeout_seconds) return limit;
    // Bounded first, so that the conversion cannot overflow.
    const double theirs = std::min(*scrape_timeout_seconds, 3600.0);
    const double ours = std::max(theirs - std::min(0.5, theirs / 5), kShortestWait);
    return std::min(limit,
                    std::chrono::duration_cast<Duration>(std::chrono::duration<double>(ours)));
}

Router make_router(Endpoints given) {
    const auto endpoints = std::make_shared<const Endpoints>(std::move(given));
    using Handler = Awaitable<Response> (*)(Shared, Request);
    const auto row = [&](std::string path, Method method, Handler handler) {
        return Router::Row{std::move(path), {method}, [endpoints, handler](Request request) {
                               return handler(endpoints, std::move(request));
                           }};
    };
    std::vector<Router::Row> rows;
    rows.push_back(row("/metrics", Method::get, metrics));
    rows.push_back(row("/probe", Method::get, probe));
    rows.push_back(row("/self", Method::get, self_page));
    rows.push_back(row("/sd", Method::get, http_sd));
    rows.push_back(row("/", Method::get, status));
    rows.push_back(row("/-/healthy", Method::get, healthy));
    rows.push_back(row("/-/ready", Method::get, ready));
    rows.push_back(row("/-/reload", Method::post, reload));
    for (const Exporter* exporter : endpoints->scraper->exporters()) {
        for (const Report& report : exporter->reports) {
            const std::string path(report.path);
            rows.push_back({"/debug/" + path, {Method::get}, [endpoints, path](Request request) {
                                return debug(endpoints, path, std::move(request));
                            }});
        }
    }
    return Router(std::move(rows));
}

}  // namespace erp
