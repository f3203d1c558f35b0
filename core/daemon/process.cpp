#include "core/daemon/process.hpp"

#include "core/base/deadline.hpp"

#include <sys/mman.h>
#include <sys/resource.h>

#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <span>
#include <thread>

namespace erp {
namespace {

bool other_threads_run() {
    std::error_code error;
    const std::filesystem::directory_iterator tasks("/proc/self/task", error);
    return !error && std::distance(begin(tasks), end(tasks)) > 1;
}

/// Whether the loader has written addresses into the code.
bool has_text_relocations(const dl_phdr_info& object) {
    for (const auto& segment : std::span(object.dlpi_phdr, object.dlpi_phnum)) {
        if (segment.p_type != PT_DYNAMIC) continue;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader speaks of addresses as numbers
        const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + segment.p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_TEXTREL) return true;
            if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0) return true;
        }
    }
    return false;
}

/// Code is not written to, but by a debugger, whose breakpoints go: nothing else is lost, and what
/// runs again is mapped again.
int release_code(dl_phdr_info* object, std::size_t /*size*/, void* /*data*/) {
    if (has_text_relocations(*object)) return 0;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (const auto& segment : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
        if (segment.p_type != PT_LOAD || segment.p_flags != (PF_R | PF_X)) continue;
        const auto begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
        const auto end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader speaks of addresses as numbers
        ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void set_up_heap() {
    ::mallopt(M_ARENA_MAX, 1);
    // By default the end of the heap and each large buffer go back to the kernel after a scrape, to
    // be faulted in again by the next: up to a fifth of all CPU time. What one page of some
    // thousands of series needs stays; what several at once needed does not.
    constexpr int kKept = 3 << 19;
    constexpr int kOfItsOwn = 1 << 20;
    ::mallopt(M_TRIM_THRESHOLD, kKept);
    ::mallopt(M_MMAP_THRESHOLD, kOfItsOwn);
}

void give_back_memory() {
    ::malloc_trim(0);
    ::dl_iterate_phdr(release_code, nullptr);
}

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::size_t>(limit.rlim_cur);
}

void block_stop_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void leave_if_threads_run(int status) {
    const Deadline patience = Deadline::after(std::chrono::milliseconds(500));
    while (other_threads_run()) {
        if (patience.passed()) {
            std::cout.flush();
            std::_Exit(status);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace erp
