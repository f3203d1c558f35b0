#include "core/scrape/folding.hpp"

#include "core/metrics/samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace erp {
namespace {

constexpr std::string_view kOther = "_other";
constexpr Duration kHalf = std::chrono::minutes(5);  ///< after this a counter's growth weighs half

void copy(const Samples& from,
          const Samples::Point& point,
          std::span<const std::string_view> labels,
          Samples& to) {
    if (const Distribution* distribution = from.distribution(point)) {
        to.add_distribution(*point.metric, *distribution, labels);
    } else {
        to.add_row(*point.metric, point.value, labels);
    }
    const std::span<const Exemplar> exemplars = from.exemplars(point);
    if (!exemplars.empty()) to.add_exemplars({exemplars.begin(), exemplars.end()});
}

}  // namespace

/// A point with its label values, and which of them make up its value under the cap.
class Folding::Point {
  public:
    Point(const Cap& cap, const Samples& samples, const Samples::Point& point)
        : metric(*point.metric), value(point.value), text_(samples.labels(point)) {
        std::string_view rest = text_;
        for (std::size_t i = 0; i < metric.labels.size(); ++i) {
            labels_[i] = rest.substr(0, rest.find('\0'));
            rest.remove_prefix(labels_[i].size() + 1);
        }
        if (metric.labels.find(cap.labels[0]) == metric.labels.size()) return;
        for (const std::string_view name : cap.labels) {
            const std::size_t at = metric.labels.find(name);
            if (at == metric.labels.size()) continue;
            capped = capped || !labels_[at].empty();
            key += labels_[at];
            key += '\0';
        }
        if (const std::size_t at = metric.labels.find(cap.within); at < metric.labels.size()) {
            scope = labels_[at];
        }
    }

    [[nodiscard]] bool counts() const { return metric.type == Type::counter; }
    [[nodiscard]] std::string id() const {
        return std::string(metric.name) + '\0' + std::string(text_);
    }
    [[nodiscard]] std::span<const std::string_view> labels() const {
        return std::span(labels_).first(metric.labels.size());
    }
    [[nodiscard]] std::vector<std::string> labels_of_other(const Cap& cap) const {
        std::vector<std::string> labels;
        for (std::size_t i = 0; i < metric.labels.size(); ++i) {
            const std::size_t at = cap.labels.find(metric.labels[i]);
            const bool other = at < cap.labels.size();
            labels.emplace_back(!other ? labels_[i] : at == 0 ? kOther : std::string_view());
        }
        return labels;
    }

    const Metric& metric;
    double value;
    double growth = 0;    ///< of a counter, since the last round
    double weight = 0;    ///< of a point of Cap::weight
    bool capped = false;  ///< has a value that may be folded
    std::string key;
    std::string_view scope;

  private:
    std::string_view text_;
    std::array<std::string_view, LabelKeys::kMost> labels_{};
};

bool Folding::is_within_cap(const Samples& samples) const {
    std::map<std::string_view, std::size_t> keys;  // at most: one may have several points
    for (const Samples::Point& point : samples.points()) {
        if (point.metric != cap_.weight) continue;
        const std::size_t at = point.metric->labels.find(cap_.within);
        const bool scoped = at < point.metric->labels.size();
        const auto scope = scoped ? label_at(samples.labels(point), at) : std::string_view();
        if (++keys[scope] > cap_.most) return false;
    }
    return true;
}

/// What the round before said, which was shown as it was.
void Folding::remember(const Samples& samples) {
    last_.clear();
    for (const Samples::Point& raw : samples.points()) {
        const Point point(cap_, samples, raw);
        if (point.counts()) last_[point.id()] = point.value;
    }
}

void Folding::measure(std::vector<Point>& points, Clock::time_point now) {
    Values last;
    Values weights;
    const double aged = first_ ? 0 : std::exp2(-seconds(now - at_) / seconds(kHalf));
    for (Point& point : points) {
        if (point.counts()) {
            const std::string id = point.id();
            const auto before = last_.find(id);
            const double from = before == last_.end() ? 0 : before->second;
            // Lower than before: the server counts anew.
            point.growth = first_ ? 0 : point.value < from ? point.value : point.value - from;
            last[id] = point.value;
        }
        if (&point.metric != cap_.weight) continue;
        point.weight = point.value;
        if (point.counts() && !first_) {
            const std::string id = point.id();
            const auto before = weights_.find(id);
            point.weight = point.growth + (before == weights_.end() ? 0 : before->second * aged);
        }
        if (point.counts()) weights[point.id()] = point.weight;
    }
    if (first_) {  // what was long ago only orders those that do not grow
        double most = 1;
        for (const auto& [id, weight] : weights)
            most = std::max(most, weight);
        for (auto& [id, weight] : weights)
            weight /= most;
    }
    last_ = std::move(last);
    weights_ = std::move(weights);
}

void Folding::rank(const std::vector<Point>& points, Clock::time_point now) {
    std::map<std::string_view, std::map<std::string_view, double>> weights;
    for (const Point& point : points) {
        if (point.capped && &point.metric == cap_.weight) {
            weights[point.scope][point.key] += point.weight;
        }
    }
    std::erase_if(tops_, [&](const auto& top) { return !weights.contains(top.first); });
    for (const auto& [scope, keys] : weights) {
        std::vector<TopKeys::Ranked> ranked;
        for (const auto& [key, weight] : keys)
            ranked.push_back({key, weight});
        TopKeys& top = tops_.try_emplace(std::string(scope), cap_.most).first->second;
        top.rank(std::move(ranked), now);
    }
}

bool Folding::is_shown(const Point& point) const {
    if (!point.capped) return true;
    const auto top = tops_.find(point.scope);
    return top != tops_.end() && top->second.shows(point.key);
}

Samples Folding::folded_samples(const Samples& samples, std::vector<Point>& points) {
    Samples out;
    out.copy_about(samples);
    Others gauges;
    active_ = false;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& point = points[i];
        if (is_shown(point)) {
            copy(samples, samples.points()[i], point.labels(), out);
            continue;
        }
        active_ = true;
        ++folded_;
        if (samples.distribution(samples.points()[i]) != nullptr) continue;
        std::vector<std::string> labels = point.labels_of_other(cap_);
        std::string id(point.metric.name);
        for (const std::string& label : labels)
            (id += '\0') += label;
        const auto [it, is_new] = (point.counts() ? counters_ : gauges).try_emplace(std::move(id));
        Other& other = it->second;
        const double value = point.counts() ? point.growth : point.value;
        if (is_new) {
            other = {&point.metric, std::string(point.scope), std::move(labels), value};
        } else if (!point.counts() && point.metric.fold == Fold::maximum) {
            other.value = std::max(other.value, value);
        } else {
            other.value += value;
        }
    }
    std::erase_if(counters_, [&](const auto& other) {
        return !cap_.within.empty() && !tops_.contains(other.second.scope);
    });
    for (const Others* others : {&std::as_const(gauges), &std::as_const(counters_)}) {
        for (const auto& [id, other] : *others) {
            const std::vector<std::string_view> labels(other.labels.begin(), other.labels.end());
            out.add_row(*other.metric, other.value, labels);
        }
    }
    return out;
}

std::shared_ptr<const Samples> Folding::fold(Samples samples, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Samples> shown;
    if (!active_ && counters_.empty() && is_within_cap(samples)) {
        tops_.clear();
        shown = previous_ = std::make_shared<const Samples>(std::move(samples));
    } else {
        if (const auto previous = std::exchange(previous_, nullptr)) remember(*previous);
        std::vector<Point> points;
        points.reserve(samples.size());
        for (const Samples::Point& point : samples.points())
            points.emplace_back(cap_, samples, point);
        measure(points, now);
        rank(points, now);
        shown = std::make_shared<const Samples>(folded_samples(samples, points));
    }
    first_ = false;
    at_ = now;
    return shown;
}

std::uint64_t Folding::folded() const {
    const std::lock_guard lock(mutex_);
    return folded_;
}

}  // namespace erp
