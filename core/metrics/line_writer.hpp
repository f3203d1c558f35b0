#pragma once

#include "core/metrics/snapshot.hpp"
#include "core/metrics/text_buffer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// The lines that both text formats share: `name{labels} value`.
class LineWriter {
  public:
    explicit LineWriter(const Snapshot& snapshot)
        : snapshot_(snapshot), out_(2 * kBlock), prefixes_(snapshot.sources()) {
        page_.reserve(snapshot.size() * 160);  // what is not used costs no memory
    }

    /// A label of the line besides the series' own: le or quantile.
    struct Extra {
        std::string_view key = {};
        std::string_view value = {};
    };
    /// Without the line's end, so that an exemplar can follow.
    void put_line(std::string_view name,
                  std::string_view suffix,
                  const Series& series,
                  Extra extra,
                  double value);
    /// `# WORD name rest` and the line's end.
    void put_comment(std::string_view word, std::string_view name, std::string_view rest);
    /// Backslash and line feed are escaped, and quotes if the format wants it.
    void put_help(std::string_view name, std::string_view help, bool escape_quotes);
    void put_exemplar(const Exemplar& exemplar);
    void end_line() {
        out_.put('\n');
        if (out_.size() > kBlock) flush();
    }
    [[nodiscard]] std::string take() && {
        flush();
        return std::move(page_);
    }

  private:
    /// Lines are made in a block that stays in the cache.
    static constexpr std::size_t kBlock = 32768;

    void flush() {
        page_.append(out_.view());
        out_.clear();
    }
    const std::string& prefix_of(const Series& series);
    const std::vector<std::string>& keys_of(const Metric& metric);

    const Snapshot& snapshot_;
    TextBuffer out_;
    std::string page_;
    std::vector<std::optional<std::string>> prefixes_;  ///< labels of each source, rendered once
    std::optional<std::string> unusual_;   ///< of the series at hand, if it lacks one of them
    const Metric* keys_metric_ = nullptr;  ///< whose keys these are
    std::vector<std::string> keys_;        ///< each as `key="`
};

/// A bucket's bound or a quantile as the peers' libraries print it (Go's %g): "0.005", "100000",
/// "1e+06"; OpenMetrics wants "1.0" where that prints "1".
[[nodiscard]] std::string bound_text(double bound, bool with_point);

}  // namespace erp
