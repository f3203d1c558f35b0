#pragma once

#include "core/base/deadline.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace erp {

/// Says what changed about one target, once: a state that lasts is not news, and a state that flaps
/// is said at most once in 10 s. I/O thread.
class StateLog {
  public:
    StateLog(Log& log, std::string target) : log_(log), target_(std::move(target)) {}

    /// No error: it is fine. With one it may be up all the same, and answer only in part.
    void note_target(bool up, const std::optional<Error>& error);
    void note_collector(std::string_view name, const std::optional<Error>& error);

  private:
    /// Whether that is news; then it counts as said. The target itself has no name.
    bool is_news(std::string_view name, const std::optional<Error>& error);

    struct State {
        std::optional<Phase> said;  ///< what the log last said; nothing: fine
        Clock::time_point at{};
    };
    Log& log_;
    std::string target_;
    std::map<std::string, State, std::less<>> states_;
};

}  // namespace erp
