#include "core/daemon/footprint.hpp"

#include <sys/mman.h>

#include <link.h>
#include <malloc.h>

#include <span>

namespace erp {

void use_one_heap() {
    ::mallopt(M_ARENA_MAX, 1);
}

void release_code() {
    const auto release = [](dl_phdr_info* object, std::size_t /*size*/, void* /*data*/) {
        for (const auto& segment : std::span(object->dlpi_phdr, object->dlpi_phnum)) {
            // Never written to, so that nothing is lost.
            if (segment.p_type != PT_LOAD || segment.p_flags != (PF_R | PF_X)) continue;
            const auto begin = (object->dlpi_addr + segment.p_vaddr) & ~(segment.p_align - 1);
            const auto end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
            // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader speaks of addresses as numbers
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        }
        return 0;
    };
    ::dl_iterate_phdr(release, nullptr);
}

}  // namespace erp
