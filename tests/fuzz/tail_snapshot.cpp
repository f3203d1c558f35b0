#include "core/tail/byte_codec.hpp"
#include "core/tail/checkpoint.hpp"
#include "core/tail/fake_consumer.hpp"
#include "core/tail/tail_session.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

using namespace erp::tail;

/// A folder for as long as the process lives, in memory where there is such: each run syncs.
class Folder {
  public:
    Folder() {
        path_ = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        path_ += "/erp_fuzz_XXXXXX";
        ERP_HOLDS(::mkdtemp(path_.data()) != nullptr);
        std::ofstream(path_ + "/access.log") << "one\ntwo\n";
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;
    [[nodiscard]] std::string operator/(const char* name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Starts on the snapshot that is there, reads the log and keeps what it did.
void live(const Folder& folder) {
    TailOptions options;
    options.entries = {{"access", folder / "access.log"}, {"all", folder / "a*.log*"}};
    options.snapshot = folder / "snapshot";
    options.follow.from_beginning = true;
    FakeConsumer consumer;
    TailSession session(options, consumer);
    auto now = erp::Clock::now();
    session.start(now);
    for (int i = 0; i < 3; ++i) {
        while (session.round(now)) {
        }
        now += std::chrono::seconds(40);
    }
    ERP_HOLDS(session.snapshot(now));
    ERP_HOLDS(session.state()->entries.size() == 2);
}

}  // namespace

// A snapshot's file as a crash or another program left it, and any state behind a sum that is
// right: the reader starts, and what it writes itself it understands.
ERP_FUZZ(bytes) {
    static const Folder folder;
    for (const bool whole : {false, true}) {
        std::filesystem::remove(folder / "snapshot");
        std::filesystem::remove(folder / "snapshot.refused");
        if (whole) {
            ERP_HOLDS(!Checkpoint(folder / "snapshot").store(bytes));
        } else {
            std::ofstream(folder / "snapshot", std::ios::binary) << bytes;
        }
        live(folder);
        if (std::filesystem::exists(folder / "snapshot.refused"))
            ERP_HOLDS(whole || contents(folder / "snapshot.refused") == bytes);
        const auto kept = Checkpoint(folder / "snapshot").load();
        ERP_HOLDS(kept.found == Checkpoint::Found::good);
        std::filesystem::remove(folder / "snapshot.refused");
        live(folder);
        ERP_HOLDS(!std::filesystem::exists(folder / "snapshot.refused"));
    }
}
