#pragma once

#include "core/base/dimension.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

/// Metrics are data: every metric is one constexpr Metric, checked when it is compiled (rules.hpp),
/// and samples are added through it. HELP, the reference page and the tests are derived from these
/// rows.
namespace erp {

enum class Type { counter, gauge, histogram, summary, info, stateset, untyped };

/// Base units of Prometheus' naming rules; `none` for counts of things.
enum class Unit { none, seconds, bytes, ratio };

/// `compatible` marks names kept from a peer although they break the naming rules; what promtool's
/// lint complains about is exactly these.
enum class Naming { standard, compatible };

enum class Stability { stable, experimental };

/// When samples may be shown. `always`: also while the target is down (its up, the peers' self
/// metrics). `target`: a self metric about a target; on /metrics it carries the label exporter as
/// well.
enum class Shown { while_up, always, target };

/// How gauges of label values beyond a collector's cap become one, `_other`.
enum class Fold { sum, maximum };

/// Keys of the labels, in the order in which values are given. Fixed room, so that a row is one
/// constant.
class LabelKeys {
  public:
    static constexpr std::size_t kMost = 14;
    constexpr LabelKeys() = default;
    constexpr LabelKeys(std::initializer_list<std::string_view> keys) {
        for (const std::string_view key : keys)
            keys_[size_++] = key;
    }
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr std::string_view operator[](std::size_t i) const { return keys_[i]; }
    [[nodiscard]] constexpr const std::string_view* begin() const { return keys_.data(); }
    [[nodiscard]] constexpr const std::string_view* end() const { return keys_.data() + size_; }
    /// Position of `key`, or size() if it is not one of them.
    [[nodiscard]] constexpr std::size_t find(std::string_view key) const {
        std::size_t i = 0;
        while (i < size_ && keys_[i] != key)
            ++i;
        return i;
    }

  private:
    std::array<std::string_view, kMost> keys_{};
    std::size_t size_ = 0;
};

/// One metric family. `source` says where the value comes from: a catalog column, an INFO field, a
/// line of a log, or "exporter".
struct Metric {
    std::string_view name = {};
    Type type = Type::gauge;
    std::string_view help = {};
    LabelKeys labels = {};
    Unit unit = Unit::none;
    std::string_view source = "exporter";
    Naming naming = Naming::standard;
    Dimension tenant_from = Dimension::none;
    std::string_view tenant_label = {};  ///< which label tenant_from reads
    Shown shown = Shown::while_up;
    Stability stability = Stability::stable;
    Fold fold = Fold::sum;
};

/// A family whose name is known only at run time (`pg_settings_*`, custom SQL). The pattern is
/// declared like a metric; the names it makes are validated and refused when they collide with a
/// declared one.
struct MetricPattern {
    std::string_view prefix = {};  ///< for example "pg_settings_"
    Type type = Type::gauge;
    std::string_view help = {};  ///< help of the pattern itself, for the reference page
    std::string_view source = {};
    std::size_t most_families = 1000;  ///< further names are dropped and counted
    Naming naming = Naming::standard;
};

[[nodiscard]] std::string_view to_string(Type type);
[[nodiscard]] std::string_view to_string(Unit unit);
/// What a counter's name ends in, in OpenMetrics beside its family's name.
inline constexpr std::string_view kTotal = "_total";
[[nodiscard]] constexpr std::string_view without_total(std::string_view name) {
    if (name.ends_with(kTotal)) name.remove_suffix(kTotal.size());
    return name;
}
/// The unit's text if `name`, without a counter's _total, ends in it; else empty. Prometheus 2.50
/// and later refuse a whole page for a unit that its family's name does not end in.
[[nodiscard]] std::string_view unit_at_end(std::string_view name, Unit unit);

}  // namespace erp
