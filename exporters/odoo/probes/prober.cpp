#include "exporters/odoo/probes/prober.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <system_error>
#include <utility>

namespace erp::odoo {
namespace {

using Reply = std::optional<Result<HttpReply>>;

/// Blocks; nothing if a stop was asked for. Throws where there is no memory or descriptor left.
Reply talk(const asio::ip::tcp::endpoint& server,
           const std::string& target,
           Duration within,
           const std::stop_token& stop) {
    Reply reply;
    asio::io_context io(1);
    const std::stop_callback ending(stop, [&io] { io.stop(); });
    asio::co_spawn(io, http_get(server, target, Deadline::after(within)),
                   [&reply](const std::exception_ptr& failure, Result<HttpReply> result) {
                       if (failure) std::rethrow_exception(failure);
                       reply = std::move(result);
                   });
    io.run();
    return reply;
}

Reply ask(const asio::ip::tcp::endpoint& server,
          const std::string& target,
          Duration within,
          const std::stop_token& stop) {
    try {
        return talk(server, target, within, stop);
    } catch (const std::exception& error) {
        return Error{Phase::limit, error.what()};
    }
}

/// What the thread uses, all of it.
class Run {
  public:
    Run(ProbeOptions options, std::string name, Log& log)
        : options_(std::move(options)), name_(std::move(name)), log_(log) {
        for (const Probe probe : options_.wanted)
            state(probe).wanted = true;
    }

    void operator()(const std::stop_token& stop, Published<ProbePicture>& published) {
        // Until then it is known what version the log tells of; and a daemon that starts again and
        // again asks nothing.
        auto next = Clock::now() + options_.interval;
        published.publish(picture_);
        while (!pause_until(stop, next)) {
            const auto begun = Clock::now();
            for (const Probe probe : options_.wanted) {
                if (stop.stop_requested()) return;
                visit(probe, stop, published);
            }
            version_ = options_.version();
            const auto ended = Clock::now();
            next = std::max(begun + options_.interval, ended + (ended - begun));
        }
    }

  private:
    ProbeState& state(Probe probe) { return picture_.probes[static_cast<std::size_t>(probe)]; }

    void visit(Probe probe, const std::stop_token& stop, Published<ProbePicture>& published) {
        ProbeState& now = state(probe);
        const std::string version = options_.version();
        auto& again = again_[static_cast<std::size_t>(probe)];
        const bool rests = again ? Clock::now() < *again : !now.unsupported.empty();
        if (rests && version == version_) return;
        again.reset();
        const bool told = probe != Probe::db_server && !options_.path.empty();
        now.unsupported = told ? std::string() : missing_in(probe, version);
        if (!now.unsupported.empty()) {
            report(probe);
            return published.publish(picture_);
        }
        now.since = Clock::now();
        published.publish(picture_);
        const Reply reply = ask_inside(probe, stop);
        const Duration took = Clock::now() - *now.since;
        now.since.reset();
        if (reply) note(probe, judge(probe, *reply), took);
        published.publish(picture_);
    }

    /// Where Odoo's sockets are.
    Reply ask_inside(Probe probe, const std::stop_token& stop) {
        const auto& server = probe == Probe::gevent ? options_.gevent : options_.http;
        const std::string target = probe_target(probe, options_.path);
        const auto space = find_namespace(options_.find_namespace);
        if (!space) return not_asked(space.error());
        picture_.problem.reset();
        if (space->empty() || is_own_namespace(*space))
            return ask(server, target, options_.answer, stop);
        Reply reply;
        const int error =
            inside_namespace(*space, [&] { reply = ask(server, target, options_.answer, stop); });
        if (error == 0) return reply;
        const Phase phase = error == EPERM || error == EACCES ? Phase::privilege : Phase::connect;
        return not_asked(
            {phase, "cannot enter " + *space + ": " + std::generic_category().message(error)});
    }

    Reply not_asked(Error problem) {
        if (!blind_) log_.warn("no probe is sent", {{"target", name_}, {"reason", problem.text}});
        blind_ = true;
        picture_.problem = std::move(problem);
        return std::nullopt;
    }

    void note(Probe probe, ProbeVerdict verdict, Duration took) {
        ProbeState& now = state(probe);
        blind_ = false;
        // What was there once is missing for another reason.
        const bool never_there = now.results[static_cast<std::size_t>(ProbeResult::ok)] == 0;
        auto& again = again_[static_cast<std::size_t>(probe)];
        const bool begins_session = verdict.session != BegunSession::none;
        if (verdict.session == BegunSession::of_page || (verdict.unsupported && never_there)) {
            now.unsupported = std::move(verdict.reason);
            if (!begins_session) again = Clock::now() + options_.again;
            return report(probe);
        }
        if (begins_session) again = Clock::now() + options_.after_error_session;
        ++now.results[static_cast<std::size_t>(verdict.result)];
        const bool news = !now.last || now.last != verdict.result;
        now.last = verdict.result;
        now.reason = std::move(verdict.reason);
        now.took = took;
        if (news) report(probe);
    }

    void report(Probe probe) {
        const ProbeState& now = state(probe);
        if (!now.unsupported.empty()) {
            log_.warn(
                "a probe is not asked any more",
                {{"target", name_}, {"probe", to_string(probe)}, {"reason", now.unsupported}});
        } else if (now.last == ProbeResult::ok) {
            log_.info("a probe is answered", {{"target", name_}, {"probe", to_string(probe)}});
        } else {
            log_.warn("a probe fails",
                      {{"target", name_}, {"probe", to_string(probe)}, {"reason", now.reason}});
        }
    }

    ProbeOptions options_;
    std::string name_;
    Log& log_;
    ProbePicture picture_;
    std::string version_;  ///< of the last round: another may have other pages
    /// Until when one rests; nothing: until it is due, or of an unsupported one for ever of this
    /// version.
    std::array<std::optional<Clock::time_point>, kProbes> again_;
    bool blind_ = false;
};

}  // namespace

Prober::Prober(ProbeOptions options, std::string name, Log& log)
    : Watcher("odoo probes", std::make_shared<Run>(std::move(options), std::move(name), log)) {}

}  // namespace erp::odoo
