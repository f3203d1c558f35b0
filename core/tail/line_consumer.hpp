#pragma once

#include "core/base/error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace erp::tail {

/// What became of a line: label `result` of erp_exporter_log_lines_total.
enum class LineResult {
    ok,
    malformed,  ///< not of the promised format
    oversize,   ///< longer than allowed
    foreign,    ///< well formed, and not of the kind that is read here
    filtered,   ///< left out by configuration
    duplicate,  ///< seen before
    late,       ///< older than what is still taken
};
inline constexpr std::size_t kLineResults = 7;
[[nodiscard]] std::string_view to_string(LineResult result);

struct LogLine {
    std::string_view entry;   ///< configured name of the entry it belongs to
    std::string_view path;    ///< of the log, under which its rotated files were once too
    std::string_view text;    ///< followed by LineSplitter::kPadding readable bytes
    std::string_view stream;  ///< "stdout", "stderr"; empty: no wrapper
    std::string_view time;    ///< of the wrapper; empty: no wrapper
};

/// What a reader feeds. All calls come from the reader's thread, one after the other. What is
/// derived from lines must be published by what prepare() returns and in no other way: then a crash
/// at any moment makes neither lose nor count twice what Prometheus saw.
class LineConsumer {
  public:
    virtual ~LineConsumer() = default;

    virtual LineResult take(const LogLine& line) = 0;

    /// A line of this log was longer than allowed; its text is not kept. Without a stream: there is
    /// no wrapper, or the line may have been of any of them.
    virtual void lose(const LogLine& /*without_text*/) {}

    /// More of this log was lost, lines of which nothing is known.
    virtual void miss(const LogLine& /*without_text*/) {}

    struct Prepared {
        std::string bytes;              ///< of the state, for restore()
        std::function<void()> publish;  ///< shows this same state; called once it is on disk
        /// There is more to show that waits for a line which may never come: the next snapshot is
        /// made whether one came or not.
        bool unfinished = false;
    };
    /// The state at this moment, made immutable.
    [[nodiscard]] virtual Prepared prepare() = 0;

    /// Before the first line: the state of an earlier prepare(). An error leaves the consumer
    /// empty: the bytes are of another version, or damaged.
    [[nodiscard]] virtual std::optional<Error> restore(std::string_view bytes) = 0;

  protected:
    LineConsumer() = default;
    LineConsumer(const LineConsumer&) = default;
    LineConsumer& operator=(const LineConsumer&) = default;
};

}  // namespace erp::tail
