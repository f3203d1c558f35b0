#include "core/daemon/shared_texts.hpp"

#include <exception>
#include <utility>

namespace erp {

Awaitable<Result<SharedTexts::Body>> SharedTexts::get(std::string key, Prepare prepare) {
    // Each turn ends, by an exception if nothing else.
    const Deadline no_limit = Deadline(Clock::time_point::max());
    if (const auto found = waiting_.find(key); found != waiting_.end()) {
        const std::shared_ptr<Batch> batch = found->second;
        while (!batch->outcome)
            co_await batch->ended.wait(no_limit);
        co_return *batch->outcome;
    }
    const auto batch = std::make_shared<Batch>();
    waiting_.emplace(key, batch);
    while (busy_)
        co_await turn_.wait(no_limit);
    waiting_.erase(key);
    busy_ = true;
    Result<Body> outcome = co_await make(std::move(prepare));
    busy_ = false;
    batch->outcome = outcome;
    batch->ended.notify();
    turn_.notify();
    co_return outcome;
}

Awaitable<Result<SharedTexts::Body>> SharedTexts::make(Prepare prepare) {
    try {
        Result<Make> ready = prepare();
        if (!ready) co_return ready.error();
        Result<Body> body = co_await scraper_.body(std::move(*ready), make_room_);
        co_return body;
    } catch (const std::exception& error) {  // no memory
        co_return Error{Phase::limit, error.what()};
    }
}

}  // namespace erp
