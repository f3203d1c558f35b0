#pragma once

#include "exporters/traefik/log/entry.hpp"
#include "exporters/traefik/log/parse_reason.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace erp::traefik {

/// Entries of `accessLog.format: json`, of v1.7 to v3. Traefik writes keys in byte order; any order
/// is read, and of a key that stands twice the last counts. What is not read is not judged beyond
/// its place in the object, and objects may be eight deep. One line after the other gives the same
/// as each for itself.
class JsonLine {
  public:
    /// `tenant_header` in the canonical spelling of Go ("X-Odoo-Dbfilter"), or empty.
    explicit JsonLine(std::string_view tenant_header = {});
    JsonLine(const JsonLine&) = delete;
    JsonLine& operator=(const JsonLine&) = delete;
    JsonLine(JsonLine&&) = delete;
    JsonLine& operator=(JsonLine&&) = delete;
    ~JsonLine();

    /// The line has 64 readable bytes behind it (LineSplitter::kPadding). `entry` is overwritten,
    /// and is of use after `none` only.
    [[nodiscard]] ParseReason parse(std::string_view line, Entry& entry);

  private:
    struct Scanner;
    std::string tenant_key_;
    std::unique_ptr<Scanner> scanner_;
};

}  // namespace erp::traefik
