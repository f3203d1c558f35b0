#include "core/yaml/options.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace erp::options {
namespace {

bool is_variable_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

}  // namespace

void read_value(const ConfigValue& value, std::string& into) {
    if (auto text = value.text()) into = *std::move(text);
}

void read_value(const ConfigValue& value, bool& into) {
    if (const auto on = value.boolean()) into = *on;
}

void read_value(const ConfigValue& value, Duration& into) {
    using namespace std::chrono_literals;
    if (const auto duration = value.duration(1ms, 24h)) into = *duration;
}

void read_value(const ConfigValue& value, SecretSource::Kind kind, SecretSource& into) {
    if (into.given()) {
        value.fail("a secret has one source: file, environment or credential");
        return;
    }
    auto name = kind == SecretSource::Kind::file ? value.path() : value.text();
    if (!name) return;
    // Somebody who writes the password itself here must not find it in the log later.
    if (kind == SecretSource::Kind::environment && !is_variable_name(*name)) {
        value.fail("expected the name of an environment variable");
    } else if (kind == SecretSource::Kind::credential && name->find('/') != std::string::npos) {
        value.fail("expected the name of a systemd credential, without slashes");
    } else {
        into = SecretSource{kind, *std::move(name)};
    }
}

}  // namespace erp::options
