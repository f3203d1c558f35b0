#include "exporters/odoo/processes/command_line.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <iterator>
#include <span>

namespace erp::odoo {
namespace {

using Arguments = std::span<const std::string_view>;

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

bool is_script(std::string_view path) {
    constexpr std::string_view kNames[] = {"odoo", "odoo-bin", "odoo.py", "openerp-server",
                                           "odoo-server"};
    return std::ranges::find(kNames, base_name(path)) != std::end(kNames);
}

/// From the script on; nothing: this is no Odoo. The script is what Python runs: its first argument
/// that is no option, or the module after -m.
std::optional<Arguments> from_script(Arguments arguments) {
    if (arguments.empty()) return std::nullopt;
    if (is_script(arguments[0])) return arguments;
    if (!base_name(arguments[0]).starts_with("python")) return std::nullopt;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "-m") {
            if (i + 1 >= arguments.size() || arguments[i + 1] != "odoo") return std::nullopt;
            return arguments.subspan(i + 1);
        }
        if (argument == "-c") return std::nullopt;
        if (argument == "-X" || argument == "-W") {
            ++i;
        } else if (!argument.starts_with('-')) {
            if (!is_script(argument)) return std::nullopt;
            return arguments.subspan(i);
        }
    }
    return std::nullopt;
}

/// Keys of the short options that take a value which is kept.
std::string_view short_key(char letter) {
    switch (letter) {
        case 'c':
            return "config";
        case 'p':
            return "http_port";
        case 'D':
            return "data_dir";
        default:
            return {};
    }
}

void take(OdooCommand& command, std::string_view key, std::string_view value) {
    if (key == "config") {
        command.config = value;
    } else {
        command.settings.set(key, value, SettingSource::command_line);
    }
}

/// Options with which an Odoo does one thing and ends.
constexpr std::string_view kEnding[] = {"stop_after_init", "i18n_export", "i18n_import", "version",
                                        "help"};

bool ends_by_itself(std::string_view key) {
    return std::ranges::find(kEnding, key) != std::end(kEnding);
}

/// Options without a value that say that Odoo listens nowhere.
constexpr std::string_view kNoHttp[] = {"no_http", "no_xmlrpc"};

bool forbids_http(std::string_view key) {
    return std::ranges::find(kNoHttp, key) != std::end(kNoHttp);
}

/// Whether the value of this key is wanted.
bool takes_value(std::string_view key) {
    return key == "config" || Settings::keeps(key);
}

/// Key of an option's long name, which has dashes or, for those of the database, underscores.
/// optparse also takes the beginning of a name, if no other begins so: that of an Odoo that runs.
std::string key_of(std::string_view name) {
    if (name == "load") return "server_wide_modules";
    std::string key(name);
    std::ranges::replace(key, '-', '_');
    if (takes_value(key) || ends_by_itself(key) || forbids_http(key)) return key;
    std::vector<std::string_view> names = Settings::names();
    names.insert(names.end(), std::begin(kEnding), std::end(kEnding));
    names.insert(names.end(), std::begin(kNoHttp), std::end(kNoHttp));
    names.emplace_back("config");
    std::erase_if(names, [&key](std::string_view whole) { return !whole.starts_with(key); });
    return names.size() == 1 ? std::string(names.front()) : key;
}

}  // namespace

std::vector<std::string_view> to_arguments(std::string_view cmdline) {
    std::vector<std::string_view> arguments = split(cmdline, '\0');
    while (!arguments.empty() && arguments.back().empty())
        arguments.pop_back();
    return arguments;
}

bool runs_python(const std::vector<std::string_view>& arguments) {
    return !arguments.empty() && base_name(arguments[0]).starts_with("python");
}

std::optional<OdooCommand> to_odoo_command(const std::vector<std::string_view>& arguments) {
    const auto found = from_script(arguments);
    if (!found) return std::nullopt;
    OdooCommand command{.command = "server", .script = std::string(found->front())};
    Arguments rest = found->subspan(1);
    // The one option that may stand before a command, which one of its modules may have.
    if (rest.size() > 1 && rest[0].starts_with("--addons-path=") && !rest[1].starts_with('-'))
        rest = rest.subspan(1);
    if (!rest.empty() && !rest[0].empty() && !rest[0].starts_with('-')) {
        command.command = rest[0];
        rest = rest.subspan(1);
    }
    for (std::size_t i = 0; i < rest.size(); ++i) {
        const std::string_view argument = rest[i];
        const std::string_view next = i + 1 < rest.size() ? rest[i + 1] : std::string_view();
        if (argument == "--") break;
        if (argument.starts_with("--")) {
            const auto parts = cut(argument.substr(2), '=');
            const std::string key = key_of(parts ? parts->first : argument.substr(2));
            if (ends_by_itself(key)) command.one_shot = true;
            if (forbids_http(key)) take(command, "http_enable", "False");
            if (!takes_value(key)) continue;
            take(command, key, parts ? parts->second : next);
            if (!parts) ++i;
        } else if (argument.size() > 1 && argument[0] == '-') {
            const std::string_view key = short_key(argument[1]);
            if (argument == "-h") command.one_shot = true;
            if (key.empty()) continue;
            take(command, key, argument.size() > 2 ? argument.substr(2) : next);
            if (argument.size() == 2) ++i;
        }
    }
    return command;
}

void read_environment(std::string_view environ, Settings& settings) {
    for (const std::string_view entry : split(environ, '\0')) {
        const auto parts = cut(entry, '=');
        if (!parts || !parts->first.starts_with("ODOO_")) continue;
        const std::string key = to_lower(parts->first.substr(5));
        if (Settings::well_formed(key, parts->second))
            settings.set(key, parts->second, SettingSource::environment);
    }
}

std::optional<std::string> find_variable(std::string_view environ, std::string_view name) {
    for (const std::string_view entry : split(environ, '\0')) {
        const auto parts = cut(entry, '=');
        if (parts && parts->first == name) return std::string(parts->second);
    }
    return std::nullopt;
}

}  // namespace erp::odoo
