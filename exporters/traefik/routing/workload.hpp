#pragma once

#include "core/base/other_label.hpp"
#include "core/base/recent_cache.hpp"
#include "core/yaml/reader.hpp"
#include "exporters/traefik/routing/patterns.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace erp::traefik {

/// A kind of work that users wait for in their own way: label `class`.
struct WorkloadClass {
    std::string name = {};
    std::string path = {};    ///< RE2 pattern on the path without its query
    bool connection = false;  ///< its duration is a connection's life, not an answer's latency
    bool slo = true;          ///< its failures count against what a tenant was promised
};

/// Classes that a configuration may have; one more is kOtherClass.
inline constexpr std::size_t kMostClasses = 12;

/// What no class matches, or has no path in the log. Its failures count as those of the others: a
/// log without paths has nothing else.
inline constexpr std::string_view kOtherClass = kOtherLabel;

/// Those of Odoo: health, websocket, longpolling, bus, report, rpc, static, attachment, dbmanager,
/// auth, interactive, site.
[[nodiscard]] std::vector<WorkloadClass> default_classes();

/// The option `classes`: a list of {name, path, latency: request|connection, slo}. Problems go to
/// the reader.
void read_classes(const ConfigValue& value, std::vector<WorkloadClass>& into);

/// Tells the class of a path: the first whose pattern matches. Not safe from several threads.
class Workloads {
  public:
    explicit Workloads(std::vector<WorkloadClass> classes);

    /// An index into classes(). `path` is as the log has it: with escapes, without query. About
    /// 20 ns for a recent path, else one pass over it.
    [[nodiscard]] std::uint8_t class_of(std::string_view path);

    /// Those of the configuration, then kOtherClass.
    [[nodiscard]] const std::vector<WorkloadClass>& classes() const { return classes_; }
    /// Bytes held for recent paths; bounded whatever clients send.
    [[nodiscard]] std::size_t memory() const { return recent_.memory(); }

  private:
    std::vector<WorkloadClass> classes_;
    Patterns patterns_;
    RecentCache<std::uint8_t> recent_;
};

}  // namespace erp::traefik
