#pragma once

#include "core/net/asio.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace erp {

/// A server of a test: answers each request, one after the other, with what `reply` makes of its
/// head, byte for byte, and closes; empty: it hangs until the client goes.
class FakeHttpServer {
  public:
    using Reply = std::function<std::string(const std::string& head)>;

    explicit FakeHttpServer(Reply reply)
        : reply_(std::move(reply)),
          acceptor_(io_, {asio::ip::address_v4::loopback(), 0}),
          endpoint_(acceptor_.local_endpoint()),
          thread_([this] { serve(); }) {}
    ~FakeHttpServer() {
        stopping_ = true;
        boost::system::error_code ignored;
        asio::ip::tcp::socket waker(io_);
        waker.connect(endpoint_, ignored);
        waker.close(ignored);
        thread_.join();
    }
    FakeHttpServer(const FakeHttpServer&) = delete;
    FakeHttpServer& operator=(const FakeHttpServer&) = delete;
    FakeHttpServer(FakeHttpServer&&) = delete;
    FakeHttpServer& operator=(FakeHttpServer&&) = delete;

    [[nodiscard]] asio::ip::tcp::endpoint endpoint() const { return endpoint_; }
    /// The first lines of the requests so far.
    [[nodiscard]] std::vector<std::string> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

  private:
    void serve() {
        while (!stopping_) {
            boost::system::error_code error;
            asio::ip::tcp::socket socket(io_);
            acceptor_.accept(socket, error);
            asio::streambuf buffer;
            const std::size_t size = asio::read_until(socket, buffer, "\r\n\r\n", error);
            if (error) continue;
            const auto* const begin = static_cast<const char*>(buffer.data().data());
            const std::string head(begin, size);
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(head.substr(0, head.find('\r')));
            }
            const std::string reply = reply_(head);
            if (reply.empty()) {
                char byte = 0;
                socket.read_some(asio::buffer(&byte, 1), error);
            } else {
                asio::write(socket, asio::buffer(reply), error);
            }
        }
    }

    Reply reply_;
    asio::io_context io_;
    asio::ip::tcp::acceptor acceptor_;
    asio::ip::tcp::endpoint endpoint_;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace erp
