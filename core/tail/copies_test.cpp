// A log that is copied, and cut then: the copy holds nothing of its own.
#include "core/tail/log_writer.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace erp::tail {
namespace {

std::string lines_of(int rotation, int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text +=
            std::to_string(rotation) + " line " + std::to_string(i) + std::string(90, ' ') + "\n";
    return text;
}

/// The bytes that a copy of the log will have.
std::string copied(const TailFixture& tail, bool compressed) {
    std::string from = tail.path("access.log");
    if (compressed) {
        const std::string to = tail.path("made.gz");
        run_command("gzip -qc " + from + " > " + to);
        from = to;
    }
    return bytes_of(from);
}

TEST_CASE("tail: a copy that is seen while it is made counts nothing", "[tail]") {
    const int count = GENERATE(3, 1'000, 3'000);  // less and more than a head
    const int percent = GENERATE(0, 1, 30, 99);
    const bool compressed = GENERATE(false, true);
    const bool killed = GENERATE(false, true);
    CAPTURE(count, percent, compressed, killed);
    TailFixture tail;
    std::uint64_t written = 0;
    for (int rotation = 1; rotation < 4; ++rotation) {
        tail.append(lines_of(rotation, count));
        written += static_cast<std::uint64_t>(count);
        tail.read();
        const std::string copy = copied(tail, compressed);
        const std::string name =
            "access.log." + std::to_string(4 - rotation) + (compressed ? ".gz" : "");
        const std::size_t part = copy.size() * static_cast<std::size_t>(percent) / 100;
        tail.append(copy.substr(0, part), name);
        tail.read();
        if (killed) tail.restart();
        tail.read();
        tail.append("not copied\n");
        tail.read();
        tail.append(copy.substr(part), name);
        tail.read();
        std::filesystem::resize_file(tail.path("access.log"), 0);
        tail.read();
    }
    CHECK(tail.counted() == written + 3);
    CHECK(tail.rotations(Rotation::truncated) == 3);
    CHECK(tail.published().at("not copied") == 3);
}

}  // namespace
}  // namespace erp::tail
