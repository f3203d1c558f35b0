#pragma once

#include "core/base/secret.hpp"
#include "core/yaml/reader.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace erp {

/// One key that an operator may write: an option names the operator's decision, everything else is
/// a constant. The option reference is printed from these rows.
struct Option {
    std::string_view key = {};
    std::string_view syntax = {};    ///< "host:port or socket directory", "duration", "file"
    std::string_view fallback = {};  ///< the default as an operator would write it; empty: none
    std::string_view help = {};      ///< one sentence
    bool required = false;
    std::string_view target_of = {};  ///< the value names a target of this exporter
};

/// An option bound to the member of `T` that it fills.
template <class T>
struct BoundOption {
    Option option;
    void (*read)(const ConfigValue& value, T& into);
};

namespace options {

template <class M>
struct MemberOf;
template <class C, class V>
struct MemberOf<V C::*> {
    using Class = C;
    using Value = V;
};

/// Overloads by the member's type; each leaves `into` alone when the value is refused.
void read_value(const ConfigValue& value, std::string& into);
void read_value(const ConfigValue& value, bool& into);
void read_value(const ConfigValue& value, Duration& into);  ///< 1 ms to 24 h
/// Where a secret is: a path (relative to the configuration's folder), a variable's or a
/// credential's name.
void read_value(const ConfigValue& value, SecretSource::Kind kind, SecretSource& into);

}  // namespace options

/// `{{.key = "user", ...}, into<&RedisOptions::user>}`
template <auto Member>
void into(const ConfigValue& value, typename options::MemberOf<decltype(Member)>::Class& object) {
    options::read_value(value, object.*Member);
}

/// A secret's key fills one SecretSource: `secret<&RedisOptions::password,
/// SecretSource::Kind::file>`. Two sources for one secret are an error.
template <auto Member, SecretSource::Kind Kind>
void secret(const ConfigValue& value, typename options::MemberOf<decltype(Member)>::Class& object) {
    options::read_value(value, Kind, object.*Member);
}

/// The three rows by which every exporter takes a password.
template <auto Member>
inline constexpr BoundOption<typename options::MemberOf<decltype(Member)>::Class> kPasswordFile{
    {.key = "password_file", .syntax = "file", .help = "File that holds the password."},
    secret<Member, SecretSource::Kind::file>};
template <auto Member>
inline constexpr BoundOption<typename options::MemberOf<decltype(Member)>::Class> kPasswordEnv{
    {.key = "password_env",
     .syntax = "variable",
     .help = "Environment variable that holds the password."},
    secret<Member, SecretSource::Kind::environment>};
template <auto Member>
inline constexpr BoundOption<typename options::MemberOf<decltype(Member)>::Class>
    kPasswordCredential{{.key = "password_credential",
                         .syntax = "name",
                         .help = "Credential of the systemd service that holds the password."},
                        secret<Member, SecretSource::Kind::credential>};

/// The rows without their binding, for Exporter::options.
template <class T, std::size_t N>
std::array<const Option*, N> options_of(const BoundOption<T> (&table)[N]) {
    std::array<const Option*, N> rows{};
    for (std::size_t i = 0; i < N; ++i)
        rows[i] = &table[i].option;
    return rows;
}

/// Reads every option of the table, in its order; missing required ones become errors. The caller
/// ends with entry.finish() through the configuration's own keys.
template <class T, std::size_t N>
void read_options(const BoundOption<T> (&table)[N], ConfigMap& entry, T& object) {
    for (const BoundOption<T>& row : table) {
        const auto value =
            row.option.required ? entry.require(row.option.key) : entry.get(row.option.key);
        if (value) row.read(*value, object);
    }
}

}  // namespace erp
