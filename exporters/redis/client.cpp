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

/// What an error reply to AUTH means: a refused login, unless it is the server's word about its own
/// state, which comes in place of any first reply ("ERR max number of clients reached"). A server
/// without AUTH quotes its arguments in the error: only the first word is safe.
Error auth_error(const redisReply& reply) {
    const Error error = error_of(reply);
    const bool of_state = error.phase == Phase::busy || error.phase == Phase::loading;
    return {of_state ? error.phase : Phase::auth,
            "AUTH was answered with " + error.text.substr(0, error.text.find(' '))};
}

/// Whether INFO has a chance after CLIENT SETNAME was answered so: SETNAME may be forbidden,
/// renamed or refused while loading; a script over its time also answers INFO, with BUSY.
bool may_go_on(const Error& error) {
    return error.phase == Phase::privilege || error.phase == Phase::query ||
           error.phase == Phase::unsupported || error.phase == Phase::loading ||
           error.text.starts_with("BUSY");
}

}  // namespace

bool Client::is_refused(const Secret& password) const {
    return auth_error_ && Clock::now() - auth_failed_at_ < kAuthPause &&
           password.reveal() == refused_.reveal();
}

Awaitable<Result<void>> Client::ensure(Deadline deadline) {
    if (stopped_) co_return Error{Phase::closed, "the target is stopped"};
    if (stream_) co_return Result<void>();
    const Result<StreamAddress> address = parse_stream_address(options_.address);
    if (!address) co_return address.error();
    Secret password;
    if (options_.password.given()) {
        // A secret that is not there yet has bothered no server: it may be looked for again at
        // once.
        Result<Secret> read = options_.password.read();
        if (!read) co_return read.error();
        password = std::move(*read);
    }
    if (is_refused(password)) co_return *auth_error_;
    auth_error_.reset();
    const auto begun = Clock::now();
    const Deadline limit = deadline.at_most(kConnectTime);
    Result<std::unique_ptr<Stream>> connected =
        co_await Stream::connect(&resolver_, *address, limit);
    connect_time_ = Clock::now() - begun;
    if (!connected) co_return connected.error();
    if (stopped_) co_return Error{Phase::closed, "the target is stopped"};
    stream_ = std::move(*connected);
    reader_ = std::make_unique<ReplyReader>();
    const Secret* given = options_.password.given() ? &password : nullptr;
    Result<void> ready = co_await log_in(given, deadline);
    if (!ready) {
        close();
        if (ready.error().phase == Phase::auth) {
            auth_error_ = ready.error();
            auth_failed_at_ = Clock::now();
            refused_ = std::move(password);
        }
    }
    co_return ready;
}

Awaitable<Result<void>> Client::log_in(const Secret* password, Deadline deadline) {
    std::vector<std::string> commands;
    if (password != nullptr) {
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
    const bool with_password = password != nullptr;
    OnReply on_reply = [&refused, with_password](std::size_t command, Reply reply) {
        if (refused || !is_error(*reply)) return;
        if (with_password && command == 0) {
            refused = auth_error(*reply);
        } else if (const Error error = error_of(*reply); !may_go_on(error)) {
            refused = error;
        }
    };
    const Result<void> sent = co_await pipeline(std::move(commands), deadline, std::move(on_reply));
    // A server that takes no more clients says so and hangs up: its word tells more than the end.
    if (refused) co_return *refused;
    co_return sent;
}

Awaitable<Result<void>> Client::pipeline(std::vector<std::string> commands,
                                         Deadline deadline,
                                         OnReply on_reply) {
    if (!stream_) co_return Error{Phase::closed, "not connected"};
    std::string request;
    std::size_t size = 0;
    for (const std::string& command : commands)
        size += command.size();
    request.reserve(size);  // a password leaves no copies behind
    for (std::string& command : commands) {
        request += command;
        ::explicit_bzero(command.data(), command.size());
    }
    Result<void> done = co_await stream_->write(std::move(request), deadline);
    // What the server said before it hung up can still be read.
    if (!done && done.error().phase == Phase::closed) done = Result<void>();
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
    // One reply too many would answer the next batch's first command.
    if (done && reader_->has_more()) {
        done = Error{Phase::protocol, "more replies than requests"};
    }
    if (!done) close();
    co_return done;
}

void Client::stop() {
    stopped_ = true;
    if (stream_) stream_->close();
}

void Client::close() {
    stream_.reset();
    reader_.reset();
}

}  // namespace erp::redis
