#pragma once

#include "core/net/asio.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace erp {

namespace offload_detail {

template <class Value>
struct State {
    explicit State(const asio::any_io_executor& executor)
        : done(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer done;
    bool finished = false;  // of the coroutine's thread
    std::optional<Value> value;
    std::exception_ptr failure;
};

}  // namespace offload_detail

/// Runs `job` on a worker and gives its value to the coroutine, which stays on its own thread: for
/// work that would stall the I/O thread. `job` must own all it touches.
template <class Job>
Awaitable<std::invoke_result_t<Job>> offload(asio::thread_pool& workers, Job job) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const auto state = std::make_shared<offload_detail::State<std::invoke_result_t<Job>>>(executor);
    auto run = [state, executor, work = std::move(job)]() mutable {
        try {
            state->value.emplace(work());
        } catch (...) {
            state->failure = std::current_exception();
        }
        // The timer belongs to the coroutine's thread, which is waiting on it by the time this runs
        // there.
        auto wake = [state] {
            state->finished = true;
            state->done.cancel();
        };
        asio::post(executor, std::move(wake));
    };
    asio::post(workers, std::move(run));
    while (!state->finished)
        co_await state->done.async_wait(kAsTuple);
    if (state->failure) std::rethrow_exception(state->failure);
    co_return std::move(*state->value);
}

}  // namespace erp
