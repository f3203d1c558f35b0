#include "core/tail/file_names.hpp"

#include "core/tail/siblings.hpp"

#include <algorithm>
#include <utility>

namespace erp::tail {

bool FileNames::has(const std::string& name) const {
    return std::ranges::binary_search(rotated, name, older_name, &Named::name);
}

bool FileNames::newest_is(const std::optional<FileLook>& look) const {
    return newest && look ? same_file(*newest, *look) : newest.has_value() == look.has_value();
}

bool FileNames::same_as(const FileNames& other) const {
    return newest_is(other.newest) &&
           std::ranges::equal(rotated, other.rotated, [](const Named& a, const Named& b) {
               return a.name == b.name && same_file(a.look, b.look);
           });
}

FileNames list_names(const std::string& path, const std::vector<std::string>& others) {
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

std::unique_ptr<LogFile> open_named(const std::string& name, const FileLook& look) {
    auto file = LogFile::open(name);
    const auto opened = file ? (*file)->look() : std::nullopt;
    return opened && same_file(*opened, look) ? std::move(*file) : nullptr;
}

}  // namespace erp::tail
