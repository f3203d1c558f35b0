// Files that look like what is unread and are not, or the other way round.
#include "core/tail/log_writer.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <thread>

namespace erp::tail {
namespace {

namespace fs = std::filesystem;

/// As `cp -r` leaves a folder: other inodes, and the times of now.
void copy_anew(const std::string& folder) {
    run_command("cd " + folder +
                " && mkdir anew && cp access.log* anew/ && mv -f anew/* . && rmdir anew");
}

TEST_CASE("tail: a copy of a log that was not read yet is no other log", "[tail]") {
    TailFixture tail;
    LogWriter log(tail);
    log.write(20);
    tail.read();
    tail.session = nullptr;
    SECTION("which is made by copytruncate when the reader starts") {
        tail.copytruncate("access.log.2");
        log.write(30);
        const std::string whole = bytes_of(tail.path("access.log"));
        const std::size_t part = GENERATE(0U, 150U, 3'000U);
        tail.append(whole.substr(0, part == 3'000 ? whole.size() : part), "access.log.1");
        tail.read();
        tail.append(whole.substr(part == 3'000 ? whole.size() : part), "access.log.1");
        tail.read();
        fs::resize_file(tail.path("access.log"), 0);
        log.write(3);
    }
    SECTION("behind a renamed one") {
        tail.rename("access.log", "access.log.1");
        log.write(30);
        fs::copy_file(tail.path("access.log"), tail.path("access.log.20261129"));
    }
    SECTION("behind a renamed one, and compressed") {
        tail.rename("access.log", "access.log.1");
        log.write(30);
        run_command("gzip -c " + tail.path("access.log") + " > " +
                    tail.path("access.log.20261129.gz"));
    }
    tail.read();
    tail.restart();
    tail.read();
    CHECK(tail.counted() == log.written());
}

TEST_CASE("tail: what is older than a reader stays so, whatever its times become", "[tail]") {
    TailFixture tail;
    tail.options.follow.from_beginning = false;
    LogWriter old(tail);
    for (int i = 80; i > 0; --i) {
        old.write(3, "access.log." + std::to_string(i));
        fs::last_write_time(tail.path("access.log." + std::to_string(i)),
                            fs::file_time_type::clock::now() - std::chrono::hours(i));
    }
    old.write(5);
    tail.read();
    LogWriter log(tail);
    log.write(3);
    tail.read();
    SECTION("touched") {
        run_command("touch " + tail.path("access.log.78"));
        tail.restart();
    }
    SECTION("touched under the reader") {
        run_command("touch " + tail.path("access.log.78"));
        tail.rename("access.log.80", "access.log.81");
    }
    SECTION("copied") {
        tail.session = nullptr;
        copy_anew(tail.folder);
    }
    tail.read();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // ticks of the clock of files
    log.write(2);
    tail.read();
    tail.rename("access.log", "access.log.0");
    log.write(1);
    tail.read();
    CHECK(tail.counted() == log.written());
}

TEST_CASE("tail: a folder is copied with more rotated files than are remembered", "[tail]") {
    TailFixture tail;
    LogWriter log(tail);
    for (int i = 0; i < 90; ++i) {
        log.write(1);
        tail.read();
        tail.rename("access.log", "access.log.2026-" + std::to_string(100 + i));
    }
    log.write(2);
    tail.read();
    tail.now += tail.options.follow.linger;
    tail.read();
    tail.session = nullptr;
    copy_anew(tail.folder);
    log.write(1);
    tail.read();
    CHECK(tail.counted() == log.written());
}

TEST_CASE("tail: an editor may keep what it wrote anew under another name", "[tail]") {
    TailFixture tail;
    LogWriter log(tail);
    log.write(50);
    tail.read();
    const std::string backup = GENERATE("access.log~", "access.log.bak", "access.log.old");
    CAPTURE(backup);
    const std::string text = bytes_of(tail.path("access.log"));
    tail.rename("access.log", backup);
    tail.append(text);
    tail.read();
    log.write(2);
    tail.read();
    tail.restart();
    tail.read();
    CHECK(tail.counted() == log.written());
}

TEST_CASE("tail: what was empty when it was renamed may be written to while nobody reads",
          "[tail]") {
    TailFixture tail;
    LogWriter log(tail);
    SECTION("before the first start") {
        tail.append("", "access.log.1");
    }
    log.write(1);
    tail.read();
    SECTION("later") {
        tail.rename("access.log", "access.log.2");
        tail.append("");
        tail.read();
        tail.rename("access.log", "access.log.1");
        log.write(2);
        tail.read();
        tail.read();
        tail.now += tail.options.follow.linger;
        tail.read();
    }
    tail.session = nullptr;
    log.write(30, "access.log.1");
    tail.read();
    tail.restart();
    tail.read();
    CHECK(tail.counted() == log.written());
}

TEST_CASE("tail: logs that begin with the same line are others", "[tail]") {
    TailFixture tail;
    LogWriter log(tail);
    std::uint64_t banners = 0;
    const auto banner = [&] {
        tail.append("DeprecationWarning: the imp module is deprecated\n");
        ++banners;
    };
    banner();
    tail.read();
    const bool down = GENERATE(false, true);
    const bool drained = GENERATE(false, true);
    CAPTURE(down, drained);
    if (drained) {
        tail.rename("access.log", "access.log.1");
        banner();
        tail.read();
        tail.now += tail.options.follow.linger;
        tail.read();
        tail.rename("access.log.1", "access.log.3");
    }
    if (down) tail.session = nullptr;
    tail.rename("access.log", "access.log.2");
    banner();
    log.write(30);
    tail.rename("access.log", "access.log.1");
    banner();
    log.write(7);
    tail.read();
    tail.read();
    CHECK(tail.counted() == log.written() + banners);
}

TEST_CASE("tail: a copy is known by a line that has no end in sight", "[tail]") {
    TailFixture tail;
    const std::string line(FileIdentity::kMostHead + GENERATE(0U, 1U, 1'000U), 'x');
    tail.append(line + "\n");
    tail.read();
    tail.append("rest\n");
    tail.copytruncate("access.log.1");
    tail.append("new\n");
    tail.read();
    tail.restart();
    tail.read();
    CHECK(tail.published() == LineCounts{{line, 1}, {"rest", 1}, {"new", 1}});
}

}  // namespace
}  // namespace erp::tail
