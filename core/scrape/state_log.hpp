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

    /// `subject` is empty for the target itself, else a collector. No error: it is fine.
    void note(std::string_view subject, const std::optional<Error>& error);

  private:
    struct State {
        std::optional<Phase> said;  ///< what the log last said; nothing: fine
        Clock::time_point at{};
    };
    Log& log_;
    std::string target_;
    std::map<std::string, State, std::less<>> states_;
};

}  // namespace erp
