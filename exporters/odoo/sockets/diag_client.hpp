#pragma once

#include "core/base/descriptor.hpp"
#include "core/base/result.hpp"
#include "exporters/odoo/sockets/inet_diag.hpp"

#include <memory>
#include <vector>

namespace erp::odoo {

/// A conversation with the kernel about the sockets of one network namespace: that of the thread
/// that opened it, for good. Needs no privilege. One thread at a time.
class DiagClient {
  public:
    /// Fails where sock_diag is missing or forbidden (a seccomp filter).
    [[nodiscard]] static Result<DiagClient> open();

    /// All rows, or an error; after one the rest of the reply may still come, so open() a new one.
    [[nodiscard]] Result<std::vector<SocketRow>> dump(const DiagRequest& request);

  private:
    explicit DiagClient(int fd);
    [[nodiscard]] Result<DiagReply> ask(const DiagRequest& request);

    std::unique_ptr<Descriptor> socket_;
    std::vector<std::byte> buffer_;
    std::uint32_t sequence_ = 0;
};

}  // namespace erp::odoo
