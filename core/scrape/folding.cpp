#include "core/scrape/folding.hpp"

#include "core/base/other_label.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

namespace erp {
namespace {

constexpr Duration kHalf = std::chrono::minutes(5);  ///< after this a counter's growth weighs half
constexpr std::size_t kMostWeighed = 20'000;  ///< keys of a scope; further ones weigh nothing
/// After this a lost name begins anew. A cap of K lets K new ones in each quarter of an hour.
constexpr Duration kForgotten = std::chrono::hours(24);

using LabelValues = std::array<std::string_view, LabelKeys::kMost>;

LabelValues label_values(std::string_view text, std::size_t count) {
    LabelValues values{};
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = text.substr(0, text.find('\0'));
        text.remove_prefix(values[i].size() + 1);
    }
    return values;
}

}  // namespace

/// A point of the samples, and which of its label values make up its value under the cap.
class Folding::Point {
  public:
    Point(const Cap& cap, const Samples& samples, const Samples::Point& point)
        : raw(&point), metric(*point.metric), text(samples.labels(point)) {
        const LabelValues values = labels();
        const std::size_t first = metric.labels.find(cap.labels[0]);
        if (first == metric.labels.size()) return;
        called_other = values[first] == kOtherLabel;
        for (const std::string_view name : cap.labels) {
            const std::size_t at = metric.labels.find(name);
            if (at == metric.labels.size()) continue;
            capped = capped || !values[at].empty();
            if (cap.labels.size() == 1) {
                single_ = values[at];
            } else {
                (joined_ += values[at]) += '\0';
            }
        }
        if (const std::size_t at = metric.labels.find(cap.within); at < metric.labels.size()) {
            scope = values[at];
        }
    }

    [[nodiscard]] std::string_view key() const { return joined_.empty() ? single_ : joined_; }
    [[nodiscard]] bool counts() const { return metric.type == Type::counter; }
    [[nodiscard]] LabelValues labels() const { return label_values(text, metric.labels.size()); }
    [[nodiscard]] std::string id() const {
        return std::string(metric.name).append(1, '\0').append(text);
    }

    const Samples::Point* raw;
    const Metric& metric;
    std::string_view text;
    std::string_view scope;
    bool capped = false;        ///< has a value that may be folded
    bool called_other = false;  ///< somebody made up our name for it: it is always folded

  private:
    std::string_view single_;
    std::string joined_;
};

bool Folding::is_within_cap(const Samples& samples) const {
    const LabelKeys& labels = cap_.weight->labels;
    const std::size_t first = labels.find(cap_.labels[0]);
    const std::size_t within = labels.find(cap_.within);
    std::map<std::string_view, std::size_t> keys;  // at most: one may have several points
    for (const Samples::Point& point : samples.points()) {
        if (point.metric != cap_.weight) continue;
        const std::string_view text = samples.labels(point);
        const auto scope = within < labels.size() ? label_at(text, within) : std::string_view();
        if (++keys[scope] > cap_.most || label_at(text, first) == kOtherLabel) return false;
    }
    return true;
}

/// How much the key's counter grows, lately.
double Folding::weight_of(Scope& scope, std::string_view key, double value, double aged) {
    auto it = scope.weights.find(key);
    if (it == scope.weights.end()) {
        if (scope.weights.size() >= kMostWeighed) return 0;
        it = scope.weights.emplace(key, Weight()).first;
        // What was there at the start only orders those that do not grow.
        it->second.weight = scope.round == 0 ? value / (1 + value) : value;
        it->second.first = round_;
    } else {
        const double grown = value - it->second.last;
        it->second.weight = it->second.weight * aged + (grown < 0 ? value : grown);
    }
    it->second.last = value;
    it->second.round = round_;
    return it->second.weight;
}

void Folding::weigh(const std::vector<Point>& points, bool anew, Clock::time_point now) {
    const double aged = std::exp2(-seconds(now - at_) / seconds(kHalf));
    std::map<std::string_view, std::unordered_map<std::string_view, double>> values;
    for (const Point& point : points) {
        if (point.capped && &point.metric == cap_.weight) {
            values[point.scope][point.key()] += point.raw->value;
        }
    }
    std::erase_if(scopes_, [&](const auto& entry) {
        return !cap_.within.empty() && !values.contains(entry.first);
    });
    for (const auto& [name, keys] : values) {
        Scope& scope = scopes_.try_emplace(std::string(name), cap_.most).first->second;
        std::vector<TopKeys::Ranked> ranked;
        ranked.reserve(keys.size());
        for (const auto& [key, value] : keys) {
            const bool counts = cap_.weight->type == Type::counter;
            ranked.push_back({key, counts ? weight_of(scope, key, value, aged) : value});
        }
        scope.top.rank(std::move(ranked), now);
    }
    for (auto& [name, scope] : scopes_) {
        std::erase_if(scope.weights,
                      [&](const auto& weight) { return weight.second.round != round_; });
        scope.anew = anew;
    }
}

Folding::Group& Folding::group_of(Scope& scope, const Point& point) {
    LabelValues values = point.labels();
    std::string id(point.metric.name);
    for (std::size_t i = 0; i < point.metric.labels.size(); ++i) {
        const std::size_t at = cap_.labels.find(point.metric.labels[i]);
        if (at < cap_.labels.size()) values[i] = at == 0 ? kOtherLabel : std::string_view();
        (id += '\0') += values[i];
    }
    Group& group = scope.groups[std::move(id)];
    if (group.metric == nullptr) {
        group.metric = &point.metric;
        group.labels.assign(values.begin(), values.begin() + point.metric.labels.size());
    }
    return group;
}

/// Of a counter that keeps its name.
double Folding::named_value(Scope& scope, const Point& point, Group& group) const {
    const double value = point.raw->value;
    const auto [it, is_new] = scope.named.try_emplace(point.id());
    Named& named = it->second;
    if (is_new || scope.anew || value < named.raw) {
        named.shown = value;
        // Prometheus does not count the first value of a series; `_other` shall not either, if the
        // server has it only now.
        const auto weight = scope.weights.find(point.key());
        if (weight != scope.weights.end() && weight->second.first == round_) group.named += value;
    } else if (named.round + 1 == round_) {
        named.shown += value - named.raw;
        group.named += value - named.raw;
    }  // else it gets its name back, and what it grew by meanwhile is in `_other`
    named.raw = value;
    named.round = round_;
    named.at = now_;
    return named.shown;
}

void Folding::add(const Samples& samples, const Point& point, Samples& out) {
    const auto found = scopes_.find(point.scope);
    const bool capped = point.capped && found != scopes_.end();
    const bool shown = !capped || (!point.called_other && found->second.top.shows(point.key()));
    const Distribution* distribution = samples.distribution(*point.raw);
    double value = point.raw->value;
    if (!shown) ++folded_;
    if (capped && distribution == nullptr) {
        Scope& scope = found->second;
        Group& group = group_of(scope, point);
        if (point.counts()) {
            group.now += value;
            if (shown) value = named_value(scope, point, group);
        } else if (!shown) {
            const bool largest = point.metric.fold == Fold::maximum && group.folded;
            group.now = largest ? std::max(group.now, value) : group.now + value;
        }
        group.folded = group.folded || !shown;
    }
    if (!shown) return;
    const LabelValues values = point.labels();
    const std::span labels = std::span(values).first(point.metric.labels.size());
    if (distribution != nullptr) {
        out.add_distribution(point.metric, *distribution, labels);
    } else {
        out.add_row(point.metric, value, labels);
    }
    const std::span<const Exemplar> exemplars = samples.exemplars(*point.raw);
    if (!exemplars.empty()) out.add_exemplars({exemplars.begin(), exemplars.end()});
}

void Folding::add_others(Samples& out) {
    for (auto& [name, scope] : scopes_) {
        std::map<std::string_view, Group*> in_order;
        for (auto& [id, group] : scope.groups)
            in_order.emplace(id, &group);
        for (auto& [id, group] : in_order) {
            double value = group->now;
            if (group->metric->type == Type::counter) {
                const double grown = group->now - group->total - group->named;
                if (scope.round > 0 && !scope.anew && grown > 0) group->other += grown;
                // It begins with 0: what its first value holds, nobody would count.
                value = group->exists ? group->other : 0;
                group->total = group->now;
                group->exists = group->exists || group->folded;
            } else {
                group->exists = group->folded;
            }
            if (group->exists) {
                out.add_row(
                    *group->metric, value,
                    std::vector<std::string_view>(group->labels.begin(), group->labels.end()));
            }
            group->now = group->named = 0;
            group->folded = false;
        }
        std::erase_if(scope.groups, [](const auto& entry) {
            return entry.second.metric->type != Type::counter && !entry.second.exists;
        });
        std::erase_if(scope.named,
                      [&](const auto& entry) { return now_ - entry.second.at > kForgotten; });
        ++scope.round;
    }
}

Samples Folding::round(const Samples& samples, Clock::time_point now) {
    ++round_;
    now_ = now;
    std::vector<Point> points;
    points.reserve(samples.size());
    for (const Samples::Point& point : samples.points())
        points.emplace_back(cap_, samples, point);
    weigh(points, std::exchange(run_, samples.run()) != samples.run(), now);
    Samples out;
    out.copy_about(samples);
    for (const Point& point : points)
        add(samples, point, out);
    add_others(out);
    at_ = now;
    return out;
}

std::shared_ptr<const Samples> Folding::fold(std::shared_ptr<const Samples> samples,
                                             Clock::time_point now) {
    samples = fold_here(std::move(samples), now);
    return also_ ? also_->fold(std::move(samples), now) : samples;
}

std::shared_ptr<const Samples> Folding::fold_here(std::shared_ptr<const Samples> samples,
                                                  Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (!active_ && is_within_cap(*samples)) {
        previous_ = samples;
        at_ = now;
        return samples;
    }
    // The round before was shown as it was: from it names have their standing and counters grow.
    if (const auto previous = std::exchange(previous_, nullptr)) (void)round(*previous, at_);
    auto folded = std::make_shared<const Samples>(round(*samples, now));
    // Counters of `_other` stay; gauges need it only while something is folded.
    active_ = !is_within_cap(*samples) || std::ranges::any_of(scopes_, [](const auto& entry) {
        return std::ranges::any_of(entry.second.groups,
                                   [](const auto& group) { return group.second.exists; });
    });
    if (!active_) {
        scopes_.clear();
        previous_ = std::move(samples);
    }
    return folded;
}

std::uint64_t Folding::folded() const {
    const std::lock_guard lock(mutex_);
    return folded_ + (also_ ? also_->folded() : 0);
}

}  // namespace erp
