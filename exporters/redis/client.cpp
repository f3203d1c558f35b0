#include "exporters/redis/client.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

namespace erp::redis {
namespace {

using namespace std::chrono_literals;

constexpr Duration kConnectTime = 2s;
constexpr Duration kAuthPause = 30s;
constexpr std::size_t kBlock = 16384;

}  // namespace

Awaitable<Result<void>> Client::ensure(Deadline deadline) {
    if (stream_) co_return Result<void>();
    if (auth_error_ && Clock::now() - auth_failed_at_ < kAuthPause) co_return *auth_error_;
    auth_error_.reset();
    const Result<StreamAddress> address = parse_stream_address(options_.address);
    if (!address) co_return address.error();
    // A secret that is not there yet has bothered no server: it may be looked for again at once.
    if (const auto secret = options_.password.read(); !secret) co_return secret.error();
    const auto begun = Clock::now();
    const Deadline limit = deadline.at_most(kConnectTime);
    Result<std::unique_ptr<Stream>> connected = co_await Stream::connect(workers_, *address, limit);
    connect_time_ = Clock::now() - begun;
    if (!connected) co_return connected.error();
    stream_ = std::move(*connected);
    reader_ = std::make_unique<ReplyReader>();
    Result<void> ready = co_await log_in(deadline);
    if (!ready) {
        close();
        if (ready.error().phase == Phase::auth) {
            auth_error_ = ready.error();
            auth_failed_at_ = Clock::now();
        }
    }
    co_return ready;
}

Awaitable<Result<void>> Client::log_in(Deadline deadline) {
    std::vector<std::string> commands;
    const bool with_password = options_.password.given();
    if (with_password) {
        const Result<Secret> password = options_.password.read();
        if (!password) co_return password.error();
        std::vector<std::string_view> words{"AUTH"};
        if (!options_.user.empty()) words.push_back(options_.user);
        words.push_back(password->reveal());
        commands.push_back(encoded(words));
    }
    const std::vector<std::string_view> set_name{"CLIENT", "SETNAME", "erp_exporter"};
    commands.push_back(encoded(set_name));
    // AUTH that fails can leave a connection usable as the default user: its failure is ours. A
    // refused SETNAME is only a missing right.
    std::optional<Error> refused;
    OnReply on_reply = [&refused, with_password](std::size_t command, Reply reply) {
        if (!is_error(*reply)) return;
        const Error error = error_of(*reply);
        const bool of_auth = with_password && command == 0;
        // A server without AUTH quotes its arguments in the error: only the first word is safe.
        if (of_auth) refused = Error{Phase::auth, error.text.substr(0, error.text.find(' '))};
        if (!refused && error.phase != Phase::privilege && error.phase != Phase::query) {
            refused = error;
        }
    };
    const Result<void> sent = co_await pipeline(std::move(commands), deadline, std::move(on_reply));
    if (!sent) co_return sent;
    // LOADING and BUSY answer SETNAME too, but INFO may still work.
    if (refused && refused->phase != Phase::loading && refused->phase != Phase::busy &&
        refused->phase != Phase::unsupported) {
        co_return *refused;
    }
    co_return Result<void>();
}

Awaitable<Result<void>> Client::pipeline(std::vector<std::string> commands,
                                         Deadline deadline,
                                         OnReply on_reply) {
    std::string request;
    for (std::string& command : commands) {
        request += command;
        ::explicit_bzero(command.data(), command.size());  // it may carry a password
    }
    Result<void> done = co_await stream_->write(std::move(request), deadline);
    std::size_t replies = 0;
    while (done && replies < commands.size()) {
        const Result<std::string> bytes = co_await stream_->read_some(kBlock, deadline);
        if (!bytes) {
            done = bytes.error();
            break;
        }
        done = reader_->feed(*bytes);
        while (done && replies < commands.size()) {
            Result<Reply> reply = reader_->next();
            if (!reply) {
                done = reply.error();
            } else if (!*reply) {
                break;
            } else {
                on_reply(replies++, std::move(*reply));
            }
        }
    }
    if (!done) close();
    co_return done;
}

void Client::cancel() {
    if (stream_) stream_->close();
}

void Client::close() {
    stream_.reset();
    reader_.reset();
}

}  // namespace erp::redis
