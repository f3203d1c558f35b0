#include "core/net/resolve.hpp"

#include "core/base/handle.hpp"
#include "core/base/number.hpp"
#include "core/net/host_port.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>

#include <netdb.h>

#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace erp {

Result<StreamAddress> parse_stream_address(const std::string& text) {
    StreamAddress address;
    constexpr std::string_view kUnix = "unix:";
    if (text.starts_with(kUnix)) {
        address.path = text.substr(kUnix.size());
        // sun_path has 108 bytes with its NUL (unix(7)).
        if (address.path.empty() || address.path.size() > 107) {
            return Error{Phase::resolve, "a socket's path has 1 to 107 bytes"};
        }
        return address;
    }
    const Result<HostPort> parsed = parse_host_port(text);
    if (!parsed) {
        return Error{parsed.error().phase, parsed.error().text + " or unix:/path"};
    }
    address.host = parsed->host;
    address.port = parsed->port;
    return address;
}

Endpoints look_up(const StreamAddress& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int error = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &raw);
    const Handle<addrinfo, ::freeaddrinfo> found(raw);
    if (error != 0) return Error{Phase::resolve, address.host + ": " + ::gai_strerror(error)};
    std::vector<Endpoint> endpoints;
    for (const addrinfo* a = found.get(); a != nullptr; a = a->ai_next) {
        endpoints.emplace_back(a->ai_addr, a->ai_addrlen);
    }
    return endpoints;
}

/// Shared with the thread that looks up. The timer belongs to the coroutine that waits, and is null
/// while nobody does: a thread that outlives the I/O thread must touch nothing of it.
struct Resolver::Lookup {
    std::mutex mutex;
    asio::steady_timer* waiting = nullptr;
    std::optional<Endpoints> answer;
};

/// While it lives, an answer wakes the coroutine.
class Resolver::Wait {
  public:
    Wait(std::shared_ptr<Lookup> lookup, asio::steady_timer& timer) : lookup_(std::move(lookup)) {
        set(&timer);
    }
    ~Wait() { set(nullptr); }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    Wait(Wait&&) = delete;
    Wait& operator=(Wait&&) = delete;

  private:
    void set(asio::steady_timer* timer) {
        const std::lock_guard lock(lookup_->mutex);
        lookup_->waiting = timer;
        // It may have come while nobody waited.
        if (timer != nullptr && lookup_->answer) timer->expires_at(Clock::now());
    }
    std::shared_ptr<Lookup> lookup_;
};

Result<void> Resolver::begin(const StreamAddress& address, const asio::any_io_executor& executor) {
    lookup_ = std::make_shared<Lookup>();
    auto run = [lookup = lookup_, look_up = look_up_, address, executor] {
        Endpoints answer = look_up(address);
        const std::lock_guard lock(lookup->mutex);
        lookup->answer = std::move(answer);
        if (lookup->waiting == nullptr) return;
        asio::post(executor, [lookup] {
            const std::lock_guard woken(lookup->mutex);
            if (lookup->waiting != nullptr) lookup->waiting->cancel();
        });
    };
    try {
        std::thread(std::move(run)).detach();
    } catch (const std::system_error& error) {
        lookup_.reset();
        return Error{Phase::resolve, std::string("no thread to look up a name: ") + error.what()};
    }
    return {};
}

Awaitable<Endpoints> Resolver::resolve(StreamAddress address, Deadline deadline) {
    std::vector<Endpoint> endpoints;
    if (!address.path.empty()) {
        endpoints.emplace_back(asio::local::stream_protocol::endpoint(address.path));
        co_return endpoints;
    }
    boost::system::error_code no_number;
    const auto numeric = asio::ip::make_address(address.host, no_number);
    if (!no_number) {
        const auto port = static_cast<std::uint16_t>(to_int(address.port).value_or(0));
        endpoints.emplace_back(asio::ip::tcp::endpoint(numeric, port));
        co_return endpoints;
    }
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline.at());
    if (!lookup_) {
        if (const auto begun = begin(address, executor); !begun) co_return begun.error();
    }
    const std::shared_ptr<Lookup> lookup = lookup_;
    {
        const Wait wait(lookup, timer);
        co_await timer.async_wait(kAsTuple);
    }
    const std::lock_guard lock(lookup->mutex);
    if (!lookup->answer) {
        co_return Error{Phase::resolve, address.host + ": no answer from the resolver in time"};
    }
    lookup_.reset();
    co_return std::move(*lookup->answer);
}

}  // namespace erp
