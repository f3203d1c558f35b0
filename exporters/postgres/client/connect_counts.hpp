#pragma once

#include "core/base/error.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace erp::postgres {

/// Attempts to connect to one server and what it said to those that failed. Counted on one thread,
/// read on any.
class ConnectCounts {
  public:
    /// Classes of SQLSTATE with which a server ends a startup; "none": it said nothing (refused,
    /// timeout, closed).
    static constexpr std::array<std::string_view, 10> kClasses{"08", "28", "3D", "42",   "53",
                                                               "55", "57", "XX", "none", "other"};

    void succeeded() { ++attempts_; }
    void failed(const Error& error);

    [[nodiscard]] std::uint64_t attempts() const { return attempts_; }
    [[nodiscard]] std::uint64_t errors(std::size_t sqlstate_class) const {
        return errors_[sqlstate_class];
    }

  private:
    std::atomic<std::uint64_t> attempts_ = 0;
    std::array<std::atomic<std::uint64_t>, kClasses.size()> errors_{};
};

/// Position in kClasses, of a failed connect.
[[nodiscard]] std::size_t sqlstate_class(const Error& error);

}  // namespace erp::postgres
