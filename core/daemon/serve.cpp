#include "core/config/config.hpp"
#include "core/daemon/daemon.hpp"
#include "core/daemon/endpoints.hpp"
#include "core/daemon/footprint.hpp"
#include "core/daemon/status.hpp"
#include "core/http/server.hpp"
#include "core/net/offload.hpp"
#include "core/scrape/scraper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <thread>
#include <utility>

namespace erp {
namespace {

// After SIGTERM: how long pages may wait for targets, then go out with what is there; how long
// requests may run.
constexpr Duration kPatience = std::chrono::seconds(2);
constexpr Duration kGrace = std::chrono::seconds(3);
constexpr Duration kHardStop =
    std::chrono::seconds(4);  ///< whatever still runs then is left behind
constexpr Duration kStarted = std::chrono::seconds(10);  ///< targets are connected by then

ServerLimits server_limits(const Limits& limits) {
    ServerLimits server;
    server.connections = limits.connections;
    server.scrape_timeout = limits.scrape_timeout;
    return server;
}

class Daemon {
  public:
    Daemon(const CommandLine& line, std::span<const Exporter* const> exporters)
        : line_(line), exporters_(exporters), log_(line.log_level, line.log_format) {}

    int run(const Config& config) {
        std::signal(SIGPIPE, SIG_IGN);
        counters_->reload(true);
        limits_ = config.limits;
        const std::vector<std::string> addresses =
            line_.listen.empty() ? config.listen : line_.listen;
        listen_ = config.listen;
        scraper_.apply(config);
        server_.set_limits(server_limits(config.limits));
        for (const std::string& address : addresses) {
            if (const auto listening = server_.listen(address); !listening) {
                log_.error("cannot listen",
                           {{"address", address}, {"error", listening.error().text}});
                finish();
                return 1;
            }
        }
        for (const std::string& address : server_.addresses()) {
            log_.info("serving", {{"address", address}, {"version", ERP_VERSION}});
        }
        asio::co_spawn(io_, watch_signals(), asio::detached);
        settled_.expires_after(kStarted);
        settled_.async_wait([](auto error) {
            if (!error) release_code();
        });
        io_.run();
        finish();
        return 0;
    }

  private:
    Awaitable<> watch_signals() {
        asio::signal_set signals(io_, SIGTERM, SIGINT, SIGHUP);
        for (;;) {
            const auto [error, number] = co_await signals.async_wait(kAsTuple);
            if (error) co_return;
            if (!ready_) {
                io_.stop();  // asked twice: at once
            } else if (number == SIGHUP) {
                co_await reload();
            } else {
                stop();
            }
        }
    }

    void stop() {
        log_.info("stopping");
        ready_ = false;
        hard_stop_.expires_after(kHardStop);
        hard_stop_.async_wait([this](auto error) {
            if (!error) io_.stop();
        });
        patience_.expires_after(kPatience);
        patience_.async_wait([this](auto error) {
            if (!error) scraper_.stop();
        });
        server_.stop(kGrace, [this] { io_.stop(); });
    }

    /// Never throws: what goes wrong is in the texts, and the last good configuration stays in use.
    Awaitable<std::vector<std::string>> reload() {
        while (reloading_)
            co_await reloaded_.wait(Deadline(Clock::time_point::max()));
        reloading_ = true;
        auto read = [file = line_.config_file, exporters = exporters_] {
            return load_config(file, exporters);
        };
        const LoadedConfig loaded = co_await offload(workers_, std::move(read));
        std::vector<std::string> errors;
        for (const ConfigError& error : loaded.errors)
            errors.push_back(to_text(error));
        if (loaded.config) {
            scraper_.apply(*loaded.config);
            limits_ = loaded.config->limits;
            server_.set_limits(server_limits(limits_));
            if (line_.listen.empty() && loaded.config->listen != listen_) {
                log_.warn("new listen addresses are used after a restart");
            }
            log_.info("configuration reloaded", {{"file", line_.config_file}});
        } else {
            for (const std::string& error : errors) {
                log_.error("configuration not reloaded", {{"error", error}});
            }
        }
        counters_->reload(loaded.config.has_value());
        reload_ok_ = loaded.config.has_value();
        if (reload_ok_) reloaded_at_ = std::chrono::system_clock::now();
        reloading_ = false;
        reloaded_.notify();
        co_return errors;
    }

    std::string status_page() const {
        StatusPage page = status_of(scraper_);
        page.version = ERP_VERSION;
        page.started = started_;
        page.addresses = server_.addresses();
        page.config_file = line_.config_file;
        page.reload_ok = reload_ok_;
        page.reloaded = reloaded_at_;
        return to_html(page);
    }

    Endpoints endpoints() {
        Endpoints endpoints;
        endpoints.scraper = &scraper_;
        endpoints.reload = [this] { return reload(); };
        endpoints.status_page = [this] { return status_page(); };
        endpoints.ready = [this] { return ready_; };
        return endpoints;
    }

    void finish() {
        scraper_.stop();
        workers_.stop();
        io_.stop();
    }

    const CommandLine& line_;
    std::span<const Exporter* const> exporters_;
    Log log_;
    asio::io_context io_{1};
    asio::thread_pool workers_{2};
    std::shared_ptr<self::Counters> counters_ = std::make_shared<self::Counters>();
    Scraper scraper_{{io_, workers_, log_}, exporters_, counters_};
    Server server_{io_, ServerLimits(), make_router(endpoints()),
                   [this](std::string_view route, unsigned status) {
                       counters_->count_request(route, status);
                   },
                   log_};
    asio::steady_timer settled_{io_};
    asio::steady_timer patience_{io_};
    asio::steady_timer hard_stop_{io_};
    Limits limits_;
    std::vector<std::string> listen_;
    bool ready_ = true;
    bool reloading_ = false;
    Signal reloaded_;
    bool reload_ok_ = true;
    std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
    std::chrono::system_clock::time_point reloaded_at_ = started_;
};

/// Abandoned jobs (a name that does not resolve, a frozen server) have threads that end on their
/// own, later than the five seconds in which a stop must be over.
bool other_threads_run() {
    std::error_code error;
    const std::filesystem::directory_iterator tasks("/proc/self/task", error);
    return !error && std::distance(begin(tasks), end(tasks)) > 1;
}

void leave_if_threads_run(int status) {
    const Deadline patience = Deadline::after(std::chrono::milliseconds(500));
    while (other_threads_run()) {
        if (patience.passed()) {
            std::cout.flush();
            std::_Exit(status);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace

int serve(const CommandLine& line, std::span<const Exporter* const> exporters) {
    LoadedConfig loaded = load_config(line.config_file, exporters);
    if (!loaded.config) {
        for (const ConfigError& error : loaded.errors)
            std::cerr << to_text(error) << '\n';
        return 2;
    }
    use_one_heap();
    // On the heap and not freed when abandoned threads still run: they may use its loop's executor.
    auto daemon = std::make_unique<Daemon>(line, exporters);
    const int status = daemon->run(*loaded.config);
    leave_if_threads_run(status);
    return status;
}

}  // namespace erp
