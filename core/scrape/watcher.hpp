#pragma once

#include "core/scrape/published.hpp"
#include "core/scrape/watch_thread.hpp"

#include <memory>
#include <utility>

namespace erp {

/// What looks at something on a thread of its own and publishes each time what it saw: a `Picture`,
/// immutable. Whoever reads it waits for nothing.
template <class Picture>
class Watcher {
  public:
    /// Any thread.
    [[nodiscard]] std::shared_ptr<const Published<Picture>> published() const { return published_; }
    /// Waits for nothing.
    void request_stop() { thread_.request_stop(); }
    /// request_stop(), and waits for the thread: not on the I/O thread.
    void stop() { thread_.stop(); }

  protected:
    /// `run(stop, published)` as WatchThread demands it; `thread` is its name.
    template <class Run>
    Watcher(const char* thread, std::shared_ptr<Run> run)
        : published_(std::make_shared<Published<Picture>>()),
          thread_(thread,
                  [run = std::move(run), published = published_](const std::stop_token& stop) {
                      (*run)(stop, *published);
                  }) {}

  private:
    std::shared_ptr<Published<Picture>> published_;
    WatchThread thread_;
};

}  // namespace erp
