#include "core/base/number.hpp"
#include "core/yaml/document.hpp"
#include "core/yaml/quoting.hpp"
#include "core/yaml/reader.hpp"

#include <algorithm>
#include <utility>

namespace erp {
namespace {

using Kind = YamlNode::Kind;

void expected(const ConfigValue& value, std::string what) {
    value.fail("expected " + what.append(", found ").append(value.shown()));
}

}  // namespace

std::string ConfigValue::shown() const {
    switch (impl_->node->kind) {
        case Kind::null:
            return "nothing";
        case Kind::list:
            return "a list";
        case Kind::map:
            return "a mapping";
        case Kind::scalar:
            break;
    }
    if (impl_->node->scalar.empty()) return "nothing";
    if (impl_->secret) return std::string(quoting::kNotShown);
    return quoting::value(impl_->node->scalar);
}

void ConfigValue::fail(std::string text) const {
    impl_->document->fail(impl_->line, impl_->path, std::move(text));
}

int ConfigValue::line() const {
    return impl_->line;
}

bool ConfigValue::is_map() const {
    return impl_->node->kind == Kind::map;
}

bool ConfigValue::is_scalar() const {
    return impl_->node->kind == Kind::scalar;
}

std::optional<std::string> ConfigValue::text() const {
    if (!is_scalar() || impl_->node->scalar.empty()) {
        expected(*this, "text");
        return std::nullopt;
    }
    // "\0" in double quotes; C libraries would silently take the text before it.
    if (impl_->node->scalar.find('\0') != std::string::npos) {
        fail("the text holds a NUL character");
        return std::nullopt;
    }
    return impl_->node->scalar;
}

std::optional<std::string> ConfigValue::path() const {
    auto path = text();
    if (!path || path->front() == '/') return path;
    const std::string& file = impl_->document->file;
    const std::size_t slash = file.rfind('/');
    if (slash != std::string::npos) path->insert(0, file, 0, slash + 1);
    return path;
}

std::optional<bool> ConfigValue::boolean() const {
    const std::string& text = impl_->node->scalar;
    if (is_scalar()) {
        for (const std::string_view yes : {"true", "on", "yes"}) {
            if (text == yes) return true;
        }
        for (const std::string_view no : {"false", "off", "no"}) {
            if (text == no) return false;
        }
    }
    expected(*this, "on or off");
    return std::nullopt;
}

std::optional<std::int64_t> ConfigValue::integer(std::int64_t least, std::int64_t most) const {
    const auto number = is_scalar() ? to_int(impl_->node->scalar) : std::nullopt;
    if (number && *number >= least && *number <= most) return number;
    expected(*this, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::optional<Duration> ConfigValue::duration(Duration least, Duration most) const {
    const auto duration = is_scalar() ? to_duration(impl_->node->scalar) : std::nullopt;
    if (!duration) {
        expected(*this, "a duration such as 10s");
        return std::nullopt;
    }
    if (*duration < least || *duration > most) {
        expected(*this, "a duration from " + to_text(least) + " to " + to_text(most));
        return std::nullopt;
    }
    return duration;
}

std::optional<std::uint64_t> ConfigValue::bytes() const {
    const auto bytes = is_scalar() ? to_bytes(impl_->node->scalar) : std::nullopt;
    if (!bytes) expected(*this, "a size such as 16MiB");
    return bytes;
}

std::optional<std::string> ConfigValue::choice(std::span<const std::string_view> words) const {
    if (is_scalar()) {
        for (const std::string_view word : words) {
            if (word == impl_->node->scalar) return std::string(word);
        }
    }
    std::string text = words.size() > 1 ? "expected one of " : "expected ";
    for (std::size_t i = 0; i < words.size(); ++i) {
        text.append(i == 0 ? "" : ", ").append(words[i]);
    }
    text.append(", found ").append(shown());
    fail(text + (is_scalar() ? hint(impl_->node->scalar, words) : ""));
    return std::nullopt;
}

std::optional<std::vector<ConfigValue>> ConfigValue::list() const {
    if (impl_->node->kind != Kind::list) {
        expected(*this, "a list");
        return std::nullopt;
    }
    std::vector<ConfigValue> values;
    for (const auto& item : impl_->node->items) {
        Impl value = *impl_;
        value.node = item;
        value.path += "[" + std::to_string(values.size()) + "]";
        value.line = item->line;
        values.emplace_back(std::make_shared<const Impl>(std::move(value)));
    }
    return values;
}

std::vector<ConfigValue> ConfigValue::items() const {
    if (is_scalar()) return {*this};
    return list().value_or(std::vector<ConfigValue>{});
}

std::optional<ConfigMap> ConfigValue::map() const {
    if (!is_map()) {
        expected(*this, "a mapping of keys to values");
        return std::nullopt;
    }
    auto map = std::make_shared<ConfigMap::Impl>();
    map->value = *impl_;
    return ConfigMap(std::move(map));
}

}  // namespace erp
