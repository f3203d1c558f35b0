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
        : snapshot_(snapshot), out_(64 + snapshot.size() * 128), prefixes_(snapshot.sources()) {}

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
    void end_line() { out_.put('\n'); }
    [[nodiscard]] std::string take() && { return std::move(out_).take(); }

  private:
    const std::string& prefix_of(const Series& series);

    const Snapshot& snapshot_;
    TextBuffer out_;
    std::vector<std::optional<std::string>> prefixes_;  ///< labels of each source, rendered once
};

/// A bucket's bound or a quantile as the peers' libraries print it (Go's %g): "0.005", "100000",
/// "1e+06"; OpenMetrics wants "1.0" where that prints "1".
[[nodiscard]] std::string bound_text(double bound, bool with_point);

}  // namespace erp
