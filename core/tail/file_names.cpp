#include "core/tail/file_names.hpp"

#include "core/tail/siblings.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {
namespace {

constexpr int kMostTimes = 5;

bool same_file(const FileLook& a, const FileLook& b) {
    return a.device == b.device && a.inode == b.inode;
}

bool same_names(const FileNames& a, const FileNames& b) {
    return a.newest_is(b.newest) &&
           std::ranges::equal(a.rotated, b.rotated,
                              [](const FileNames::Named& x, const FileNames::Named& y) {
                                  return x.name == y.name && same_file(x.look, y.look);
                              });
}

FileNames list(const std::string& path, const std::vector<std::string>& others) {
    FileNames names;
    names.newest = look_at(path);
    Siblings siblings = rotated_siblings(path, others);
    names.unreadable = std::move(siblings.unreadable);
    std::ranges::sort(siblings.paths, older_name);
    for (std::string& name : siblings.paths) {
        const auto look = look_at(name);
        if (look && look->regular) names.rotated.push_back({std::move(name), *look});
    }
    return names;
}

}  // namespace

bool FileNames::has(const std::string& name) const {
    return std::ranges::find(rotated, name, &Named::name) != rotated.end();
}

bool FileNames::newest_is(const std::optional<FileLook>& look) const {
    return newest && look ? same_file(*newest, *look) : newest.has_value() == look.has_value();
}

FileNames names_of(const std::string& path, const std::vector<std::string>& others) {
    FileNames before = list(path, others);
    for (int time = 1; time < kMostTimes; ++time) {
        FileNames names = list(path, others);
        names.at_rest = same_names(names, before);
        if (names.at_rest) return names;
        before = std::move(names);
    }
    return before;
}

}  // namespace erp::tail
