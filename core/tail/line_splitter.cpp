#include "core/tail/line_splitter.hpp"

#include <algorithm>
#include <cstring>

namespace erp::tail {

LineSplitter::LineSplitter(std::size_t longest, std::size_t piece)
    : longest_(longest), piece_(std::max<std::size_t>(piece, 1)) {}

std::span<char> LineSplitter::room() {
    const std::size_t kept = end_ - begin_;
    if (capacity_ - end_ < piece_ || buffer_ == nullptr) {
        if (capacity_ < kept + piece_) {
            const std::size_t wanted = std::max(kept + piece_, std::min(capacity_ * 2, longest_));
            std::unique_ptr<char[]> larger(new char[wanted + kPadding]);
            std::memset(larger.get() + wanted, 0, kPadding);
            if (kept > 0) std::memcpy(larger.get(), buffer_.get() + begin_, kept);
            buffer_ = std::move(larger);
            capacity_ = wanted;
        } else {
            std::memmove(buffer_.get(), buffer_.get() + begin_, kept);
        }
        begin_ = 0;
        end_ = kept;
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

void LineSplitter::filled(std::size_t bytes) {
    end_ += std::min(bytes, capacity_ - end_);
}

void LineSplitter::drop_leading_nul() {
    if (searched_ > 0 || oversize_ || skipping_) return;
    while (begin_ < end_ && buffer_[begin_] == '\0') {
        ++begin_;
        ++taken_;
    }
}

void LineSplitter::drop_unfinished() {
    dropped_ += end_ - begin_;
    begin_ = end_ = searched_ = 0;
}

std::optional<LineSplitter::Line> LineSplitter::next() {
    while (begin_ < end_) {
        drop_leading_nul();
        const char* const from = buffer_.get() + begin_ + searched_;
        const std::size_t left = end_ - begin_ - searched_;
        const void* const found = left > 0 ? std::memchr(from, '\n', left) : nullptr;
        if (found == nullptr) {
            searched_ = end_ - begin_;
            if (searched_ > longest_) oversize_ = true;
            if (oversize_ || skipping_) drop_unfinished();
            return std::nullopt;
        }
        const char* const start = buffer_.get() + begin_;
        const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        begin_ += size + 1;
        taken_ += dropped_ + size + 1;
        dropped_ = 0;
        searched_ = 0;
        const bool oversize = oversize_ || size > longest_;
        oversize_ = false;
        if (skipping_) {
            skipping_ = false;
            continue;
        }
        if (oversize) return Line{{}, true};
        return Line{{start, size}, false};
    }
    return std::nullopt;
}

std::optional<LineSplitter::Line> LineSplitter::rest() {
    drop_leading_nul();
    const std::size_t size = end_ - begin_;
    const bool something = size > 0 || dropped_ > 0;
    const Line line = oversize_ || size > longest_
                          ? Line{{}, true}
                          : Line{{size > 0 ? buffer_.get() + begin_ : "", size}, false};
    taken_ += dropped_ + size;
    begin_ = end_;
    dropped_ = searched_ = 0;
    oversize_ = false;
    if (skipping_) {
        skipping_ = false;
        return std::nullopt;
    }
    if (!something) return std::nullopt;
    return line;
}

std::string_view last_start(std::string_view line, std::string_view start) {
    if (start.empty()) return {};
    const std::size_t at = line.rfind(start);
    return at == std::string_view::npos || at == 0 ? std::string_view() : line.substr(at);
}

}  // namespace erp::tail
