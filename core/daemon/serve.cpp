#include "core/daemon/config_source.hpp"
#include "core/daemon/daemon.hpp"
#include "core/daemon/endpoints.hpp"
#include "core/daemon/process.hpp"
#include "core/daemon/service_discovery.hpp"
#include "core/daemon/status.hpp"
#include "core/http/server.hpp"
#include "core/net/offload.hpp"
#include "core/scrape/scraper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <optional>
#include <utility>

namespace erp {
namespace {

// After SIGTERM: how long pages may wait for targets, then go out with what is there; how long
// requests may run.
constexpr Duration kPatience = std::chrono::seconds(2);
constexpr Duration kGrace = std::chrono::seconds(3);
constexpr Duration kLookAgain = std::chrono::seconds(60);  ///< for servers of this host
/// Else what several pages at once took stays for good. The next scrape faults its share in again.
constexpr Duration kGiveBack = std::chrono::seconds(60);
constexpr Duration kStarted = std::chrono::seconds(10);  ///< then what only the start needs is left
constexpr std::size_t kOwnDescriptors = 24;  ///< of the loop, listeners, names, a few spare
constexpr std::size_t kFewestConnections = 4;
constexpr Duration kHardStop =
    std::chrono::seconds(4);  ///< whatever still runs then is left behind

/// All but those of clients.
std::size_t descriptors_of(const Config& config) {
    std::size_t ours = kOwnDescriptors;
    for (const ConfiguredTarget& target : config.targets)
        ours += target.config->descriptors;
    return ours;
}

/// Clients may not take the descriptors that we need.
ServerLimits server_limits(const Limits& limits, std::size_t ours, std::size_t descriptors) {
    const std::size_t rest = descriptors > ours ? descriptors - ours : 0;
    ServerLimits server;
    server.connections = std::min(limits.connections, std::max(rest, kFewestConnections));
    server.connections_per_address = limits.connections_per_address;
    server.scrape_timeout = limits.scrape_timeout;
    return server;
}

class Daemon {
  public:
    Daemon(const CommandLine& line, ConfigSource source, std::span<const Exporter* const> exporters)
        : line_(line),
          exporters_(exporters),
          log_(line.log_level, line.log_format),
          source_(std::move(source)) {}

    int run(const Config& config) {
        std::signal(SIGPIPE, SIG_IGN);
        counters_->reload(true);
        served_ = line_.listen.empty() ? config.listen : line_.listen;
        for (const std::string& address : served_) {
            if (const auto listening = server_.listen(address); !listening) {
                log_.error("cannot listen",
                           {{"address", address}, {"error", listening.error().text}});
                finish();
                return 1;
            }
        }
        use(config);
        for (const std::string& address : server_.addresses()) {
            log_.info("serving", {{"address", address}, {"version", ERP_VERSION}});
        }
        give_back_later(kStarted);
        asio::co_spawn(io_, watch_signals(), asio::detached);
        if (source_.is_local()) asio::co_spawn(io_, watch_host(), asio::detached);
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
            if (number == SIGHUP) {
                if (ready_) co_await reload();
            } else if (!ready_) {
                io_.stop();  // asked twice: at once
            } else {
                stop();
            }
        }
    }

    /// Servers that start after us are found too.
    Awaitable<> watch_host() {
        asio::steady_timer timer(io_);
        while (ready_) {
            timer.expires_after(kLookAgain);
            const auto [error] = co_await timer.async_wait(kAsTuple);
            if (error || !ready_) co_return;
            co_await load([](ConfigSource& source) { return source.look_again(); });
        }
    }

    /// Whom nobody asks sleeps on.
    void give_back_later(Duration wait) {
        if (std::exchange(giving_back_, true)) return;
        give_back_.expires_after(wait);
        give_back_.async_wait([this](auto error) {
            giving_back_ = false;
            if (!error) give_back_memory();
        });
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

    Awaitable<Reloaded> reload() {
        return load([](ConfigSource& source) { return std::optional(source.load()); });
    }

    using Load = std::optional<LoadedConfig> (*)(ConfigSource& source);

    /// Never throws: what goes wrong is in the texts, and the last good configuration stays in use.
    Awaitable<Reloaded> load(Load how) {
        while (loading_)
            co_await loaded_.wait(Deadline(Clock::time_point::max()));
        loading_ = true;
        auto read = [source = &source_, how] { return how(*source); };
        const std::optional<LoadedConfig> loaded = co_await offload(workers_, std::move(read));
        Reloaded outcome;
        if (loaded) outcome = take(*loaded);
        loading_ = false;
        loaded_.notify();
        co_return outcome;
    }

    Reloaded take(const LoadedConfig& loaded) {
        Reloaded outcome;
        for (const ConfigError& error : loaded.errors)
            outcome.errors.push_back(to_text(error));
        if (loaded.config) {
            use(*loaded.config);
            if (line_.listen.empty() && loaded.config->listen != served_) {
                outcome.notes.emplace_back("new listen addresses are used after a restart");
            }
            log_.info("configuration loaded", {{"from", source_.name()}});
        }
        for (const std::string& note : outcome.notes)
            log_.warn(note);
        for (const std::string& error : outcome.errors) {
            log_.error("configuration not loaded", {{"error", error}});
        }
        reload_ok_ = loaded.config.has_value();
        counters_->reload(reload_ok_);
        if (reload_ok_) reloaded_at_ = std::chrono::system_clock::now();
        return outcome;
    }

    void use(const Config& config) {
        scraper_.apply(config);
        advertise_ = config.advertise;
        scrape_interval_ = config.scrape_interval;
        const std::size_t ours = descriptors_of(config);
        const ServerLimits limits = server_limits(config.limits, ours, descriptors_);
        if (std::exchange(scarce_, limits.connections) != limits.connections)
            warn_of_descriptors(config.limits.connections, limits.connections, ours);
        server_.set_limits(limits);
    }

    void warn_of_descriptors(std::size_t wanted, std::size_t connections, std::size_t ours) {
        const std::string limit = std::to_string(descriptors_);
        if (ours + connections > descriptors_) {
            log_.warn("too few file descriptors for the targets",
                      {{"descriptors", limit}, {"needed", std::to_string(ours + connections)}});
        }
        if (connections < wanted) {
            log_.warn("too few file descriptors for limits.connections",
                      {{"descriptors", limit}, {"connections", std::to_string(connections)}});
        }
    }

    Result<std::string> http_sd() const {
        std::string address = advertise_;
        if (address.empty()) {
            const auto own = reachable_address(server_.addresses(), asio::ip::host_name());
            if (!own) return Error{Phase::unsupported, "no TCP address is served: set advertise"};
            address = *own;
        }
        return to_http_sd(address, scraper_.targets(), scrape_interval_);
    }

    StatusPage status() const {
        StatusPage page = status_of(scraper_);
        page.version = ERP_VERSION;
        page.started = started_;
        page.addresses = server_.addresses();
        page.config_file = line_.config_file;
        page.reload_ok = reload_ok_;
        page.reloaded = reloaded_at_;
        return page;
    }

    Endpoints endpoints() {
        Endpoints endpoints;
        endpoints.scraper = &scraper_;
        endpoints.reload = [this] { return reload(); };
        endpoints.http_sd = [this] { return http_sd(); };
        endpoints.texts = &texts_;
        endpoints.make_room = make_room_;
        endpoints.status = [this] { return status(); };
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
    ConfigSource source_;  ///< used on a worker while loading_
    asio::io_context io_{1};
    asio::thread_pool workers_{2};
    std::shared_ptr<self::Counters> counters_ = std::make_shared<self::Counters>();
    Scraper scraper_{
        {io_, workers_, log_, std::make_shared<CurrentTenancy>(), line_.state_directory},
        exporters_,
        counters_};
    const std::function<void()> make_room_ = [this] { server_.cut_slowest_reader(); };
    SharedTexts texts_{scraper_, make_room_};
    Server server_{io_, ServerLimits(), make_router(endpoints()),
                   [this](std::string_view route, unsigned status) {
                       counters_->count_request(route, status);
                       give_back_later(kGiveBack);
                   },
                   log_};
    asio::steady_timer give_back_{io_};
    bool giving_back_ = false;
    asio::steady_timer patience_{io_};
    asio::steady_timer hard_stop_{io_};
    std::size_t descriptors_ = raise_descriptor_limit();
    std::size_t scarce_ = 0;           ///< connections there are descriptors for, as last seen
    std::vector<std::string> served_;  ///< as configured
    std::string advertise_;
    std::optional<Duration> scrape_interval_;
    bool ready_ = true;
    bool loading_ = false;
    Signal loaded_;
    bool reload_ok_ = true;
    std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
    std::chrono::system_clock::time_point reloaded_at_ = started_;
};

}  // namespace

int serve(const CommandLine& line, std::span<const Exporter* const> exporters) {
    ConfigSource source(line.config_file, exporters);
    LoadedConfig loaded = source.load();
    if (!loaded.config) {
        for (const ConfigError& error : loaded.errors)
            std::cerr << to_text(error) << '\n';
        return 2;
    }
    set_up_heap();
    // On the heap and not freed when abandoned threads still run: they may use its loop's executor.
    auto daemon = std::make_unique<Daemon>(line, std::move(source), exporters);
    const int status = daemon->run(*loaded.config);
    // From here on nobody handles what a second, impatient stop sends: it must not be the status.
    block_stop_signals();
    leave_if_threads_run(status);
    return status;
}

}  // namespace erp
