#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <string>

namespace erp::odoo {

/// The text of a small file, at most `most` bytes of it. Errors: refused (there is none), privilege
/// (we may not read it), query. May block as long as the file system does.
[[nodiscard]] Result<std::string> read_text(const std::string& path, std::size_t most = 65536);

/// The error of a call on `path` that left `error` in errno.
[[nodiscard]] Error to_error(const std::string& path, int error);

}  // namespace erp::odoo
