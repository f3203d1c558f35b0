#include "core/metrics/compression.hpp"

#include "core/base/handle.hpp"

#include <libdeflate.h>
#include <zstd.h>

#include <new>
#include <stdexcept>

namespace erp {
namespace {

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

std::string zstd(std::string_view body) {
    std::string out;
    out.resize(ZSTD_compressBound(body.size()));
    const std::size_t size = ZSTD_compress(out.data(), out.size(), body.data(), body.size(), 1);
    if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
    out.resize(size);
    return out;
}

}  // namespace

std::string_view to_string(Compression compression) {
    switch (compression) {
        case Compression::none:
            break;
        case Compression::gzip:
            return "gzip";
        case Compression::zstd:
            return "zstd";
    }
    return "identity";
}

std::string compressed(std::string body, Compression compression) {
    switch (compression) {
        case Compression::none:
            break;
        case Compression::gzip:
            return gzip(body);
        case Compression::zstd:
            return zstd(body);
    }
    return body;
}

}  // namespace erp
