#include "exporters/odoo/processes/proc_folder.hpp"

#include "core/base/handle.hpp"
#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <utility>

namespace erp::odoo {
namespace {

/// Room for the children of a master with thousands of them.
constexpr std::size_t kMostChildrenBytes = 1U << 20U;

std::optional<int> to_pid(std::string_view name) {
    const auto number = to_int(name);
    if (!number || *number <= 0 || *number > INT_MAX) return std::nullopt;
    return static_cast<int>(*number);
}

Result<std::vector<int>> numbers_in(const std::string& path) {
    const Handle<DIR, ::closedir> folder(::opendir(path.c_str()));
    if (!folder) return to_error(path, errno);
    std::vector<int> numbers;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): each stream has one reader
    while (const dirent* entry = ::readdir(folder.get())) {
        if (const auto pid = to_pid(entry->d_name)) numbers.push_back(*pid);
    }
    return numbers;
}

}  // namespace

ProcFolder::ProcFolder(std::string root)
    : ProcFolder(std::move(root),
                 {.ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK)),
                  .page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE))}) {}

ProcFolder::ProcFolder(std::string root, KernelUnits units)
    : root_(std::move(root)), units_(units) {}

std::string ProcFolder::path(int pid, const char* file) const {
    return root_ + "/" + std::to_string(pid) + "/" + file;
}

Result<std::vector<int>> ProcFolder::pids() const {
    return numbers_in(root_);
}

Result<std::string> ProcFolder::text(int pid, const char* file) const {
    return read_text(path(pid, file));
}

std::optional<ProcStat> ProcFolder::stat(int pid) const {
    const auto text = read_text(path(pid, "stat"));
    return text ? to_stat(*text, units_) : std::nullopt;
}

std::vector<int> ProcFolder::threads(int pid) const {
    auto found = numbers_in(path(pid, "task"));
    return found ? std::move(*found) : std::vector<int>();
}

bool ProcFolder::add_listed_children(int pid, std::vector<int>& found) const {
    bool any = false;
    for (const int thread : threads(pid)) {
        const auto list = read_text(path(pid, "task") + "/" + std::to_string(thread) + "/children",
                                    kMostChildrenBytes);
        if (!list) continue;
        any = true;
        for (const std::string_view word : split(trim(*list), ' ')) {
            if (const auto child = to_pid(word)) found.push_back(*child);
        }
    }
    return any;
}

std::vector<ProcStat> ProcFolder::children(int pid) const {
    std::vector<int> candidates;
    if (!add_listed_children(pid, candidates)) {
        auto all = pids();
        if (all) candidates = std::move(*all);
    }
    std::vector<ProcStat> found;
    for (const int candidate : candidates) {
        auto child = stat(candidate);
        if (child && child->parent == pid) found.push_back(std::move(*child));
    }
    std::ranges::sort(found, {}, &ProcStat::pid);
    return found;
}

double ProcFolder::boot_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace erp::odoo
