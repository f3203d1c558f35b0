#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace erp {

/// A YAML document as a tree that keeps what strict reading needs and yaml-cpp's own nodes lose:
/// the line of each key, and keys given twice. An alias shares the node of its anchor.
struct YamlNode {
    enum class Kind { null, scalar, list, map };
    struct Entry {
        std::string key;
        int line = 0;
        std::shared_ptr<const YamlNode> value;  ///< never null
    };

    Kind kind = Kind::null;
    int line = 0;  ///< from 1
    std::string scalar;
    std::vector<std::shared_ptr<const YamlNode>> items;
    std::vector<Entry> entries;  ///< in the order of the file, keys given twice included
    std::size_t values = 1;      ///< nodes of this subtree once its aliases are expanded
};

struct YamlProblem {
    int line = 0;  ///< 0 when no line applies
    std::string text;
};

struct YamlTree {
    std::shared_ptr<const YamlNode> root;  ///< null if the text is empty or not one valid document
    std::vector<YamlProblem> problems;
};

/// What a document may hold. They keep a hostile or generated file from costing more than a moment:
/// the expanded size stops a chain of aliases that doubles at each step.
inline constexpr std::size_t kLongestYaml = 1024UL * 1024UL;
inline constexpr std::size_t kMostYamlValues = 100'000;
inline constexpr std::size_t kDeepestYaml = 64;

/// Never throws. Problem texts quote nothing of the document, since it may be a password.
[[nodiscard]] YamlTree parse_yaml(std::string_view text);

}  // namespace erp
