#pragma once

#include <memory>

namespace erp {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};

/// Owns a C handle from the moment it is made, at the size of a pointer:
/// `Handle<redisReader, redisReaderFree> reader(redisReaderCreate());`
template <class T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

}  // namespace erp
