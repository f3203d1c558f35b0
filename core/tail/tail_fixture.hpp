#pragma once

#include "core/tail/fake_consumer.hpp"
#include "core/tail/tail_session.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace erp::tail {

/// A folder with a log, a reader of it and a clock that tests move.
class TailFixture {
  public:
    TailFixture() {
        char name[] = "/tmp/erp_tail_XXXXXX";
        folder = ::mkdtemp(name);
        options.entries = {{"access", path("access.log")}};
        options.snapshot = path("snapshot");
        options.follow.from_beginning = true;
    }
    ~TailFixture() {
        session = nullptr;
        std::filesystem::remove_all(folder);
    }
    TailFixture(const TailFixture&) = delete;
    TailFixture& operator=(const TailFixture&) = delete;
    TailFixture(TailFixture&&) = delete;
    TailFixture& operator=(TailFixture&&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return folder + "/" + name; }
    void append(const std::string& bytes, const std::string& name = "access.log") const {
        std::ofstream(path(name), std::ios::app | std::ios::binary) << bytes;
    }
    void rename(const std::string& from, const std::string& to) const {
        std::filesystem::rename(path(from), path(to));
    }
    void copytruncate(const std::string& to) const {
        std::filesystem::copy_file(path("access.log"), path(to));
        std::filesystem::resize_file(path("access.log"), 0);
    }
    /// Puts in place of each that matches the pattern a file of the same name and `.gz`.
    void gzip(const std::string& pattern) const {
        if (std::system(("gzip -q " + path(pattern)).c_str()) != 0)
            throw std::runtime_error("gzip failed");
    }
    /// As after a crash: what was not durable is gone.
    void restart() {
        session = nullptr;
        consumer = std::make_unique<FakeConsumer>();
        session = std::make_unique<TailSession>(options, *consumer);
        session->start(now);
    }
    void round() {
        if (!session) restart();
        now += std::chrono::seconds(1);
        while (session->round(now)) {
        }
    }
    bool snapshot() { return session->snapshot(now); }
    void read() {
        round();
        (void)snapshot();
    }
    [[nodiscard]] EntryState entry() const { return session->state()->entries.at(0); }
    [[nodiscard]] std::uint64_t lines(LineResult result) const {
        return entry().counters->lines[static_cast<std::size_t>(result)];
    }
    [[nodiscard]] std::uint64_t errors(TailError error) const {
        return entry().errors[static_cast<std::size_t>(error)];
    }
    [[nodiscard]] std::uint64_t rotations(Rotation kind) const {
        return entry().counters->rotations[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] LineCounts published() const { return *consumer->published; }
    /// Lines in all.
    [[nodiscard]] std::uint64_t counted() const {
        std::uint64_t all = 0;
        for (const auto& [line, times] : *consumer->published)
            all += times;
        return all;
    }

    std::string folder;
    TailOptions options;
    Clock::time_point now = Clock::now();
    std::unique_ptr<FakeConsumer> consumer;
    std::unique_ptr<TailSession> session;
};

}  // namespace erp::tail
