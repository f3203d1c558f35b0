#include "core/scrape/state_log.hpp"

namespace erp {

void StateLog::note(std::string_view subject, const std::optional<Error>& error) {
    const auto [it, is_new] = states_.try_emplace(std::string(subject));
    State& state = it->second;
    const std::optional<Phase> now = error ? std::optional(error->phase) : std::nullopt;
    const bool first_time = is_new && subject.empty();  // say once that a target is up
    if (!first_time && state.said == now) return;
    constexpr Duration kQuiet = std::chrono::seconds(10);
    if (!is_new && state.at != Clock::time_point() && Clock::now() - state.at < kQuiet) return;
    state = State{now, Clock::now()};
    if (subject.empty()) {
        if (error) {
            log_.warn(
                "target is down",
                {{"target", target_}, {"phase", to_string(error->phase)}, {"error", error->text}});
        } else {
            log_.info("target is up", {{"target", target_}});
        }
    } else if (error) {
        log_.warn("collector failed", {{"target", target_},
                                       {"collector", subject},
                                       {"phase", to_string(error->phase)},
                                       {"error", error->text}});
    } else {
        log_.info("collector works again", {{"target", target_}, {"collector", subject}});
    }
}

}  // namespace erp
