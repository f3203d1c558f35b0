#pragma once

#include "core/net/signal.hpp"
#include "core/scrape/scraper.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace erp {

/// Texts for clients that are as large as the estate, pages of metrics apart. One is made at a
/// time, and all who asked for the same before it was begun get it: however many ask at once, there
/// is the material of one. I/O thread only.
class SharedTexts {
  public:
    using Body = std::shared_ptr<const std::string>;
    /// Runs on a worker; owns what it touches.
    using Make = std::function<std::string()>;
    /// Called when the text's turn has come; an error is why there is none.
    using Prepare = std::function<Result<Make>()>;

    /// The scraper outlives it. `make_room` see PageRequest.
    SharedTexts(Scraper& scraper, std::function<void()> make_room)
        : scraper_(scraper), make_room_(std::move(make_room)) {}

    /// `key` tells what it is a text of. The error is that of prepare(), or of phase limit: see
    /// Scraper::body().
    Awaitable<Result<Body>> get(std::string key, Prepare prepare);

  private:
    struct Batch {
        std::optional<Result<Body>> outcome;
        Signal ended = {};
    };
    Awaitable<Result<Body>> make(Prepare prepare);

    Scraper& scraper_;
    const std::function<void()> make_room_;
    std::map<std::string, std::shared_ptr<Batch>> waiting_;  ///< not begun yet
    bool busy_ = false;
    Signal turn_;
};

}  // namespace erp
