#pragma once

#include <simdjson.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// What a test says of a process; times in ticks of 10 ms, memory in pages of 4 KiB.
struct FakeProcess {
    int pid = 0;
    int parent = 1;
    std::string comm = "python3";
    std::vector<std::string> arguments = {};
    char state = 'S';
    int nice = 0;
    int threads = 1;
    long user = 0;
    long system = 0;
    long reaped = 0;
    long started = 0;
    long long virtual_bytes = 0;
    long resident_pages = 0;
    std::string cgroup = "/";
    int group = 1;
    int uid = 0;
    std::string inner_pids = {};  ///< numbers in the namespaces below, as "7"
    std::string cpu_limit = "unlimited";
    std::string address_space = "unlimited";
};

/// A folder that looks like /proc, with room for other files of a test.
class FakeProc {
  public:
    FakeProc() {
        char name[] = "/tmp/erp_proc_XXXXXX";
        folder = ::mkdtemp(name);
    }
    ~FakeProc() { std::filesystem::remove_all(folder); }
    FakeProc(const FakeProc&) = delete;
    FakeProc& operator=(const FakeProc&) = delete;
    FakeProc(FakeProc&&) = delete;
    FakeProc& operator=(FakeProc&&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return folder + "/" + name; }

    /// Makes, or changes, a file and the folders above it.
    void write(const std::string& name, std::string_view text) const {
        const std::filesystem::path file = path(name);
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }

    void put(const FakeProcess& one) const {
        const std::string at = std::to_string(one.pid) + "/";
        std::string stat = std::to_string(one.pid) + " (" + one.comm + ") " + one.state + ' ' +
                           std::to_string(one.parent) + ' ' + std::to_string(one.group) +
                           " 1 0 -1 4194560 100 0 0 0 " + std::to_string(one.user) + ' ' +
                           std::to_string(one.system) + ' ' + std::to_string(one.reaped) +
                           " 0 20 " + std::to_string(one.nice) + ' ' + std::to_string(one.threads) +
                           " 0 " + std::to_string(one.started) + ' ' +
                           std::to_string(one.virtual_bytes) + ' ' +
                           std::to_string(one.resident_pages) + " 18446744073709551615 0 0 0\n";
        write(at + "stat", stat);
        std::string cmdline;
        for (const std::string& argument : one.arguments)
            cmdline += argument + '\0';
        write(at + "cmdline", cmdline);
        write(at + "status", "Name:\t" + one.comm + "\nUid:\t" + std::to_string(one.uid) +
                                 "\t0\t0\t0\nNSpid:\t" + std::to_string(one.pid) +
                                 (one.inner_pids.empty() ? "" : "\t" + one.inner_pids) + "\n");
        write(at + "cgroup", "0::" + one.cgroup + "\n");
        write(at + "limits",
              "Limit                     Soft Limit           Hard Limit           Units     \n"
              "Max cpu time              " +
                  one.cpu_limit +
                  "                   unlimited            seconds   \n"
                  "Max address space         " +
                  one.address_space + "           unlimited            bytes     \n");
    }
    void put(const std::vector<FakeProcess>& all) const {
        for (const FakeProcess& one : all)
            put(one);
    }
    void remove(int pid) const { std::filesystem::remove_all(path(std::to_string(pid))); }
    /// As kernels with CONFIG_PROC_CHILDREN show it.
    void list_children(int pid, const std::string& pids) const {
        const std::string at = std::to_string(pid);
        write(at + "/task/" + at + "/children", pids);
    }

    std::string folder;
};

/// Processes of a real Odoo, recorded with its version in the path.
inline std::vector<FakeProcess> recorded_processes(const std::string& file) {
    simdjson::dom::parser parser;
    std::vector<FakeProcess> all;
    const std::string path = ERP_SOURCE_DIR "/exporters/odoo/testdata/" + file;
    for (const simdjson::dom::element one : parser.load(path).get_array()) {
        const auto number = [&](const char* key) {
            return static_cast<long>(one[key].get_int64().value());
        };
        FakeProcess process{.pid = static_cast<int>(number("pid")),
                            .parent = static_cast<int>(number("ppid")),
                            .comm = std::string(one["comm"].get_string().value()),
                            .nice = static_cast<int>(number("nice")),
                            .threads = static_cast<int>(number("threads")),
                            .user = number("utime"),
                            .system = number("stime"),
                            .started = number("starttime"),
                            .virtual_bytes = number("vsize"),
                            .resident_pages = number("rss_pages")};
        for (const simdjson::dom::element argument : one["cmdline"].get_array())
            process.arguments.emplace_back(argument.get_string().value());
        all.push_back(std::move(process));
    }
    return all;
}

/// Two Odoos, each with a worker, a shell of one of them, a gevent process and a wrapper.
inline void put_two(const FakeProc& proc) {
    proc.put({.pid = 1, .parent = 0, .comm = "systemd", .arguments = {"/sbin/init"}});
    proc.put({.pid = 5, .comm = "dumb-init", .arguments = {"dumb-init", "odoo"}});
    const std::vector<std::string> blue{"python3", "/usr/bin/odoo", "-c", proc.path("blue.conf")};
    const std::vector<std::string> green{"python3", "/opt/odoo-bin", "--config=/etc/green.conf",
                                         "--http-port=8079"};
    proc.put({.pid = 10, .parent = 5, .arguments = blue, .cgroup = "/system.slice/blue.service"});
    proc.put({.pid = 11, .parent = 10, .arguments = blue});
    proc.put({.pid = 20, .arguments = green, .cgroup = "/docker/9f8e7d/init", .inner_pids = "1"});
    proc.put({.pid = 21, .parent = 20, .arguments = green, .inner_pids = "9"});
    proc.put({.pid = 30, .arguments = {"python3", "/usr/bin/odoo", "shell", "-d", "acme"}});
    proc.put(
        {.pid = 31, .arguments = {"python3", "/usr/bin/odoo", "-u", "all", "--stop-after-init"}});
    proc.put({.pid = 22, .parent = 20, .arguments = {"python3", "/opt/odoo-bin", "gevent"}});
    proc.write("blue.conf", "[options]\nhttp_port = 8070\nhttp_interface = 127.0.0.14\n");
}

}  // namespace erp::odoo
