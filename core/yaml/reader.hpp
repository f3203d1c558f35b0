#pragma once

#include "core/base/deadline.hpp"
#include "core/base/secret.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// Strict reading of YAML with every error at once. yaml-cpp and its exceptions stay in
/// yaml_tree.cpp. Error texts quote at most 60 bytes of a value, and nothing that may be a
/// credential: not below a key that is named like one (password, passphrase, secret, token), not
/// from a URL with user information.

struct ConfigError {
    std::string file;
    int line = 0;  ///< from 1; 0 when no line applies
    std::string
        path;  ///< of the value or mapping, for example "targets[1].sslmode"; empty: the file
    std::string text;
};

/// "erp_exporter.yml:12: targets[1]: unknown key sslmod; did you mean sslmode?"
[[nodiscard]] std::string to_text(const ConfigError& error);

class ConfigMap;

/// One value of the file. Reading functions add an error and return nothing when it has another
/// shape.
class ConfigValue {
  public:
    struct Impl;
    explicit ConfigValue(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

    [[nodiscard]] std::optional<std::string> text() const;  ///< a non-empty scalar
    [[nodiscard]] std::optional<bool> boolean() const;      ///< true/false, on/off, yes/no
    [[nodiscard]] std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
    [[nodiscard]] std::optional<Duration> duration(Duration least, Duration most) const;
    [[nodiscard]] std::optional<std::uint64_t> bytes() const;
    /// text() as a path: a relative one starts at the folder of the configuration file.
    [[nodiscard]] std::optional<std::string> path() const;
    /// One of `words`; the error lists them.
    [[nodiscard]] std::optional<std::string> choice(std::span<const std::string_view> words) const;
    [[nodiscard]] std::optional<std::vector<ConfigValue>> list() const;
    /// Those of a list, or this one, which stands for a list of one; none: it is neither.
    [[nodiscard]] std::vector<ConfigValue> items() const;
    [[nodiscard]] std::optional<ConfigMap> map() const;
    [[nodiscard]] bool is_map() const;
    [[nodiscard]] bool is_scalar() const;
    /// The value as an error text may show it: "'ten'", "a list", "nothing", "a value that is not
    /// shown".
    [[nodiscard]] std::string shown() const;
    /// Adds an error at this place. Quote values by shown() only.
    void fail(std::string text) const;
    [[nodiscard]] int line() const;

  private:
    std::shared_ptr<const Impl> impl_;
};

/// "; did you mean sslmode?" when one of `names` is near, else empty: the end of an error text.
[[nodiscard]] std::string hint(std::string_view name, std::span<const std::string_view> names);

/// A mapping. get() marks a key as known; finish() makes every other key, and every key given
/// twice, an error with the nearest known one.
class ConfigMap {
  public:
    struct Impl;
    explicit ConfigMap(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

    /// Nothing if the key is missing or null.
    [[nodiscard]] std::optional<ConfigValue> get(std::string_view key);
    /// As get(); a missing key is an error.
    [[nodiscard]] std::optional<ConfigValue> require(std::string_view key);
    /// Every key with its value, for maps whose keys are data (labels, collectors); all become
    /// known.
    [[nodiscard]] std::vector<std::pair<std::string, ConfigValue>> entries();
    void finish();
    /// Adds an error at the mapping itself.
    void fail(std::string text) const;
    /// All keys and values but `without`, in one canonical line: to tell whether two entries say
    /// the same.
    [[nodiscard]] std::string canonical(std::span<const std::string_view> without) const;

  private:
    std::shared_ptr<Impl> impl_;
};

/// A file's document and the errors found in it so far. ConfigMap and ConfigValue refer to it.
class ConfigDocument {
  public:
    /// At most 1 MiB of a regular file; never throws: what cannot be read or parsed is one error.
    [[nodiscard]] static ConfigDocument read(const std::string& file);
    [[nodiscard]] static ConfigDocument parse(std::string file, const std::string& text);

    /// The top-level mapping; an empty file is an empty mapping, another kind of value an error.
    [[nodiscard]] std::optional<ConfigMap> root() const;
    /// The top-level value of a file that need not be a mapping; nothing if it is empty or cannot
    /// be read.
    [[nodiscard]] std::optional<ConfigValue> top() const;
    /// In the order of their lines; after 100 a last one says that there are more.
    [[nodiscard]] std::vector<ConfigError> errors() const;

    struct Impl;

  private:
    explicit ConfigDocument(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
};

}  // namespace erp
