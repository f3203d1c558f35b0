#include "core/base/secret.hpp"

#include "core/base/descriptor.hpp"
#include "core/base/text.hpp"

#include <sys/stat.h>

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace erp {
namespace {

constexpr std::size_t kLongestSecret = 65536;

Result<Secret> read_file(const std::string& path) {
    const auto failed = [&](std::string_view why) {
        return Error{Phase::auth, "cannot read secret file " + path + ": " + std::string(why)};
    };
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return failed(std::strerror(errno));
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return failed(std::strerror(errno));
    if (!S_ISREG(info.st_mode)) return failed("not a regular file");
    std::string text;
    std::array<char, 4096> block{};
    for (;;) {
        const ssize_t n = ::read(file.get(), block.data(), block.size());
        if (n < 0) return failed(std::strerror(errno));
        if (n == 0) break;
        text.append(block.data(), static_cast<std::size_t>(n));
        if (text.size() > kLongestSecret) return failed("longer than 64 KiB");
    }
    ::explicit_bzero(block.data(), block.size());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty()) return failed("empty");
    return Secret(std::move(text));
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
    other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        value_ = std::move(other.value_);
        other.wipe();
    }
    return *this;
}

void Secret::wipe() {
    // Up to the capacity: a moved-from short string still holds its bytes in place.
    value_.resize(value_.capacity());
    ::explicit_bzero(value_.data(), value_.size());
    value_.clear();
}

Result<Secret> SecretSource::read() const {
    switch (kind) {
        case Kind::none:
            return Secret();
        case Kind::file:
            return read_file(name);
        case Kind::environment: {
            const char* value = std::getenv(name.c_str());
            if (value == nullptr || *value == '\0') {
                return Error{Phase::auth, "environment variable " + name + " is not set"};
            }
            return Secret(value);
        }
        case Kind::credential: {
            const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
            if (folder == nullptr) {
                return Error{Phase::auth,
                             "credential " + name + ": the service was given no credentials"};
            }
            return read_file(std::string(folder) + "/" + name);
        }
    }
    return Secret();
}

}  // namespace erp
