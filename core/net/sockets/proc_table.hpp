#pragma once

#include "core/base/descriptor.hpp"
#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace erp {

/// A table of the kernel as a file, which may stay open: the kernel writes it anew at each read().
class ProcTable {
  public:
    explicit ProcTable(const std::string& path);

    [[nodiscard]] bool is_open() const { return file_.get() >= 0; }
    /// The whole of it, in `room`, which grows; an error of a table of more than 64 MiB, half a
    /// million sockets.
    [[nodiscard]] Result<std::string_view> read(std::string& room) const;

  private:
    Descriptor file_;
};

}  // namespace erp
