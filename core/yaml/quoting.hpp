#pragma once

#include <string>
#include <string_view>

/// What error texts may show of a configuration file.
namespace erp::quoting {

/// Whether a text speaks of a credential: it holds password, passphrase, secret or token in any
/// case.
[[nodiscard]] bool names_secret(std::string_view text);

/// At most 60 bytes of valid UTF-8 without control characters; a cut is marked by "...".
[[nodiscard]] std::string shortened(std::string_view text);

/// A key. `password:hunter2` without a space is one key for YAML, so a key that names a secret is
/// shown up to its first character that no key of ours has.
[[nodiscard]] std::string key(std::string_view text);

/// `'ten'`, or "a value that is not shown" for texts that name a secret or are URLs with user
/// information.
[[nodiscard]] std::string value(std::string_view text);

inline constexpr std::string_view kNotShown = "a value that is not shown";

}  // namespace erp::quoting
