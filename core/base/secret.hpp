#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace erp {

/// A credential in memory. It cannot be printed, compared or converted by accident, and its bytes
/// are overwritten when it goes. reveal() is the one way out; call it only where the bytes leave
/// for the configured target.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    ~Secret() { wipe(); }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;

    [[nodiscard]] std::string_view reveal() const { return value_; }
    [[nodiscard]] const char* reveal_c_str() const { return value_.c_str(); }
    [[nodiscard]] bool empty() const { return value_.empty(); }

  private:
    void wipe();
    std::string value_;
};

/// Where a credential comes from. It is read at each connect, so a rotated password needs no
/// restart.
struct SecretSource {
    enum class Kind { none, file, environment, credential };
    Kind kind = Kind::none;
    std::string name;  ///< path, variable, or the name of a systemd credential

    [[nodiscard]] bool given() const { return kind != Kind::none; }
    /// Without the line end that editors add. At most 64 KiB of a regular file: a FIFO must not
    /// hang us. Errors (phase auth) name the source, never what it holds.
    [[nodiscard]] Result<Secret> read() const;
    bool operator==(const SecretSource&) const = default;
};

}  // namespace erp
