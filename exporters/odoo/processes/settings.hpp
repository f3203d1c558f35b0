#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// Where a value comes from, the weaker first; `process` is what the kernel holds a process to.
enum class SettingSource { fallback, file, environment, command_line, process };
[[nodiscard]] std::string_view to_string(SettingSource source);

struct Setting {
    std::string value;
    SettingSource source = SettingSource::fallback;
};

/// What an Odoo is told by odoo.conf, its environment and its command line, as far as it is needed
/// here. Only keys of a list are kept: admin_passwd, db_password and the rest are never in memory
/// longer than the text they came in.
class Settings {
  public:
    /// Keys have their newest name: xmlrpc_port is http_port, longpolling_port gevent_port. A value
    /// of a weaker source than the present one is ignored, and so are keys that are not on the list
    /// and the values None and False, by which Odoo writes "not set" of all but http_enable.
    void set(std::string_view key, std::string_view value, SettingSource source);
    /// Says that all there is was read, so that what is not set is Odoo's default. Before, a key
    /// that is not set is not known.
    void set_complete() { complete_ = true; }
    [[nodiscard]] bool complete() const { return complete_; }

    [[nodiscard]] std::optional<Setting> find(std::string_view key) const;
    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
    /// As Python's optparse reads it: 0x, 0b and a leading 0 (octal) are understood.
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;

    /// Whether it has an HTTP port: not one that is for its jobs alone (http_enable, --no-http).
    [[nodiscard]] bool listens() const;

    /// Whether the key, under its newest or an older name, is on the list.
    [[nodiscard]] static bool keeps(std::string_view key);
    /// All that keeps() is true of.
    [[nodiscard]] static std::vector<std::string_view> names();
    /// Whether `value` may be that of the key: a number, where the key's is one.
    [[nodiscard]] static bool well_formed(std::string_view key, std::string_view value);
    [[nodiscard]] const std::map<std::string, Setting, std::less<>>& all() const { return set_; }

  private:
    std::map<std::string, Setting, std::less<>> set_;
    bool complete_ = false;
};

/// One limit that holds for workers. A limit that is switched off (0) has none.
struct Limit {
    std::string_view name;  ///< `cpu`, `real`, `memory_soft`, …
    double value = 0;       ///< seconds, bytes or a number
    SettingSource source = SettingSource::fallback;
};

/// limit_time_*, without the prefix, in seconds. limit_time_real_cron below 0 is limit_time_real.
[[nodiscard]] std::vector<Limit> time_limits(const Settings& settings);
/// limit_memory_*, in bytes. `address_space` is what a worker is held to (RLIMIT_AS), if that was
/// read: it wins over what the settings say of memory_hard.
[[nodiscard]] std::vector<Limit> memory_limits(const Settings& settings,
                                               std::optional<double> address_space);

}  // namespace erp::odoo
