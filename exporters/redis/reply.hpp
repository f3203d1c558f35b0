#pragma once

#include "core/base/handle.hpp"
#include "core/base/result.hpp"
#include "exporters/redis/reply_limits.hpp"

#include <hiredis/hiredis.h>

#include <string>
#include <string_view>
#include <vector>

namespace erp::redis {

using Reply = Handle<redisReply, freeReplyObject>;

/// Takes complete replies out of what arrives, within ReplyLimits.
class ReplyReader {
  public:
    ReplyReader();
    /// Phase limit or protocol; the connection is of no use afterwards.
    Result<void> feed(std::string_view bytes);
    /// The next complete reply, or null if more bytes are needed.
    [[nodiscard]] Result<Reply> next();
    /// Whether bytes are left that no next() has taken.
    [[nodiscard]] bool has_more() const { return reader_->len > reader_->pos; }

  private:
    Handle<redisReader, redisReaderFree> reader_;
    ReplyLimits limits_;
};

/// The wire form of a command (RESP2).
[[nodiscard]] std::string encoded(const std::vector<std::string_view>& words);

[[nodiscard]] inline std::string_view text_of(const redisReply& reply) {
    return reply.str == nullptr ? std::string_view() : std::string_view(reply.str, reply.len);
}

/// The error that an error reply means, by its first word; nothing for other replies. The text is
/// the server's, at most 200 bytes.
[[nodiscard]] bool is_error(const redisReply& reply);
[[nodiscard]] Error error_of(const redisReply& reply);

}  // namespace erp::redis
