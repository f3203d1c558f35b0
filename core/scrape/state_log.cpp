#include "core/scrape/state_log.hpp"

namespace erp {

bool StateLog::is_news(std::string_view name, const std::optional<Error>& error) {
    const auto [it, is_new] = states_.try_emplace(std::string(name));
    State& state = it->second;
    const std::optional<Phase> now = error ? std::optional(error->phase) : std::nullopt;
    const bool first_time = is_new && name.empty();  // say once that a target is up
    if (!first_time && state.said == now) return false;
    constexpr Duration kQuiet = std::chrono::seconds(10);
    if (!is_new && state.at != Clock::time_point() && Clock::now() - state.at < kQuiet) {
        return false;
    }
    state = State{now, Clock::now()};
    return true;
}

void StateLog::note_target(bool up, const std::optional<Error>& error) {
    if (!is_news("", error)) return;
    if (!error) return log_.info("target is up", {{"target", target_}});
    log_.warn(up ? "target answers in part" : "target is down",
              {{"target", target_}, {"phase", to_string(error->phase)}, {"error", error->text}});
}

void StateLog::note_collector(std::string_view name, const std::optional<Error>& error) {
    if (!is_news(name, error)) return;
    if (!error) {
        log_.info("collector works again", {{"target", target_}, {"collector", name}});
        return;
    }
    log_.warn("collector failed", {{"target", target_},
                                   {"collector", name},
                                   {"phase", to_string(error->phase)},
                                   {"error", error->text}});
}

}  // namespace erp
