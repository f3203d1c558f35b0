#pragma once

#include "core/base/deadline.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// Which of ever more keys are shown by name: the heaviest, chosen so that series do not come and
/// go. A key enters among the first `most` and leaves when it falls out of twice as many, or has
/// not been among the first for 15 min. At most twice `most` are shown.
class TopKeys {
  public:
    struct Ranked {
        std::string_view key;
        double weight = 0;
    };

    explicit TopKeys(std::size_t most) : most_(most) {}

    /// All keys there are now, each once. Equal weights rank by key.
    void rank(std::vector<Ranked> keys, Clock::time_point now);
    /// By the last ranking.
    [[nodiscard]] bool shows(std::string_view key) const { return shown_.contains(key); }

  private:
    std::size_t most_;
    /// When a key was last among the first; also of keys that are absent for a while.
    std::map<std::string, Clock::time_point, std::less<>> shown_;
};

}  // namespace erp
