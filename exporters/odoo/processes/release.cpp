#include "exporters/odoo/processes/release.hpp"

#include "core/base/text.hpp"
#include "exporters/odoo/log/release.hpp"
#include "exporters/odoo/processes/master.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <glob.h>

namespace erp::odoo {
namespace {

/// Of the first file that a pattern finds.
int release_at(const std::string& pattern) {
    glob_t found{};
    int release = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no GLOB_ALTDIRFUNC, no user's home
    if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0 && found.gl_pathc > 0) {
        const auto text = read_text(found.gl_pathv[0]);
        if (text) release = release_in(*text);
    }
    ::globfree(&found);
    return release;
}

}  // namespace

int release_in(std::string_view release_py) {
    constexpr std::string_view kBefore = "version_info = (";
    for (std::string_view line : split(release_py, '\n')) {
        if (!line.starts_with(kBefore)) continue;
        line.remove_prefix(kBefore.size());
        if (line.starts_with('\'') || line.starts_with('"')) line.remove_prefix(1);
        return to_major_version(line);
    }
    return 0;
}

int release_of(const ProcFolder& proc, int pid, const std::string& script) {
    if (script.empty()) return 0;
    const std::size_t slash = script.rfind('/');
    const std::string told = slash == std::string::npos ? "." : script.substr(0, slash);
    // What a pattern would take for its own is in no usual path.
    if (told.find_first_of("*?[\\") != std::string::npos) return 0;
    const std::string folder =
        script.starts_with('/') ? path_of(proc, pid, told) : proc.path(pid, "cwd") + "/" + told;
    const int beside = release_at(folder + "/odoo/release.py");
    return beside != 0 ? beside
                       : release_at(folder + "/../lib/python3*/*-packages/odoo/release.py");
}

}  // namespace erp::odoo
