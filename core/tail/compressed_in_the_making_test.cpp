// A compressed file is seen before it is whole: the rest comes, or never does.
#include "core/tail/log_writer.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace erp::tail {
namespace {

namespace fs = std::filesystem;

/// While nobody reads: so many bytes of a log's compressed form, and a log that begins with `two`.
void rotate_cut_off(TailFixture& tail, int bytes) {
    LogWriter log(tail);
    log.write(2'000);
    tail.read();
    log.write(2'000);
    tail.session = nullptr;
    run_command("gzip -qc " + tail.path("access.log") + " | head -c " + std::to_string(bytes) +
                " > " + tail.path("access.log.1.gz"));
    fs::remove(tail.path("access.log"));
    tail.append("two\n");
}

TEST_CASE("tail: a compressed file that is in the making is read to its end", "[tail]") {
    TailFixture tail;
    LogWriter log(tail);
    log.write(3);
    tail.read();
    log.write(2'000);
    tail.session = nullptr;
    run_command("gzip -qc " + tail.path("access.log") + " > " + tail.path("whole.gz"));
    const std::string packed = bytes_of(tail.path("whole.gz"));
    fs::remove(tail.path("access.log"));
    log.write(2);
    const std::size_t part = packed.size() * GENERATE(1U, 30U, 99U) / 100;
    CAPTURE(part);
    tail.append(packed.substr(0, part), "access.log.1.gz");
    tail.read();
    tail.read();
    SECTION("at once") {}
    SECTION("after a crash") {
        tail.restart();
    }
    tail.append(packed.substr(part), "access.log.1.gz");
    tail.read();
    tail.read();
    CHECK(tail.counted() == log.written());
    CHECK(tail.errors(TailError::gzip) == 0);
}

TEST_CASE("tail: the end of a compressed file that lacks it is waited for some seconds", "[tail]") {
    TailFixture tail;
    rotate_cut_off(tail, 5000);
    tail.read();
    CHECK(tail.errors(TailError::gzip) == 0);
    fs::last_write_time(tail.path("access.log.1.gz"),
                        fs::file_time_type::clock::now() - std::chrono::seconds(11));
    tail.read();
    tail.read();
    CHECK(tail.errors(TailError::gzip) == 1);
    CHECK(tail.published().at("two") == 1);
}

TEST_CASE("tail: a compressed file without its end from a host whose clock is ahead", "[tail]") {
    TailFixture tail;
    rotate_cut_off(tail, 9000);
    fs::last_write_time(tail.path("access.log.1.gz"),
                        fs::file_time_type::clock::now() + std::chrono::hours(1));
    tail.read();
    tail.read();
    CHECK(tail.errors(TailError::gzip) == 1);
    CHECK(tail.published().at("two") == 1);
}

}  // namespace
}  // namespace erp::tail
