#include "exporters/redis/reply.hpp"

#include <new>

namespace erp::redis {

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
    if (!reader_) throw std::bad_alloc();
}

Result<void> ReplyReader::feed(std::string_view bytes) {
    if (auto error = limits_.scan(bytes)) return *error;
    if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) {
        return Error{Phase::protocol, reader_->errstr};
    }
    return {};
}

Result<Reply> ReplyReader::next() {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
        return Error{Phase::protocol, reader_->errstr};
    }
    if (raw != nullptr) return Reply(static_cast<redisReply*>(raw));
    return Reply();
}

std::string encoded(const std::vector<std::string_view>& words) {
    std::size_t size = 32;
    for (const std::string_view word : words)
        size += word.size() + 32;
    std::string out;
    out.reserve(size);  // growing would leave copies of a password behind
    out += "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string_view word : words) {
        out += "$" + std::to_string(word.size()) + "\r\n";
        out += word;
        out += "\r\n";
    }
    return out;
}

bool is_error(const redisReply& reply) {
    return reply.type == REDIS_REPLY_ERROR;
}

Error error_of(const redisReply& reply) {
    const std::string_view text = text_of(reply);
    const auto begins = [&](std::string_view word) { return text.starts_with(word); };
    Phase phase = Phase::query;
    if (begins("NOAUTH") || begins("WRONGPASS") || begins("DENIED") ||
        begins("ERR invalid password") || begins("ERR AUTH") || begins("ERR Client sent AUTH")) {
        phase = Phase::auth;
    } else if (begins("NOPERM")) {
        phase = Phase::privilege;
    } else if (begins("LOADING")) {
        phase = Phase::loading;
    } else if (begins("BUSY") || begins("ERR max number of clients")) {
        phase = Phase::busy;
    } else if (begins("ERR unknown command") || begins("ERR unknown subcommand") ||
               begins("ERR Unknown subcommand")) {
        phase = Phase::unsupported;
    }
    return Error{phase, std::string(text.substr(0, 200))};
}

}  // namespace erp::redis
