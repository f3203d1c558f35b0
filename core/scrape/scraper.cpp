#include "core/scrape/scraper.hpp"

#include "core/base/text.hpp"
#include "core/net/offload.hpp"
#include "core/scrape/selection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace erp {
namespace {

using Body = std::shared_ptr<const std::string>;

/// Others may take the room that was made.
constexpr int kMostRoomMade = 8;
/// How long a client that was cut takes to let go of its page.
constexpr Duration kLettingGo = std::chrono::milliseconds(1);

/// Null, with nothing made, if more than `most` is held. Counts the text's memory for as long as
/// somebody holds it.
Body held_text(const std::function<std::string()>& make,
               const std::shared_ptr<std::atomic<std::size_t>>& held,
               std::size_t most) {
    if (*held > most) return nullptr;
    std::string text = make();
    text.shrink_to_fit();  // it grew by doubling, and may be held for seconds
    auto body = std::make_unique<const std::string>(std::move(text));
    *held += body->size();
    return {body.release(), [held](const std::string* taken) {
                *held -= taken->size();
                delete taken;
            }};
}

/// Views of several targets that arrive one by one. Shared, because a request may end first.
struct Gathering {
    Selection selection;
    Deadline deadline;
    std::shared_ptr<const Presence> client;
    std::function<std::shared_ptr<TargetRunner>(std::string_view)> runner_of;  ///< by name, now
    std::vector<TargetView> views;
    std::size_t missing = 0;
    Signal arrived = {};
};

/// A mistake in one target's code costs that target's part of the page. What a reload ended in the
/// middle is not down: its successor answers, if it has one.
Awaitable<> gather_one(std::shared_ptr<Gathering> gathering,
                       std::size_t place,
                       std::shared_ptr<TargetRunner> runner,
                       Log* log) {
    try {
        while (runner && !gathering->views[place].config) {
            const CollectorSet asked = gathering->selection.of(runner->exporter());
            TargetView view =
                co_await runner->scrape(asked, gathering->deadline, gathering->client);
            gathering->views[place] = std::move(view);
            if (gathering->deadline.passed()) break;
            runner = gathering->runner_of(runner->config().name);
        }
    } catch (const std::exception& e) {
        log->error("target left out of a page",
                   {{"target", runner->config().name}, {"error", e.what()}});
    }
    --gathering->missing;
    gathering->arrived.notify();
}

}  // namespace

Scraper::Scraper(Services services,
                 std::span<const Exporter* const> exporters,
                 std::shared_ptr<self::Counters> counters)
    : services_(services),
      exporters_(exporters),
      counters_(std::move(counters)),
      tenancy_(services.log, services.tenancy) {}

void Scraper::apply(const Estate& estate) {
    Runners next;
    Runners started;
    for (const ConfiguredTarget& target : estate.targets) {
        const auto same = std::ranges::find_if(runners_, [&](const auto& runner) {
            return runner->config().identity == target.config->identity;
        });
        if (same != runners_.end()) {
            (*same)->configure(target.config);
            next.push_back(*same);
        } else {
            started.push_back(std::make_shared<TargetRunner>(target.config, *target.exporter,
                                                             target.make, services_));
            const auto changed = std::ranges::find_if(runners_, [&](const auto& runner) {
                return runner->config().name == target.config->name &&
                       &runner->exporter() == target.exporter;
            });
            if (changed != runners_.end()) started.back()->take_foldings(**changed);
            next.push_back(started.back());
        }
    }
    std::swap(runners_, next);
    tenancy_.configure(estate.tenancy);
    see_databases();
    limits_ = estate.limits;
    native_histograms_ = estate.native_histograms;
    for (const auto& old : next) {
        if (std::ranges::find(runners_, old) == runners_.end())
            old->stop(TargetRunner::Stop::reload);
    }
    for (const auto& runner : started)
        runner->start();
}

void Scraper::see_databases() {
    std::vector<TargetDatabases> databases;
    databases.reserve(runners_.size());
    for (const auto& runner : runners_)
        databases.push_back({runner->config().name, runner->databases()});
    tenancy_.see(std::move(databases));
}

void Scraper::stop() {
    for (const auto& runner : runners_)
        runner->stop(TargetRunner::Stop::daemon);
    runners_.clear();
}

std::shared_ptr<TargetRunner> Scraper::runner_of(std::string_view name) const {
    const auto found = std::ranges::find_if(
        runners_, [name](const auto& runner) { return runner->config().name == name; });
    return found == runners_.end() ? nullptr : *found;
}

Result<Scraper::Runners> Scraper::wanted(const PageRequest& request) const {
    if (request.scope == PageRequest::Scope::daemon) return Runners();
    if (request.scope == PageRequest::Scope::everything) return runners_;
    if (auto runner = runner_of(request.target)) return Runners{std::move(runner)};
    std::vector<std::string_view> names;
    for (const auto& runner : runners_)
        names.push_back(runner->config().name);
    std::string text = "unknown target '" + to_label_value(request.target, 100) + "'";
    if (const auto near = nearest(request.target, names)) {
        text += "; did you mean " + std::string(*near) + "?";
    }
    return Error{Phase::query, std::move(text)};
}

Awaitable<Result<Body>> Scraper::page(PageRequest request) {
    const auto begun = Clock::now();
    const auto selection = Selection::make(exporters_, request.collect, request.exclude);
    if (!selection) co_return selection.error();
    if (const auto names = check_names(exporters_, request.names); !names) co_return names.error();
    const auto runners = wanted(request);
    if (!runners) co_return runners.error();

    const auto find = [this](std::string_view name) { return runner_of(name); };
    const auto gathering = std::make_shared<Gathering>(
        Gathering{*selection, request.deadline, request.client, find,
                  std::vector<TargetView>(runners->size()), runners->size()});
    for (std::size_t i = 0; i < runners->size(); ++i) {
        asio::co_spawn(services_.io, gather_one(gathering, i, (*runners)[i], &services_.log),
                       asio::detached);
    }
    if (request.client) {
        request.client->on_gone([all = *runners] {
            for (const auto& runner : all)
                runner->wake();
        });
    }
    // Each of them ends by the deadline; this is no second limit, only a wait.
    const Deadline no_limit = Deadline(Clock::time_point::max());
    while (gathering->missing > 0)
        co_await gathering->arrived.wait(no_limit);

    if (request.client && request.client->gone()) {
        co_return Error{Phase::closed, "the client went away"};
    }

    const auto made_from = std::make_shared<PageInput>();
    PageInput& input = *made_from;
    input.targets = std::move(gathering->views);
    std::erase_if(input.targets, [](const TargetView& view) { return view.config == nullptr; });
    input.label_targets = request.scope != PageRequest::Scope::target;
    input.with_daemon = request.scope == PageRequest::Scope::daemon ||
                        (input.label_targets && request.collect.empty());
    see_databases();
    input.tenancy = tenancy_.now();
    input.counters = counters_;
    input.limits = limits_;
    input.native_histograms = native_histograms_;
    input.names.insert(request.names.begin(), request.names.end());
    input.format = request.format;
    input.compression = request.compression;
    std::function<std::string()> make = [made_from] { return make_page(std::move(*made_from)); };
    auto body = co_await this->body(std::move(make), std::move(request.make_room));
    if (body) counters_->observe_scrape(seconds(Clock::now() - begun));
    co_return body;
}

Awaitable<Result<Body>> Scraper::body(std::function<std::string()> make,
                                      std::function<void()> make_room) {
    const auto try_it = [make = std::move(make), held = held_, most = limits_.response_bytes] {
        return held_text(make, held, most);
    };
    Body body = co_await offload(services_.workers, try_it);
    asio::steady_timer letting_go(services_.io);
    for (int i = 0; !body && make_room && i < kMostRoomMade; ++i) {
        make_room();
        letting_go.expires_after(kLettingGo);
        co_await letting_go.async_wait(kAsTuple);
        body = co_await offload(services_.workers, try_it);
    }
    if (!body) co_return Error{Phase::limit, "too many pages wait for their clients"};
    co_return body;
}

Result<std::string> Scraper::report(std::string_view path,
                                    std::string_view target,
                                    ReportFormat format) const {
    const auto runner = runner_of(target);
    if (!runner) return Error{Phase::unsupported, "there is no such target"};
    const std::span<const Report> reports = runner->exporter().reports;
    const auto it = std::ranges::find(reports, path, &Report::path);
    if (it == reports.end()) return Error{Phase::unsupported, "it has no such report"};
    auto text = runner->report(static_cast<std::size_t>(it - reports.begin()), format);
    if (!text) return Error{Phase::starting, "nothing has been seen of it yet"};
    return std::move(*text);
}

std::vector<TargetStatus> Scraper::status() const {
    std::vector<TargetStatus> all;
    for (const auto& runner : runners_)
        all.push_back(runner->status());
    return all;
}

std::vector<std::shared_ptr<const TargetConfig>> Scraper::targets() const {
    std::vector<std::shared_ptr<const TargetConfig>> all;
    for (const auto& runner : runners_)
        all.push_back(runner->shared_config());
    return all;
}

}  // namespace erp
