#pragma once

#include <cstddef>

namespace erp {

/// For a process of few threads: with an arena each, every one keeps what its largest page took.
/// The one heap keeps what the next scrape needs again. Before the first thread.
void set_up_heap();

/// Gives what the heap keeps and nobody uses back to the kernel, and code: what only the start ran,
/// half of it, does not come again. For a quiet moment, now and then.
void give_back_memory();

/// Raises the limit of open files to what we are allowed to have, and says how many that is.
[[nodiscard]] std::size_t raise_descriptor_limit();

/// Stop signals to this thread wait for ever; call it when no other thread is to take them.
void block_stop_signals();

/// Ends the process with this status, without destructors, if abandoned jobs (a name that does not
/// resolve, a frozen server) still run after half a second: their threads end on their own, later
/// than a stop may take. Returns when only the calling thread is left.
void leave_if_threads_run(int status);

}  // namespace erp
