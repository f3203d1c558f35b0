#pragma once

#include "core/scrape/target.hpp"
#include "exporters/redis/client.hpp"

#include <cstdint>
#include <memory>

namespace erp::redis {

/// A Redis or Valkey server: one kept connection on the I/O thread, one pipeline a collection.
class RedisTarget : public Target {
  public:
    RedisTarget(Services services, RedisOptions options);

    void start() override {}
    void stop() override;
    void collect(std::shared_ptr<Collection> collection) override;
    void describe(const Outcome& outcome, Samples& samples) const override;
    [[nodiscard]] std::vector<std::pair<std::string_view, std::size_t>> connections()
        const override;

    /// Shared with the coroutine of a collection, which may outlive the target.
    struct State {
        explicit State(RedisOptions options) : client(std::move(options)) {}
        Client client;
        bool knows_sections = false;  ///< INFO takes several sections (7.0 and later)
        bool collecting = false;
        bool stopped = false;
        std::uint64_t ended = 0;
        double scrapes = 0;
        double failures = 0;
        double seconds = 0;
    };

  private:
    asio::io_context& io_;
    std::shared_ptr<State> state_;
};

}  // namespace erp::redis
