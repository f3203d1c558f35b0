#include "core/yaml/reader.hpp"

#include "core/yaml/document.hpp"
#include "core/yaml/quoting.hpp"
#include "core/yaml/yaml_tree.hpp"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace erp {
namespace {

/// The text of the file, or why there is none.
struct FileText {
    std::string text;
    std::string problem;
};

FileText read_text(const std::string& file) {
    // Not blocking: a FIFO in the file's place must not hang the daemon.
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return {{}, std::string("cannot open: ") + std::strerror(errno)};
    FileText read;
    struct stat info {};
    if (::fstat(fd, &info) != 0) {
        read.problem = std::string("cannot read: ") + std::strerror(errno);
    } else if (!S_ISREG(info.st_mode)) {
        read.problem = "not a regular file";
    }
    std::array<char, 16384> block{};
    while (read.problem.empty() && read.text.size() <= kLongestYaml) {
        const ssize_t n = ::read(fd, block.data(), block.size());
        if (n < 0) read.problem = std::string("cannot read: ") + std::strerror(errno);
        if (n <= 0) break;
        read.text.append(block.data(), static_cast<std::size_t>(n));
    }
    ::close(fd);
    return read;
}

}  // namespace

std::string to_text(const ConfigError& error) {
    std::string text = error.file;
    if (error.line > 0) text.append(":").append(std::to_string(error.line));
    text += ": ";
    if (!error.path.empty()) text.append(error.path).append(": ");
    return text.append(error.text);
}

void ConfigDocument::Impl::fail(int line, std::string path, std::string text) {
    if (full()) {
        ++left_out;
        return;
    }
    errors.push_back({file, line, std::move(path), std::move(text)});
}

ConfigDocument ConfigDocument::read(const std::string& file) {
    FileText read = read_text(file);
    if (read.problem.empty()) return parse(file, read.text);
    auto impl = std::make_shared<Impl>();
    impl->file = file;
    impl->fail(0, {}, std::move(read.problem));
    return ConfigDocument(std::move(impl));
}

ConfigDocument ConfigDocument::parse(std::string file, const std::string& text) {
    auto impl = std::make_shared<Impl>();
    impl->file = std::move(file);
    YamlTree tree = parse_yaml(text);
    for (YamlProblem& problem : tree.problems)
        impl->fail(problem.line, {}, std::move(problem.text));
    const bool empty = !tree.root || tree.root->kind == YamlNode::Kind::null;
    impl->readable = tree.root || tree.problems.empty();
    if (impl->readable && !empty) impl->root = std::move(tree.root);
    return ConfigDocument(std::move(impl));
}

std::optional<ConfigMap> ConfigDocument::root() const {
    if (!impl_->readable) return std::nullopt;
    if (impl_->root && impl_->root->kind != YamlNode::Kind::map) {
        impl_->fail(impl_->root->line, {}, "expected a mapping of keys to values at the top");
        impl_->readable = false;  // said once
        return std::nullopt;
    }
    auto map = std::make_shared<ConfigMap::Impl>();
    map->value.document = impl_;
    map->value.node = impl_->root ? impl_->root : std::make_shared<const YamlNode>();
    map->value.line = std::max(map->value.node->line, 1);
    return ConfigMap(std::move(map));
}

std::optional<ConfigValue> ConfigDocument::top() const {
    if (!impl_->root) return std::nullopt;
    ConfigValue::Impl value;
    value.document = impl_;
    value.node = impl_->root;
    value.line = std::max(value.node->line, 1);
    return ConfigValue(std::make_shared<const ConfigValue::Impl>(std::move(value)));
}

std::vector<ConfigError> ConfigDocument::errors() const {
    std::vector<ConfigError> sorted = impl_->errors;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const ConfigError& a, const ConfigError& b) { return a.line < b.line; });
    if (impl_->left_out > 0) {
        sorted.push_back({impl_->file, 0, {}, std::to_string(impl_->left_out) + " more errors"});
    }
    return sorted;
}

}  // namespace erp
