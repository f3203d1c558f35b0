#pragma once

#include "core/scrape/collector.hpp"
#include "core/scrape/top_keys.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace erp {

class Samples;

/// Keeps the label values of one collector of one target within its Cap, collection after
/// collection: the heaviest keep their names, the others become `_other`. Of gauges that is their
/// sum or maximum. Of counters it is what they grew by while they were folded, since the daemon
/// started, so that a value that moves between the two is not counted twice. Distributions have no
/// `_other`. Safe from any thread.
class Folding {
  public:
    explicit Folding(const Cap& cap) : cap_(cap) {}

    [[nodiscard]] std::shared_ptr<const Samples> fold(Samples samples, Clock::time_point now);
    /// Series that went into `_other`, over all collections.
    [[nodiscard]] std::uint64_t folded() const;

  private:
    /// Values of points or keys, by their labels.
    using Values = std::unordered_map<std::string, double>;
    struct Other {
        const Metric* metric = nullptr;
        std::string scope;
        std::vector<std::string> labels;
        double value = 0;
    };
    using Others = std::map<std::string, Other>;
    class Point;

    [[nodiscard]] bool is_within_cap(const Samples& samples) const;
    void remember(const Samples& samples);
    void measure(std::vector<Point>& points, Clock::time_point now);
    void rank(const std::vector<Point>& points, Clock::time_point now);
    [[nodiscard]] bool is_shown(const Point& point) const;
    [[nodiscard]] Samples folded_samples(const Samples& samples, std::vector<Point>& points);

    const Cap& cap_;
    mutable std::mutex mutex_;
    bool active_ = false;                      ///< something was folded in the last round
    std::shared_ptr<const Samples> previous_;  ///< of the last round, if that was not active
    bool first_ = true;
    Clock::time_point at_{};                            ///< of the last round
    Values last_;                                       ///< of counters, in the last round
    Values weights_;                                    ///< of counters: how much they grow, lately
    std::map<std::string, TopKeys, std::less<>> tops_;  ///< by scope, the value of Cap::within
    Others counters_;                                   ///< counters of `_other`
    std::uint64_t folded_ = 0;
};

}  // namespace erp
