#pragma once

#include "core/base/file_text.hpp"
#include "core/base/text.hpp"
#include "core/metrics/exposition.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// For tests that compare a page of ours with a recorded one of a peer.
namespace erp {

struct PageFamily {
    std::string type;
    std::set<std::string> keys;  ///< label keys of its lines, sorted and joined by commas
    bool has_help = false;
};

/// Keys of `name{a="1",b="2"} 3`, sorted, each followed by a comma.
inline std::string label_keys(std::string_view line) {
    std::set<std::string> keys;
    const std::size_t brace = line.find('{');
    if (brace == std::string_view::npos) return {};
    std::string_view labels = line.substr(brace + 1, line.rfind('}') - brace - 1);
    while (!labels.empty()) {
        const std::size_t equals = labels.find("=\"");
        keys.emplace(labels.substr(0, equals));
        std::size_t end = equals + 2;
        while (labels[end] != '"')
            end += labels[end] == '\\' ? 2 : 1;
        labels.remove_prefix(std::min(labels.size(), end + 2));
    }
    std::string joined;
    for (const std::string& key : keys)
        joined += key + ",";
    return joined;
}

/// By family name; the lines of a summary or histogram stand under their own names.
inline std::map<std::string, PageFamily> families_of(const std::string& page) {
    std::map<std::string, PageFamily> families;
    for (const std::string_view line : split(page, '\n')) {
        if (line.starts_with("# TYPE ")) {
            const auto words = split(line, ' ');
            families[std::string(words[2])].type = words[3];
        } else if (line.starts_with("# HELP ")) {
            const auto words = split(line, ' ');
            families[std::string(words[2])].has_help = words.size() > 3 && !words[3].empty();
        } else if (!line.empty() && line[0] != '#') {
            families[std::string(line.substr(0, line.find_first_of("{ ")))].keys.insert(
                label_keys(line));
        }
    }
    return families;
}

/// The page of one target's samples, without added labels.
inline std::string page_of(Samples samples) {
    Source source;
    source.parts.push_back({std::make_shared<const Samples>(std::move(samples)), false});
    std::vector<MergedSource> merged;
    merged.push_back(merge(std::move(source), Tenancy(), {}));
    if (merged.back().duplicates > 0) throw std::runtime_error("a series comes twice");
    return write_text(Snapshot(std::move(merged), std::make_shared<const Tenancy>(), SIZE_MAX));
}

inline bool has_line(const std::string& page, const std::string& line) {
    return page.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace erp
