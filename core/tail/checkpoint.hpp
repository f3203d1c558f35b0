#pragma once

#include "core/base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace erp::tail {

/// A file that holds one snapshot, whole or not at all: written beside, synced, renamed over the
/// last one, the folder synced. Versioned and checksummed. Without a path nothing is kept.
class Checkpoint {
  public:
    explicit Checkpoint(std::string path) : path_(std::move(path)) {}

    enum class Found {
        nothing,  ///< no such file: the first start
        good,
        corrupt,    ///< not ours, cut, or its checksum differs
        future,     ///< of a newer version
        unreadable  ///< it is there, and cannot be read
    };
    struct Loaded {
        Found found = Found::nothing;
        std::string bytes;  ///< of a good one
    };
    [[nodiscard]] Loaded load() const;

    /// An error: the last snapshot is still whole.
    [[nodiscard]] std::optional<Error> store(std::string_view bytes) const;

    /// Out of the way and not lost: to `<path>.refused`, or if there is one to `<path>.refused.2`
    /// and so on to 9, of which the last is written over. That path.
    [[nodiscard]] std::string set_aside() const;

  private:
    std::string path_;
};

}  // namespace erp::tail
