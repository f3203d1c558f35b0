#pragma once

#include "core/base/log.hpp"
#include "core/scrape/published.hpp"
#include "exporters/odoo/sockets/socket_session.hpp"

#include <memory>
#include <string>
#include <thread>

namespace erp::odoo {

/// A session on a thread of its own, which looks once an interval, or a second where looks cost
/// much, and publishes each time.
class SocketSampler {
  public:
    using Counts = Published<SocketCounts>::Entry;

    /// `name` is the target's, for the log, which must outlive the thread.
    SocketSampler(SocketOptions options, std::string name, Log& log);
    /// As request_stop(); the thread owns what it uses and ends on its own.
    ~SocketSampler();
    SocketSampler(const SocketSampler&) = delete;
    SocketSampler& operator=(const SocketSampler&) = delete;
    SocketSampler(SocketSampler&&) = delete;
    SocketSampler& operator=(SocketSampler&&) = delete;

    /// The thread ends after its look. Waits for nothing.
    void request_stop();
    /// request_stop(), and waits for the thread: not on the I/O thread.
    void stop();

    /// Any thread; null until the first look.
    [[nodiscard]] Counts latest() const;

  private:
    class Run;
    std::shared_ptr<Run> run_;
    std::thread thread_;
};

}  // namespace erp::odoo
