#pragma once

#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace erp::tail {

/// Writes lines of which no two are alike, of about 100 bytes each.
class LogWriter {
  public:
    explicit LogWriter(TailFixture& tail) : tail_(tail) {}
    void write(int lines, const std::string& to = "access.log") {
        std::string text;
        for (int i = 0; i < lines; ++i)
            text += "line " + std::to_string(++written_) + std::string(90, '.') + "\n";
        tail_.append(text, to);
    }
    [[nodiscard]] std::uint64_t written() const { return written_; }

  private:
    TailFixture& tail_;
    std::uint64_t written_ = 0;
};

inline std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A command of the shell, which must succeed.
inline void run_command(const std::string& command) {
    REQUIRE(std::system(command.c_str()) == 0);
}

}  // namespace erp::tail
