#pragma once

namespace erp {

/// For a process of few threads: with an arena each, every one keeps what its largest page took.
/// Before the first thread.
void use_one_heap();
/// Unmaps the pages of code, most of which only the start has run: initializers of libraries,
/// reading the configuration, logging in. What runs again is found in the page cache.
void release_code();

}  // namespace erp
