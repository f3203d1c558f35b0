#pragma once

#include "core/base/deadline.hpp"
#include "core/net/asio.hpp"

#include <list>

namespace erp {

/// Coroutines of the I/O thread wait for a change; notify() wakes them all. One thread only, so
/// there is no moment between looking and waiting in which a change could be missed. It must
/// outlive its waiters.
class Signal {
  public:
    /// Returns after a notify() or at the deadline, whichever comes first.
    Awaitable<> wait(Deadline deadline) {
        asio::steady_timer timer(co_await asio::this_coro::executor, deadline.at());
        const auto place = waiting_.insert(waiting_.end(), &timer);
        co_await timer.async_wait(kAsTuple);
        waiting_.erase(place);
    }

    void notify() {
        for (asio::steady_timer* timer : waiting_)
            timer->cancel();
    }

  private:
    std::list<asio::steady_timer*> waiting_;
};

}  // namespace erp
