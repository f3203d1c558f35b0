#pragma once

#include "core/metrics/metric.hpp"

#include <span>

/// The naming rules of Prometheus and OpenMetrics as compile-time checks. A table ends with
/// `static_assert(broken_rule(kMetrics) == Rule::none);` and the compiler's message shows which is
/// broken.
namespace erp {

enum class Rule {
    none,
    legal_name,             ///< [a-z_][a-z0-9_]*, no colon
    counter_ends_in_total,  ///< a counter, and nothing else, ends in _total
    info_ends_in_info,
    unit_in_name,  ///< seconds, bytes and ratio end the name (before _total), in base units only
    reserved_suffix,
    help_is_a_sentence,  ///< starts upper case, ends with one full stop, no line break
    legal_label,
    duplicate_label,
    reserved_label,  ///< target, exporter, tenant, le, quantile, job, instance belong to others
    tenant_label_is_a_label,
    duplicate_name,
    source_missing,
};

namespace rules {

constexpr bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}
constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Compatibility names may use upper case (some modules of servers do); new ones may not.
constexpr bool legal_name(std::string_view name, Naming naming) {
    if (name.empty() || is_digit(name.front())) return false;
    for (const char c : name) {
        const bool upper = naming == Naming::compatible && is_upper(c);
        if (!is_lower(c) && !is_digit(c) && !upper) return false;
    }
    return true;
}

constexpr bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> ends) {
    for (const std::string_view end : ends) {
        if (name.ends_with(end)) return true;
    }
    return false;
}

constexpr bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    for (const std::string_view w : words) {
        if (w == word) return true;
    }
    return false;
}

constexpr bool unit_in_name(const Metric& m) {
    std::string_view stem = without_total(m.name);
    if (stem.ends_with("_recent_max")) stem.remove_suffix(11);
    switch (m.unit) {
        case Unit::none:
            return !ends_with_any(stem, {"_seconds", "_bytes", "_ratio", "_ms", "_milliseconds",
                                         "_usec", "_kb", "_mb", "_percent"});
        case Unit::seconds:
            return stem.ends_with("_seconds");
        case Unit::bytes:
            return stem.ends_with("_bytes");
        case Unit::ratio:
            return stem.ends_with("_ratio");
    }
    return false;
}

constexpr bool is_sentence(std::string_view help) {
    return help.size() >= 10 && is_upper(help.front()) && help.back() == '.' &&
           !help.ends_with("..") && help.find('\n') == std::string_view::npos;
}

constexpr Rule labels(const Metric& m) {
    for (std::size_t i = 0; i < m.labels.size(); ++i) {
        const std::string_view key = m.labels[i];
        if (!legal_name(key, Naming::standard) || key.starts_with("__")) return Rule::legal_label;
        if (one_of(key, {"target", "exporter", "le", "quantile", "job", "instance"})) {
            return Rule::reserved_label;
        }
        // `tenant` is added by the page where a rule attributes the series; only the families about
        // tenants themselves declare it.
        if (key == "tenant" && m.tenant_from != Dimension::none) return Rule::reserved_label;
        for (std::size_t j = 0; j < i; ++j) {
            if (m.labels[j] == key) return Rule::duplicate_label;
        }
    }
    const bool needs_label = m.tenant_from != Dimension::none;
    if (needs_label != (m.labels.find(m.tenant_label) < m.labels.size())) {
        return Rule::tenant_label_is_a_label;
    }
    return Rule::none;
}

constexpr Rule one(const Metric& m) {
    if (!legal_name(m.name, m.naming)) return Rule::legal_name;
    if (!is_sentence(m.help)) return Rule::help_is_a_sentence;
    if (m.source.empty()) return Rule::source_missing;
    if (m.naming == Naming::standard) {
        if ((m.type == Type::counter) != m.name.ends_with(kTotal)) {
            return Rule::counter_ends_in_total;
        }
        if (m.type == Type::info && !m.name.ends_with("_info")) return Rule::info_ends_in_info;
        if (ends_with_any(m.name, {"_count", "_sum", "_bucket", "_created", "_gcount", "_gsum"})) {
            return Rule::reserved_suffix;
        }
        if (!unit_in_name(m)) return Rule::unit_in_name;
    }
    return labels(m);
}

}  // namespace rules

/// The first rule that a row breaks, or Rule::none.
constexpr Rule broken_rule(std::span<const Metric* const> table) {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (const Rule rule = rules::one(*table[i]); rule != Rule::none) return rule;
        for (std::size_t j = 0; j < i; ++j) {
            if (table[j]->name == table[i]->name) return Rule::duplicate_name;
        }
    }
    return Rule::none;
}

}  // namespace erp
