#include "exporters/redis/reply.hpp"
#include "exporters/redis/slowlog.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>

namespace {

/// Types of the complete replies, and whether the stream is refused; read in steps.
std::string read(std::string_view bytes, std::size_t step) {
    erp::redis::ReplyReader reader;
    std::string seen;
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        if (!reader.feed(part)) return seen + "!";
        for (;;) {
            const auto reply = reader.next();
            if (!reply) return seen + "!";
            if (!*reply) break;
            seen += static_cast<char>('a' + std::clamp((*reply)->type, 0, 20));
            if (erp::redis::is_error(**reply)) {
                ERP_HOLDS(erp::redis::error_of(**reply).text.size() <= 200);
            }
            (void)erp::redis::slowlog_samples(**reply, reply->get());
        }
    }
    return seen;
}

}  // namespace

// What a server sends: it must not matter in which pieces it arrives.
ERP_FUZZ(bytes) {
    const std::string whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
    const std::string stepwise = read(bytes, 1);
    // A stream that is refused in the end may have given replies before, when read stepwise.
    if (whole.ends_with('!')) {
        ERP_HOLDS(stepwise.ends_with('!'));
    } else {
        ERP_HOLDS(whole == stepwise);
    }
}
