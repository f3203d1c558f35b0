#include "core/metrics/exposition.hpp"

#include "core/base/handle.hpp"

#include <libdeflate.h>

#include <new>

namespace erp {

std::string_view content_type(Format format) {
    switch (format) {
        case Format::text:
            break;
    }
    return "text/plain; version=0.0.4; charset=utf-8";
}

std::string write(const Snapshot& snapshot, Format format) {
    switch (format) {
        case Format::text:
            break;
    }
    return write_text(snapshot);
}

std::string gzip(std::string_view body) {
    const Handle<libdeflate_compressor, libdeflate_free_compressor> compressor(
        libdeflate_alloc_compressor(1));
    if (!compressor) throw std::bad_alloc();
    std::string out;
    out.resize(libdeflate_gzip_compress_bound(compressor.get(), body.size()));
    out.resize(libdeflate_gzip_compress(compressor.get(), body.data(), body.size(), out.data(),
                                        out.size()));
    return out;
}

}  // namespace erp
