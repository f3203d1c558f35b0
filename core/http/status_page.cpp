#include "core/http/status_page.hpp"

#include "core/base/text.hpp"
#include "core/http/query.hpp"
#include "core/http/status_style.hpp"

#include <algorithm>
#include <ctime>
#include <string_view>

namespace erp {
namespace {

using State = StatusPage::State;

std::string_view css_class(State state) {
    switch (state) {
        case State::ok:
            return "ok";
        case State::partial:
            return "partial";
        case State::failed:
            return "failed";
        case State::unavailable:
            return "unavailable";
        case State::pending:
            return "pending";
        case State::off:
            return "off";
    }
    return "pending";
}

/// Joins literals and values that were escaped before: `add(html, "<td>", html_escaped(name),
/// "</td>")`.
template <class... Parts>
void add(std::string& html, const Parts&... parts) {
    (html.append(parts), ...);
}

std::string utc(StatusPage::Time time) {
    const std::time_t at = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    char text[32] = "";
    if (::gmtime_r(&at, &parts) != nullptr) {
        std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
    }
    return text;
}

std::string ago(const StatusPage& page, StatusPage::Time time) {
    return to_rough_text(std::chrono::duration_cast<Duration>(page.now - time));
}

/// 50231 as "50 231", with a thin space that does not break.
std::string grouped(std::size_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, "\u202F");
    }
    return text;
}

std::string state_mark(State state, std::string_view word, std::string_view reason) {
    std::string html;
    add(html, "<span class=\"state ", css_class(state), "\">", word);
    if (!reason.empty()) add(html, ": ", html_escaped(reason));
    return html + "</span>";
}

std::string target_state(const StatusPage::Target& target) {
    switch (target.state) {
        case State::ok:
            return state_mark(target.state, "up", {});
        case State::partial:
            return state_mark(target.state, "up, incomplete", {});
        case State::failed:
            return state_mark(target.state, "down", target.reason);
        case State::unavailable:
            return state_mark(target.state, "unavailable", target.reason);
        case State::off:
            return state_mark(target.state, "off", target.reason);
        case State::pending:
            break;
    }
    return state_mark(State::pending, "not asked yet", {});
}

std::string collector_state(const StatusPage::Collector& collector) {
    const std::string_view word =
        collector.state == State::pending ? "not asked yet" : css_class(collector.state);
    return state_mark(collector.state, word, collector.reason);
}

void add_links(std::string& html) {
    html +=
        "<nav aria-label=\"Pages\">"
        "<a href=\"/metrics\">All metrics</a><a href=\"/self\">This daemon</a>"
        "<a href=\"/-/healthy\">Healthy</a><a href=\"/-/ready\">Ready</a></nav>\n";
}

void add_facts(std::string& html, const StatusPage& page) {
    add(html, "<dl class=\"facts\">\n<dt>Started</dt><dd>", utc(page.started), ", ",
        ago(page, page.started), " ago</dd>\n");
    html += "<dt>Listens on</dt><dd>";
    for (std::size_t i = 0; i < page.addresses.size(); ++i) {
        add(html, i == 0 ? "<code>" : ", <code>", html_escaped(page.addresses[i]), "</code>");
    }
    html += "</dd>\n<dt>Configuration</dt><dd>";
    if (page.config_file.empty()) {
        html += "none; serves the servers found on this host";
    } else {
        add(html, "<code>", html_escaped(page.config_file), "</code>");
    }
    if (page.reloaded) add(html, ", loaded ", ago(page, *page.reloaded), " ago");
    html += "</dd>\n";
    if (!page.reload_ok) {
        add(html, "<dt>Reload</dt><dd>",
            state_mark(State::failed,
                       "the last one was refused; the one before it is in use, see the log", {}),
            "</dd>\n");
    }
    html += "</dl>\n";
}

void add_cell(std::string& html, std::string_view label, const std::optional<Duration>& value) {
    add(html, "<td class=\"number\" data-label=\"", label, "\">",
        value ? to_rough_text(*value) : std::string(), "</td>");
}

void add_target(std::string& html, const StatusPage::Target& target) {
    const bool trouble = target.state == State::failed || target.state == State::partial;
    add(html, trouble ? "<details open>" : "<details>", "<summary><span class=\"name\">",
        html_escaped(target.name), "</span><span>", html_escaped(target.exporter), "</span>",
        target_state(target), "<span class=\"facts\">");
    if (target.age) add(html, "collected ", to_rough_text(*target.age), " ago");
    if (target.took) add(html, " in ", to_rough_text(*target.took));
    if (target.age || target.took) html += ", ";
    add(html, grouped(target.series), " series</span></summary>\n<div class=\"more\"><p>");
    if (!target.tenant.empty()) {
        add(html, "<span class=\"tag\">tenant <b>", html_escaped(target.tenant), "</b></span>");
    }
    for (const auto& [name, value] : target.labels) {
        add(html, "<span class=\"tag\">", html_escaped(name), "=", html_escaped(value), "</span>");
    }
    add(html, "<a href=\"/probe?target=", percent_encoded(target.name),
        "\">Only this target</a></p>\n");
    if (!target.advice.empty()) {
        html += "<ul class=\"advice\">";
        for (const std::string& sentence : target.advice)
            add(html, "<li>", html_escaped(sentence), "</li>");
        html += "</ul>\n";
    }
    add(html,
        "<table><thead><tr><th scope=\"col\">Collector</th>"
        "<th scope=\"col\">State</th><th scope=\"col\" class=\"number\">Age</th>"
        "<th scope=\"col\" class=\"number\">Work</th></tr></thead><tbody>\n");
    for (const StatusPage::Collector& collector : target.collectors) {
        add(html, "<tr><th scope=\"row\"><code>", html_escaped(collector.name), "</code></th><td>",
            collector_state(collector), "</td>");
        add_cell(html, "age", collector.age);
        add_cell(html, "work", collector.work);
        html += "</tr>\n";
    }
    html += "</tbody></table></div></details>\n";
}

void add_targets(std::string& html, const StatusPage& page) {
    const auto up = std::ranges::count_if(page.targets, [](const StatusPage::Target& target) {
        return target.state == State::ok || target.state == State::partial;
    });
    add(html, "<h2>Targets <small>", std::to_string(up), " of ",
        std::to_string(page.targets.size()), " up</small></h2>\n");
    if (page.targets.empty()) html += "<p class=\"empty\">There are none.</p>\n";
    for (const StatusPage::Target& target : page.targets)
        add_target(html, target);
}

void add_tenants(std::string& html, const StatusPage& page) {
    if (page.tenants.empty()) return;
    add(html, "<h2>Tenants <small>", std::to_string(page.tenants.size()), "</small></h2>\n",
        "<div class=\"sheet\"><table><thead><tr><th scope=\"col\">Tenant</th><th "
        "scope=\"col\">Customer</th>"
        "<th scope=\"col\">Environment</th><th scope=\"col\">Tier</th></tr></thead><tbody>\n");
    for (const StatusPage::Tenant& tenant : page.tenants) {
        add(html, "<tr><th scope=\"row\">", html_escaped(tenant.name), "</th><td>",
            html_escaped(tenant.customer), "</td><td>", html_escaped(tenant.environment),
            "</td><td>", html_escaped(tenant.tier), "</td></tr>\n");
    }
    html += "</tbody></table></div>\n";
}

}  // namespace

std::string to_html(const StatusPage& page) {
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
        "<title>ERP Exporter</title>\n<style>";
    add(html, kStatusStyle, "</style></head>\n<body>\n<header><h1>ERP Exporter <small>",
        html_escaped(page.version), "</small></h1>\n");
    add_links(html);
    add_facts(html, page);
    html += "</header>\n<main>\n";
    add_targets(html, page);
    add_tenants(html, page);
    html += "</main>\n</body></html>\n";
    return html;
}

std::string to_rough_text(Duration d) {
    using namespace std::chrono;
    const auto text = [](auto count, std::string_view unit) {
        return std::to_string(count).append(" ").append(unit);
    };
    d = std::max(d, Duration::zero());
    if (d == Duration::zero()) return "0 s";
    if (d < 1ms) return text(duration_cast<microseconds>(d).count(), "\u00B5s");
    if (d < 1s) return text(duration_cast<milliseconds>(d).count(), "ms");
    if (d < 2min) return text(duration_cast<std::chrono::seconds>(d).count(), "s");
    if (d < 2h) return text(duration_cast<minutes>(d).count(), "min");
    if (d < 48h) return text(duration_cast<hours>(d).count(), "h");
    return text(duration_cast<days>(d).count(), "d");
}

}  // namespace erp
