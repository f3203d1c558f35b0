// A followed log to bytes and back.
#include "core/tail/followed_log.hpp"

#include <utility>

namespace erp::tail {

void FollowedLog::save(std::string& out) const {
    put(out, static_cast<std::uint64_t>(checked_at_));
    put(out, unwrapper_.state());
    put(out, std::uint64_t{sources_.size()});
    for (const Source& source : sources_) {
        const FileIdentity& identity = source.identity;
        for (const std::uint64_t value :
             {identity.device, identity.inode, identity.head_size, identity.head_hash,
              source.offset, std::uint64_t{source.unfinished}, std::uint64_t{source.skipping}})
            put(out, value);
    }
    for (const Source& source : sources_) {
        for (const std::uint64_t step : source.identity.steps)
            put(out, step);
    }
}

bool FollowedLog::restore(ByteReader& in) {
    checked_at_ = static_cast<std::int64_t>(in.number());
    const bool unwrapped = unwrapper_.restore(in.text());
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Source source;
        source.identity.device = in.number();
        source.identity.inode = in.number();
        source.identity.head_size = in.number();
        source.identity.head_hash = in.number();
        source.offset = in.number();
        source.unfinished = in.number() != 0;
        source.skipping = in.number() != 0;
        if (source.identity.head_size > FileIdentity::kMostHead) return false;
        sources_.push_back(std::move(source));
    }
    history_ = true;
    // The first version has no steps.
    const bool has_steps = in.ok() && !in.at_end();
    for (std::size_t i = 0; has_steps && i < sources_.size(); ++i) {
        for (std::uint64_t& step : sources_[i].identity.steps)
            step = in.number();
    }
    return unwrapped && in.ok();
}

}  // namespace erp::tail
