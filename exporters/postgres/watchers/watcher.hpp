#pragma once

#include "core/base/deadline.hpp"
#include "core/base/result.hpp"
#include "core/metrics/samples.hpp"
#include "core/scrape/report.hpp"
#include "exporters/postgres/client/session.hpp"
#include "exporters/postgres/client/visitor.hpp"
#include "exporters/postgres/collector.hpp"
#include "exporters/postgres/watchers/databases.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace erp::postgres {

/// What is asked over the main connection between scrapes, and what is remembered of it. All
/// watchers of a target that are due share one round trip. Every member function runs on the
/// target's worker.
class Watcher {
  public:
    /// `interval` is how often it wants to look; what it saw is shown for three of them.
    explicit Watcher(Duration interval) : interval_(interval) {}
    virtual ~Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    Watcher(Watcher&&) = delete;
    Watcher& operator=(Watcher&&) = delete;

    /// Whether ask() has something. By default once an interval; the tick may come a little early.
    [[nodiscard]] virtual bool due(Clock::time_point now) const {
        return !asked_ || now - *asked_ >= interval_ - interval_ / 10;
    }
    /// The next statement; called when due, or when a scrape finds nothing fresh. Nothing: there is
    /// nothing to ask of this server now.
    [[nodiscard]] virtual std::optional<Statement> next(const ServerState& state) = 0;
    /// The reply to next(), `at` its arrival. A failed statement is remembered only where it means
    /// something; an error that is returned is what a scrape reports.
    virtual Result<void> take(const Result<Rows>& reply,
                              const ServerState& state,
                              Clock::time_point at) = 0;
    /// For what can only be read in a database itself; called once, before the others.
    virtual void use(const std::shared_ptr<Visitor>& /*visitor*/) {}
    /// There is a new session: the address may lead to another cluster by now, whose databases
    /// have the same numbers.
    virtual void met() {}
    /// The databases of the server, sorted by name, whenever they were read.
    virtual void know_databases(const std::vector<DatabaseName>& /*databases*/) {}
    /// For people, from any thread; nothing: it has none, or has seen nothing yet.
    [[nodiscard]] virtual std::optional<std::string> report(ReportFormat /*format*/) const {
        return std::nullopt;
    }
    /// What is known, for the page.
    [[nodiscard]] virtual Samples samples() const = 0;
    /// Whether our role may not see a part of it.
    [[nodiscard]] virtual Unavailable missing() const { return Unavailable::no; }

    [[nodiscard]] std::optional<Statement> ask(const ServerState& state, Clock::time_point now) {
        asked_ = now;
        return next(state);
    }
    Result<void> saw(const Result<Rows>& reply, const ServerState& state, Clock::time_point at) {
        Result<void> taken = take(reply, state, at);
        if (taken) seen_ = at;
        return taken;
    }
    /// When it last looked with success; nothing if that is older than three intervals: old news
    /// must not look like news.
    [[nodiscard]] std::optional<Clock::time_point> seen(Clock::time_point now) const {
        return seen_ && now - *seen_ <= 3 * interval_ ? seen_ : std::nullopt;
    }
    [[nodiscard]] Duration interval() const { return interval_; }

  private:
    Duration interval_;
    std::optional<Clock::time_point> asked_;
    std::optional<Clock::time_point> seen_;
};

}  // namespace erp::postgres
