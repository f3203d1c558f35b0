#pragma once

#include "core/yaml/reader.hpp"
#include "core/yaml/yaml_tree.hpp"

#include <memory>
#include <string>
#include <vector>

/// What the classes of reader.hpp are made of; for the files that implement them only.
namespace erp {

struct ConfigDocument::Impl {
    std::string file;
    std::shared_ptr<const YamlNode> root;  ///< null: empty or unreadable
    bool readable = false;
    std::vector<ConfigError> errors;
    std::size_t left_out = 0;

    static constexpr std::size_t kMostErrors = 100;
    [[nodiscard]] bool full() const { return errors.size() >= kMostErrors; }
    void fail(int line, std::string path, std::string text);
};

struct ConfigValue::Impl {
    std::shared_ptr<ConfigDocument::Impl> document;
    std::shared_ptr<const YamlNode> node;
    std::string path;
    int line = 0;
    bool secret = false;  ///< below a key that is named like a credential
};

struct ConfigMap::Impl {
    ConfigValue::Impl value;
    std::vector<std::string> known;
    bool all_known = false;
};

}  // namespace erp
