#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

namespace erp::tail {
namespace {

/// Lines that were delivered more than once, or not at all, of 0 to `written`.
std::size_t wrong(const LineCounts& lines, int written) {
    std::size_t found = lines.size() > static_cast<std::size_t>(written) ? 1 : 0;
    for (int i = 0; i < written; ++i) {
        const auto line = lines.find("line " + std::to_string(i));
        found += line == lines.end() || line->second != 1 ? 1 : 0;
    }
    return found;
}

TEST_CASE("tail: a file under two names is read once, whenever they come to lead to it", "[tail]") {
    TailFixture tail;
    const std::string elsewhere = tail.path("elsewhere");
    std::filesystem::create_directory(elsewhere);
    const std::string link = elsewhere + "/current.log";
    const auto lead = [&] { std::filesystem::create_symlink(tail.path("access.log"), link); };
    const bool link_first = GENERATE(false, true);
    const std::string path = GENERATE("access.log", "*.log");
    const std::string second = GENERATE("link", "spelling");
    const bool restarted = GENERATE(false, true);
    CAPTURE(link_first, path, second, restarted);
    std::vector<TailEntry> entries = {
        {"access", tail.path(path)},
        {"second", second == "link" ? link : tail.folder + "//access.log"}};
    if (link_first) std::swap(entries[0], entries[1]);
    tail.options.entries = entries;
    int written = 0;
    const auto write = [&](const std::string& name) {
        for (int i = 0; i < 5; ++i)
            tail.append("line " + std::to_string(written++) + "\n", name);
    };
    const auto look = [&] {
        tail.read();
        if (restarted) tail.restart();
        tail.read();
    };
    SECTION("neither is there at the start") {
        look();
        lead();
        look();
        write("access.log");
        look();
    }
    SECTION("the link comes later") {
        write("access.log");
        look();
        lead();
        look();
    }
    SECTION("the link leads elsewhere first") {
        std::filesystem::create_symlink(tail.path("old"), link);
        write("old");
        if (second == "spelling") written = 0;
        look();
        write("access.log");
        look();
        std::filesystem::remove(link);
        lead();
        look();
    }
    for (int rotation = 0; rotation < 3; ++rotation) {
        write("access.log");
        look();
        for (int i = 9; i >= 1; --i) {
            const std::string name = "access.log." + std::to_string(i);
            if (std::filesystem::exists(tail.path(name)))
                tail.rename(name, "access.log." + std::to_string(i + 1));
        }
        tail.rename("access.log", "access.log.1");
        write("access.log.1");
        tail.round();
        tail.now += std::chrono::seconds(3);
        tail.round();
        write("access.log.1");
        write("access.log");
        look();
    }
    CHECK(wrong(tail.published(), written) == 0);
}

}  // namespace
}  // namespace erp::tail
