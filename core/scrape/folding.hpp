#pragma once

#include "core/metrics/samples.hpp"
#include "core/scrape/collector.hpp"
#include "core/scrape/top_keys.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace erp {

/// Keeps the label values of one collector of one target within its Cap, collection after
/// collection: the heaviest keep their names, the others become `_other`.
///
/// Of gauges that is their sum or maximum. Of counters it is what they grew by while they were
/// folded, since the daemon started; a value that gets its name back within a day goes on where it
/// was when it lost it. So increase() over all of them sees each event at most once, but over a
/// restart of the daemon, after which all values are the server's again; when a value is dropped
/// (its database, its table) what the folded grew by in that round may be missing. Distributions
/// have no `_other`. Safe from any thread.
class Folding {
  public:
    explicit Folding(const Cap& cap)
        : cap_(cap), also_(cap.also != nullptr ? std::make_unique<Folding>(*cap.also) : nullptr) {}

    [[nodiscard]] std::shared_ptr<const Samples> fold(std::shared_ptr<const Samples> samples,
                                                      Clock::time_point now);
    [[nodiscard]] std::shared_ptr<const Samples> fold(Samples samples, Clock::time_point now) {
        return fold(std::make_shared<const Samples>(std::move(samples)), now);
    }
    /// Series that went into `_other`, over all collections.
    [[nodiscard]] std::uint64_t folded() const;

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class T>
    using ByText = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

    struct Weight {
        double last = 0;  ///< value of the weighing counter in the last round
        double weight = 0;
        std::uint64_t first = 0;  ///< round in which it was seen first
        std::uint64_t round = 0;  ///< and last
    };
    /// A counter that has, or had, its name.
    struct Named {
        double raw = 0;    ///< the server's value, when it was shown last
        double shown = 0;  ///< ours then; they differ once it has been folded
        std::uint64_t round = 0;
        Clock::time_point at{};
    };
    /// All series of a family that become one `_other`.
    struct Group {
        const Metric* metric = nullptr;
        std::vector<std::string> labels;  ///< of `_other`
        double total = 0;                 ///< of a counter: all values, in the last round
        double other = 0;
        bool exists = false;  ///< `_other` is on the page
        double now = 0;       ///< this round's total; of a gauge: `_other`
        double named = 0;     ///< this round's growth of those with names
        bool folded = false;  ///< in this round
    };
    /// What ranks together: the values with one value of Cap::within.
    struct Scope {
        explicit Scope(std::size_t most) : top(most) {}
        TopKeys top;
        ByText<Weight> weights;  ///< by key
        ByText<Named> named;     ///< by family and labels
        ByText<Group> groups;    ///< by family and the labels of `_other`
        bool anew = false;       ///< another server answers: see Samples::run()
        std::uint64_t round = 0;
    };
    class Point;

    [[nodiscard]] std::shared_ptr<const Samples> fold_here(std::shared_ptr<const Samples> samples,
                                                           Clock::time_point now);
    [[nodiscard]] bool is_within_cap(const Samples& samples) const;
    [[nodiscard]] Samples round(const Samples& samples, Clock::time_point now);
    void weigh(const std::vector<Point>& points, bool anew, Clock::time_point now);
    double weight_of(Scope& scope, std::string_view key, double value, double aged);
    void add(const Samples& samples, const Point& point, Samples& out);
    double named_value(Scope& scope, const Point& point, Group& group) const;
    Group& group_of(Scope& scope, const Point& point);
    void add_others(Samples& out);

    const Cap& cap_;
    const std::unique_ptr<Folding> also_;  ///< of Cap::also, after this one
    mutable std::mutex mutex_;
    bool active_ = false;                      ///< something was folded, and may be again
    std::shared_ptr<const Samples> previous_;  ///< of the last round, while not active
    Clock::time_point at_{};                   ///< of the last round
    Clock::time_point now_{};                  ///< of this one
    std::uint64_t round_ = 0;
    std::string run_;  ///< see Samples::run()
    std::map<std::string, Scope, std::less<>> scopes_;
    std::uint64_t folded_ = 0;
};

}  // namespace erp
