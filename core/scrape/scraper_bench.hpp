#pragma once

#include "core/scrape/fake_target.hpp"
#include "core/scrape/scraper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// For the tests of the scrape core: a scraper of targets that the test plays by hand.
namespace erp::scrape_test {

using namespace std::chrono_literals;
using fake::Script;

struct Answer {
    std::optional<Result<std::shared_ptr<const std::string>>> page;
    Duration took{};
};

inline Awaitable<> ask(Scraper* scraper, PageRequest request, std::shared_ptr<Answer> answer) {
    const auto begun = Clock::now();
    answer->page = co_await scraper->page(request);
    answer->took = Clock::now() - begun;
}

inline Awaitable<> ask_text(Scraper* scraper, std::string text, std::shared_ptr<Answer> answer) {
    std::function<std::string()> make = [text = std::move(text)] { return text; };
    answer->page = co_await scraper->body(std::move(make), {});
}

inline const Exporter* const kExporters[] = {&fake::kExporter};

/// A scraper on its own I/O thread's loop, driven by the test.
class Bench {
  public:
    explicit Bench(std::vector<ConfiguredTarget> targets,
                   std::size_t response_bytes = std::size_t{1} << 20,
                   std::size_t series_per_page = Limits().series_per_page)
        : response_bytes_(response_bytes), series_per_page_(series_per_page) {
        apply(std::move(targets));
    }
    ~Bench() {
        scraper_.stop();
        run(50ms);
        workers_.join();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    Bench(Bench&&) = delete;
    Bench& operator=(Bench&&) = delete;

    void apply(std::vector<ConfiguredTarget> targets) {
        apply(std::move(targets),
              std::make_shared<const Tenancy>(
                  std::vector<Tenant>{{"acme", "Acme Ltd", "production", "dedicated"}},
                  std::vector<TenantRule>{{Dimension::database, "acme", "acme"}}));
    }
    void apply(std::vector<ConfiguredTarget> targets, std::shared_ptr<const Tenancy> tenancy) {
        Estate estate;
        estate.tenancy = std::move(tenancy);
        estate.targets = std::move(targets);
        estate.limits.series_per_target = 100;
        estate.limits.response_bytes = response_bytes_;
        estate.limits.series_per_page = series_per_page_;
        scraper_.apply(estate);
    }

    std::shared_ptr<Answer> ask(Duration wait, PageRequest request = {}) {
        request.deadline = Deadline::after(wait);
        auto answer = std::make_shared<Answer>();
        asio::co_spawn(io_, scrape_test::ask(&scraper_, request, answer), asio::detached);
        return answer;
    }

    /// For a text that is no page.
    std::shared_ptr<Answer> ask_text(std::string text) {
        auto answer = std::make_shared<Answer>();
        asio::co_spawn(io_, scrape_test::ask_text(&scraper_, std::move(text), answer),
                       asio::detached);
        return answer;
    }

    /// Lets the loop run until the answer is there, at most 20 s.
    std::string page(const std::shared_ptr<Answer>& answer) {
        const Deadline limit = Deadline::after(20s);
        while (!answer->page && !limit.passed())
            run(1ms);
        REQUIRE(answer->page);
        REQUIRE(*answer->page);
        return ***answer->page;
    }

    void run(Duration d) {
        io_.restart();
        const auto work = asio::make_work_guard(io_);
        io_.run_for(d);
    }

    [[nodiscard]] std::vector<TargetStatus> status() const { return scraper_.status(); }
    asio::io_context& io() { return io_; }
    /// What readers of logs know.
    [[nodiscard]] const CurrentTenancy& tenancy() const { return *services_.tenancy; }

  private:
    std::size_t response_bytes_;
    std::size_t series_per_page_;
    asio::io_context io_{1};
    asio::thread_pool workers_{2};
    Log log_{LogLevel::error};
    Services services_{io_, workers_, log_};
    Scraper scraper_{services_, kExporters, std::make_shared<self::Counters>()};
};

inline bool has(const std::string& page, const std::string& line) {
    return page.find(line + "\n") != std::string::npos;
}

inline std::shared_ptr<Script> script(
    std::function<void(std::shared_ptr<Collection>)> answer = {}) {
    auto s = std::make_shared<Script>();
    s->answer = std::move(answer);
    return s;
}

}  // namespace erp::scrape_test
