// Random lives of a log: whatever happens to the file and to its reader, each line is seen once.
#include "core/tail/siblings.hpp"
#include "core/tail/tail_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace erp::tail {
namespace {

class Life {
  public:
    explicit Life(unsigned seed) : random_(seed) {
        const std::string name = pattern();
        steps = name + ": ";
        tail.options.entries[0].path = tail.path(name);
        tail.read();
    }

    void step() {
        switch (pick(11)) {
            case 0:
            case 1:
                return write();
            case 2:
                return half();
            case 3:
                steps += "round ";
                return tail.round();
            case 4:
                steps += "read ";
                tail.read();
                return check();
            case 5:
                return rename();
            case 6:
                return copytruncate();
            case 7:
                return recreate();
            case 8:
                return beside();
            case 9:
                return late();
            default:
                steps += "kill ";
                tail.session = nullptr;  // read again, or not, at some later step
        }
    }

    /// All that was written, after the last step.
    void settle() {
        finish_half();
        tail.read();
        tail.now += tail.options.follow.linger;
        tail.read();
        check();
        std::string errors;
        for (std::size_t i = 0; i < kTailErrors; ++i)
            if (const auto n = tail.entry().errors[i])
                errors += std::string(to_string(static_cast<TailError>(i))) + "=" +
                          std::to_string(n) + " ";
        CAPTURE(errors, tail.entry().problem, tail.entry().lag_bytes);
        CHECK(seen_.size() == written_);
        for (const auto& [line, count] : seen_) {
            CAPTURE(line);
            CHECK(count == 1);
        }
    }

    TailFixture tail;
    std::string steps;

  private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
    /// Those that match rotated names too.
    [[nodiscard]] std::string pattern() {
        static constexpr const char* kPatterns[] = {"access.log", "access.log", "access.log*"};
        return kPatterns[pick(3)];
    }
    [[nodiscard]] std::string line() {
        return "line " + std::to_string(++written_) + std::string(random_() % 40, '.');
    }
    /// What is published never goes back: increase() would take that for a reset.
    void check() {
        for (const auto& [text, count] : tail.published()) {
            CAPTURE(text);
            CHECK(count >= seen_[text]);
            seen_[text] = count;
        }
        CHECK(tail.published().size() == seen_.size());
    }
    void finish_half() {
        if (!half_.empty()) tail.append(half_ + "\n");
        half_.clear();
    }
    void write() {
        steps += "write ";
        finish_half();
        for (unsigned i = pick(4); i > 0; --i)
            tail.append(line() + "\n");
    }
    void half() {
        steps += "half ";
        finish_half();
        const std::string whole = line();
        const std::size_t at = pick(static_cast<unsigned>(whole.size()));
        tail.append(whole.substr(0, at));
        half_ = whole.substr(at);
    }
    [[nodiscard]] bool there() const { return std::filesystem::exists(tail.path("access.log")); }
    void rename() {
        if (!there()) return;
        finish_half();
        const bool packed = pick(8) == 0;
        // What a pattern never saw under its own name nobody finds among compressed files.
        if (packed && is_pattern(tail.options.entries[0].path)) tail.read();
        const std::string to = "access.log." + std::to_string(++rotated_);
        tail.rename("access.log", to);
        steps += "rename ";
        renamed_ = to;
        if (pick(2) == 0) {  // a writer that has not reopened yet
            tail.append(line() + "\n", to);
            steps += "and-write ";
        }
        if (packed) {
            tail.gzip(to);
            steps += "and-gzip ";
            renamed_.clear();
        }
    }
    /// Another log, which nobody asked to count.
    void beside() {
        steps += "beside ";
        const std::string name = "access-" + std::to_string(pick(3)) + ".log";
        tail.append("not ours\n", name);
        if (pick(2) == 0) tail.rename(name, name + "." + std::to_string(++rotated_));
    }
    /// A writer that was never told goes on in the file that was renamed last.
    void late() {
        if (renamed_.empty()) return;
        steps += "late ";
        tail.read();
        tail.now += tail.options.follow.linger;
        tail.read();
        check();
        tail.append(line() + "\n", renamed_);
    }
    void copytruncate() {
        if (!there()) return;
        finish_half();
        // By nature unseen: what is written and truncated between two looks at a file that was
        // empty.
        if (tail.session) tail.round();
        steps += "copytruncate ";
        tail.copytruncate("access.log." + std::to_string(++rotated_));
    }
    /// What is deleted must have been read and be durable before the next crash: nobody could find
    /// it again.
    void recreate() {
        if (!there()) return;
        finish_half();
        tail.read();
        check();
        steps += "recreate ";
        std::filesystem::remove(tail.path("access.log"));
        if (pick(2) == 0) tail.read();
        write();
    }

    std::mt19937 random_;
    LineCounts seen_;
    std::string half_;
    std::string renamed_;  ///< the name of the last one that was; empty: nobody writes to it
    std::uint64_t written_ = 0;
    int rotated_ = 0;
};

TEST_CASE("tail: each line counts once, whatever happens", "[tail]") {
    const char* const runs = std::getenv("ERP_TAIL_RUNS");
    const char* const first = std::getenv("ERP_TAIL_SEED");
    const unsigned from = first != nullptr ? static_cast<unsigned>(std::atoi(first)) : 1;
    const unsigned count = runs != nullptr ? static_cast<unsigned>(std::atoi(runs)) : 1000;
    for (unsigned seed = from; seed < from + count; ++seed) {
        Life life(seed);
        for (int i = 0; i < 25; ++i)
            life.step();
        CAPTURE(seed, life.steps);
        life.settle();
    }
}

}  // namespace
}  // namespace erp::tail
