#include "core/daemon/process.hpp"

#include "core/base/deadline.hpp"

#include <sys/resource.h>

#include <malloc.h>
#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <thread>

namespace erp {
namespace {

bool other_threads_run() {
    std::error_code error;
    const std::filesystem::directory_iterator tasks("/proc/self/task", error);
    return !error && std::distance(begin(tasks), end(tasks)) > 1;
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

void shrink_heap() {
    ::malloc_trim(0);
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
