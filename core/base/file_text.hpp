#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace erp {

/// For tests: the bytes of a file that is there.
inline std::string file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace erp
