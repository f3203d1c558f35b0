#include "exporters/postgres/watchers/orphaned_sessions.hpp"

#include "exporters/postgres/client/recorded_rows.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>

namespace erp::postgres {
namespace {

/// A folder that looks like /proc.
class Processes {
  public:
    Processes() {
        std::string name = std::filesystem::temp_directory_path() / "proc-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        add(1, boot());
    }
    ~Processes() { std::filesystem::remove_all(folder_); }
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;
    Processes(Processes&&) = delete;
    Processes& operator=(Processes&&) = delete;

    /// `started` in Unix time.
    void add(int pid, double started, const std::string& state = "S") const {
        const std::string folder = folder_ + "/" + std::to_string(pid);
        std::filesystem::create_directories(folder);
        std::ofstream file(folder + "/stat");
        file << pid << " (a) b (c)) " << state;
        for (int field = 4; field < 22; ++field)
            file << " 0";
        const double ticks = (started - boot()) * static_cast<double>(::sysconf(_SC_CLK_TCK));
        file << ' ' << static_cast<long long>(ticks) << " 0 0\n";
    }
    /// That has this number in its own namespace.
    void add_in_container(int pid, int inner, double started) const {
        add(pid, started);
        std::ofstream file(folder_ + "/" + std::to_string(pid) + "/status");
        file << "Name:\todoo\nNSpid:\t" << pid << '\t' << inner << "\nNSpgid:\t1\t2\n";
    }
    void remove(int pid) const { std::filesystem::remove_all(folder_ + "/" + std::to_string(pid)); }
    /// "oldest age of acme's orphans" or "none".
    [[nodiscard]] std::string orphans(const std::string& rows) const {
        const auto found = find_orphans(rows_of(rows), LocalProcesses(folder_),
                                        [this](std::uint16_t) { return ends; });
        REQUIRE(found.has_value());
        if (!*found) return "blind";
        if (!(*found)->contains("acme")) return "nothing known";
        const Orphans& acme = (*found)->at("acme");
        return std::to_string(static_cast<int>(acme.sessions)) + " for " +
               std::to_string(static_cast<int>(acme.oldest_seconds));
    }

    /// Nobody holds any.
    Result<ClientEnds> ends =
        ClientEnds{.listens_tcp = true, .listens_unix = true, .tcp = {}, .abandoned_unix = 0};

    static double boot() {
        timespec up{};
        ::clock_gettime(CLOCK_BOOTTIME, &up);
        return unix_now() - static_cast<double>(up.tv_sec);
    }

  private:
    std::string folder_;
};

constexpr int kUnix = -1;

std::string row(const std::string& datname,
                int pid,
                double start,
                double age = 9,
                int client_port = 40000,
                bool works = true) {
    return datname + "\t" + std::to_string(pid) + "\t" + std::to_string(start) + "\t" +
           std::to_string(age) + "\t" + (works ? "t\t" : "f\t") + std::to_string(client_port) +
           "\n";
}

TEST_CASE("orphaned sessions: a process that is gone leaves its session behind", "[postgres]") {
    const Processes processes;
    const double start = Processes::boot() + 1000;
    processes.add(500, start);
    processes.add(700, start - 10);
    const std::string own = row("\\N", 500, start);
    CHECK(processes.orphans(own + row("acme", 700, start)) == "0 for 0");
    CHECK(processes.orphans(own + row("acme", 701, start, 40) + row("acme", 702, start, 70) +
                            row("acme", 700, start)) == "2 for 70");
}

TEST_CASE("orphaned sessions: a later process with the same number does not own the session",
          "[postgres]") {
    const Processes processes;
    const double start = Processes::boot() + 1000;
    processes.add(500, start);
    processes.add(700, start + 60);
    processes.add(701, start + 1);  // as good as the clocks are, it may have opened it
    processes.add(702, start - 60, "Z");
    const std::string own = row("\\N", 500, start);
    CHECK(processes.orphans(own + row("acme", 700, start)) == "1 for 9");
    CHECK(processes.orphans(own + row("acme", 701, start)) == "0 for 0");
    CHECK(processes.orphans(own + row("acme", 702, start)) == "1 for 9");
}

TEST_CASE("orphaned sessions: nothing is said when the server's processes are not seen",
          "[postgres]") {
    const Processes processes;
    const double start = Processes::boot() + 1000;
    const std::string own = row("\\N", 500, start);
    const std::string dead = row("acme", 701, start);
    CHECK(processes.orphans(own + dead) == "blind");  // its session is elsewhere
    processes.add(500, start - 100);
    CHECK(processes.orphans(own + dead) == "blind");  // or it is another process of ours
    processes.add(500, start);
    CHECK(processes.orphans(own + dead) == "1 for 9");
    processes.remove(1);
    CHECK(processes.orphans(own + dead) == "blind");  // others' processes are hidden
}

TEST_CASE("orphaned sessions: a process in a container has the number that it has there",
          "[postgres]") {
    const Processes processes;
    const double start = Processes::boot() + 1000;
    processes.add(500, start);
    processes.add_in_container(9001, 31, start - 10);
    processes.add_in_container(9002, 32, start + 60);  // younger than the session
    const std::string own = row("\\N", 500, start);
    CHECK(processes.orphans(own + row("acme", 31, start)) == "0 for 0");
    CHECK(processes.orphans(own + row("acme", 32, start)) == "1 for 9");
    processes.add(31, start + 60);  // the host has that number too
    CHECK(processes.orphans(own + row("acme", 31, start)) == "0 for 0");
    processes.remove(9001);
    CHECK(processes.orphans(own + row("acme", 31, start)) == "1 for 9");
}

TEST_CASE("orphaned sessions: one whose connection somebody holds is a pooler's", "[postgres]") {
    Processes processes;
    const double start = Processes::boot() + 1000;
    processes.add(500, start);
    const std::string own = row("\\N", 500, start, 9, 5432);
    const std::string two =
        own + row("acme", 701, start, 40, 40001) + row("acme", 702, start, 70, 40002);
    processes.ends->tcp = {{40001, false}, {40002, true}};
    CHECK(processes.orphans(two) == "1 for 40");
    processes.ends->tcp = {{40001, true}, {40002, true}};
    CHECK(processes.orphans(two) == "0 for 0");
    processes.ends->listens_tcp = false;  // another namespace
    CHECK(processes.orphans(two) == "nothing known");
    processes.ends = Error{Phase::privilege, "denied"};
    CHECK(processes.orphans(two) == "blind");
    CHECK(processes.orphans(own) == "nothing known");  // nobody to judge
}

TEST_CASE("orphaned sessions: of unix sockets as many as there are suspects are closed, or none",
          "[postgres]") {
    Processes processes;
    const double start = Processes::boot() + 1000;
    processes.add(500, start);
    const std::string own = row("\\N", 500, start, 9, 5432);
    const std::string two = own + row("acme", 701, start, 40, kUnix) +
                            row("globex", 702, start, 70, kUnix) +
                            row("acme", 703, start, 90, kUnix, false);  // it waits for its client
    CHECK(processes.orphans(two) == "0 for 0");
    processes.ends->abandoned_unix = 1;  // in which database?
    CHECK(processes.orphans(two) == "nothing known");
    processes.ends->abandoned_unix = 2;
    CHECK(processes.orphans(two) == "1 for 40");
    processes.ends->listens_unix = false;
    CHECK(processes.orphans(two) == "nothing known");
}

TEST_CASE("orphaned sessions: rows that make no sense are left out", "[postgres]") {
    const Processes processes;
    const double start = Processes::boot() + 1000;
    processes.add(500, start);
    CHECK(processes.orphans(row("\\N", 500, start) + "acme\t\\N\t1\t1\tt\t1\nacme\t-1\t1\t1\tt\t1\n"
                                                     "acme\t99999999999\t1\t1\tt\t1\n"
                                                     "acme\t7\t\\N\t1\tt\t1\n") == "nothing known");
    CHECK(find_orphans(rows_of("x"), LocalProcesses("/nowhere"), look_at_client_ends).has_error());
}

TEST_CASE("local processes: this one runs", "[postgres]") {
    const LocalProcesses processes;
    const auto found = processes.look(::getpid());
    CHECK(found.state == LocalProcesses::State::running);
    CHECK(found.started <= unix_now() + 1);
    CHECK(found.started > unix_now() - 3600);
    CHECK(processes.look(0x3fffffff).state == LocalProcesses::State::gone);
}

}  // namespace
}  // namespace erp::postgres
