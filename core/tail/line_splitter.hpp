#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace erp::tail {

/// Bytes in any pieces to whole lines, without a copy of what arrives whole. Pure. The buffer grows
/// to the longest line allowed and no further.
///
/// NUL bytes at the start of a line are dropped: a writer that does not append leaves a hole there
/// when its file is truncated under it, which may be gigabytes. Inside a line they stay.
class LineSplitter {
  public:
    /// Readable bytes behind the text of each line, of any content: simdjson wants them.
    static constexpr std::size_t kPadding = 64;

    struct Line {
        std::string_view text;  ///< without the newline; valid until the next call of anything
        bool oversize = false;  ///< longer than allowed: its text is dropped
    };

    /// `longest` and `piece` (the least room for new bytes) in bytes.
    explicit LineSplitter(std::size_t longest = 1U << 20U, std::size_t piece = 256U << 10U);

    /// Where the next bytes go, never empty. Take all lines of next() before asking again.
    [[nodiscard]] std::span<char> room();
    void filled(std::size_t bytes);
    [[nodiscard]] std::optional<Line> next();
    /// What follows the last newline, when nothing more will come; empties the splitter.
    [[nodiscard]] std::optional<Line> rest();

    /// The bytes up to the next newline belong to a line whose beginning was not seen.
    void skip_to_newline() { skipping_ = true; }
    [[nodiscard]] bool skipping() const { return skipping_; }

    /// Bytes of the finished lines: a reader that starts there again finds the rest once.
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    /// Bytes that arrived; those beyond taken() are of an unfinished line.
    [[nodiscard]] std::uint64_t seen() const { return taken_ + dropped_ + (end_ - begin_); }

  private:
    void drop_leading_nul();
    void drop_unfinished();

    std::size_t longest_;
    std::size_t piece_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t searched_ = 0;   ///< bytes from begin_ that hold no newline
    std::uint64_t dropped_ = 0;  ///< bytes of the unfinished line that are no longer kept
    std::uint64_t taken_ = 0;
    bool oversize_ = false;
    bool skipping_ = false;
};

/// The part of a damaged line from the last `start` in it that is not its beginning; empty if there
/// is none. A disk that was full leaves the head of one entry and a whole other one in one line.
[[nodiscard]] std::string_view last_start(std::string_view line, std::string_view start);

}  // namespace erp::tail
