#include "core/base/text.hpp"
#include "core/yaml/document.hpp"
#include "core/yaml/quoting.hpp"
#include "core/yaml/reader.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace erp {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t kLongestName = 64;  ///< of ours; what is longer is near to none

ConfigValue child(const ConfigValue::Impl& parent, const YamlNode::Entry& entry) {
    ConfigValue::Impl value;
    value.document = parent.document;
    value.node = entry.value;
    value.path = parent.path;
    if (!value.path.empty()) value.path += '.';
    value.path += quoting::key(entry.key);
    // yaml-cpp places an empty value where the next token starts.
    value.line = entry.value->kind == Kind::null ? entry.line : entry.value->line;
    value.secret = parent.secret || quoting::names_secret(entry.key);
    return ConfigValue(std::make_shared<const ConfigValue::Impl>(std::move(value)));
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

void append_canonical(std::string& out,
                      const YamlNode& node,
                      std::span<const std::string_view> without) {
    switch (node.kind) {
        case Kind::null:
            out += "null";
            return;
        case Kind::scalar:
            append_quoted(out, node.scalar);
            return;
        case Kind::list:
            out += '[';
            for (const auto& item : node.items) {
                append_canonical(out, *item, {});
                out += ',';
            }
            out += ']';
            return;
        case Kind::map:
            break;
    }
    std::vector<const YamlNode::Entry*> entries;
    for (const YamlNode::Entry& entry : node.entries) {
        const bool left_out = std::find(without.begin(), without.end(), entry.key) != without.end();
        if (!left_out && entry.value->kind != Kind::null) entries.push_back(&entry);
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto* a, const auto* b) { return a->key < b->key; });
    out += '{';
    for (const YamlNode::Entry* entry : entries) {
        append_quoted(out, entry->key);
        out += ':';
        append_canonical(out, *entry->value, {});
        out += ',';
    }
    out += '}';
}

}  // namespace

std::string hint(std::string_view name, std::span<const std::string_view> names) {
    if (name.size() > kLongestName) return {};
    const auto near = nearest(name, names);
    return near ? "; did you mean " + std::string(*near) + "?" : std::string();
}

std::optional<ConfigValue> ConfigMap::get(std::string_view key) {
    impl_->known.emplace_back(key);
    for (const YamlNode::Entry& entry : impl_->value.node->entries) {
        if (entry.key != key) continue;
        if (entry.value->kind == Kind::null) return std::nullopt;
        return child(impl_->value, entry);
    }
    return std::nullopt;
}

std::optional<ConfigValue> ConfigMap::require(std::string_view key) {
    auto value = get(key);
    if (!value) fail(std::string(key) + " is required");
    return value;
}

std::vector<std::pair<std::string, ConfigValue>> ConfigMap::entries() {
    impl_->all_known = true;
    std::vector<std::pair<std::string, ConfigValue>> all;
    std::unordered_map<std::string_view, int> seen;
    for (const YamlNode::Entry& entry : impl_->value.node->entries) {
        if (!seen.try_emplace(entry.key, entry.line).second) continue;  // finish() reports it
        all.emplace_back(entry.key, child(impl_->value, entry));
    }
    return all;
}

void ConfigMap::finish() {
    const std::vector<std::string_view> known(impl_->known.begin(), impl_->known.end());
    std::unordered_map<std::string_view, int> lines;
    ConfigDocument::Impl& document = *impl_->value.document;
    for (const YamlNode::Entry& entry : impl_->value.node->entries) {
        const auto [first, fresh] = lines.try_emplace(entry.key, entry.line);
        if (!fresh) {
            document.fail(entry.line, impl_->value.path,
                          quoting::key(entry.key) + " is given twice; first in line " +
                              std::to_string(first->second));
        } else if (!impl_->all_known &&
                   std::find(known.begin(), known.end(), entry.key) == known.end()) {
            const std::string near = document.full() ? std::string() : hint(entry.key, known);
            document.fail(entry.line, impl_->value.path,
                          "unknown key " + quoting::key(entry.key) + near);
        }
    }
}

void ConfigMap::fail(std::string text) const {
    impl_->value.document->fail(impl_->value.line, impl_->value.path, std::move(text));
}

std::string ConfigMap::canonical(std::span<const std::string_view> without) const {
    std::string out;
    append_canonical(out, *impl_->value.node, without);
    return out;
}

}  // namespace erp
