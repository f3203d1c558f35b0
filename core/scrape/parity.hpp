#pragma once

#include "core/metrics/page_families.hpp"
#include "core/scrape/exporter.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// For tests: the declared metrics of an exporter against recorded pages of the peer whose names it
/// keeps.
namespace erp {

/// A wanted difference. It allows exactly what it says, and it has to occur.
struct Allowed {
    std::string_view name;        ///< of a family; with a final '*' of all that start so
    std::string_view difference;  ///< "absent", "type", "help", "labels +ours -theirs"
    std::string_view reason;
};

class Parity {
  public:
    Parity(const Exporter& exporter, std::span<const Allowed> allowed) : allowed_(allowed) {
        add(exporter.metrics);
        for (const CollectorRow* row : exporter.collectors) {
            add(row->metrics);
            patterns_.insert(patterns_.end(), row->patterns.begin(), row->patterns.end());
        }
    }

    /// What differs on this page and is not allowed: "family: difference".
    [[nodiscard]] std::vector<std::string> compare(const std::string& page) {
        std::vector<std::string> found;
        for (const auto& [name, peer] : whole_families(page)) {
            const std::string difference = difference_of(name, peer);
            if (!difference.empty() && !allows(name, difference)) {
                found.push_back(std::string(name).append(": ").append(difference));
            }
        }
        return found;
    }

    /// What was allowed and did not occur on any page.
    [[nodiscard]] std::vector<std::string> unused() const {
        std::vector<std::string> left;
        for (const Allowed& one : allowed_) {
            if (!used_.contains(&one)) {
                left.push_back(std::string(one.name).append(": ").append(one.difference));
            }
        }
        return left;
    }

    [[nodiscard]] const Metric* declared(std::string_view name) const {
        const auto found = metrics_.find(name);
        return found == metrics_.end() ? nullptr : found->second;
    }

  private:
    /// The lines of a summary or histogram under the name of the family.
    static std::map<std::string, PageFamily> whole_families(const std::string& page) {
        auto families = families_of(page);
        for (auto it = families.begin(); it != families.end();) {
            const std::string& name = it->first;
            auto whole = families.find(name.substr(0, name.rfind('_')));
            if (!it->second.type.empty() || whole == families.end()) {
                ++it;
                continue;
            }
            whole->second.keys.merge(it->second.keys);
            it = families.erase(it);
        }
        return families;
    }

    void add(std::span<const Metric* const> metrics) {
        for (const Metric* metric : metrics)
            metrics_.emplace(metric->name, metric);
    }

    [[nodiscard]] std::string difference_of(const std::string& name, const PageFamily& peer) const {
        if (const Metric* metric = declared(name)) {
            if (shown_type(metric->type) != peer.type) return "type";
            if (peer.has_help && metric->help.empty()) return "help";
            return labels({metric->labels.begin(), metric->labels.end()}, peer);
        }
        for (const MetricPattern* pattern : patterns_) {
            if (!name.starts_with(pattern->prefix)) continue;
            if (shown_type(pattern->type) != peer.type) return "type";
            return labels({}, peer);
        }
        return "absent";
    }

    /// In the text format.
    static std::string_view shown_type(Type type) {
        return type == Type::info || type == Type::stateset ? "gauge" : to_string(type);
    }

    static std::string labels(const std::set<std::string_view>& ours, const PageFamily& peer) {
        std::set<std::string_view> theirs;
        for (const std::string& keys : peer.keys) {
            for (const std::string_view key : split(keys, ',')) {
                const bool of_a_distribution = key == "le" || key == "quantile";
                if (!key.empty() && !of_a_distribution) theirs.insert(key);
            }
        }
        std::string text;
        for (const std::string_view key : ours)
            if (!theirs.contains(key)) text += " +" + std::string(key);
        for (const std::string_view key : theirs)
            if (!ours.contains(key)) text += " -" + std::string(key);
        return text.empty() ? text : "labels" + text;
    }

    bool allows(std::string_view name, std::string_view difference) {
        for (const Allowed& one : allowed_) {
            const bool prefix = one.name.ends_with('*');
            const std::string_view stem = one.name.substr(0, one.name.size() - (prefix ? 1 : 0));
            if (one.difference != difference) continue;
            if (prefix ? !name.starts_with(stem) : name != stem) continue;
            used_.insert(&one);
            return true;
        }
        return false;
    }

    std::span<const Allowed> allowed_;
    std::map<std::string_view, const Metric*> metrics_;
    std::vector<const MetricPattern*> patterns_;
    std::set<const Allowed*> used_;
};

}  // namespace erp
