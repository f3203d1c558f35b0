#include "exporters/odoo/processes/master.hpp"

#include "core/base/number.hpp"
#include "core/base/text.hpp"
#include "exporters/odoo/processes/command_line.hpp"
#include "exporters/odoo/processes/release.hpp"
#include "exporters/odoo/processes/settings_file.hpp"
#include "exporters/odoo/processes/text_file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace erp::odoo {
namespace {

constexpr std::size_t kLongestConfig = 1U << 20U;

enum class Match { no, unknown, yes };

Match both(Match one, Match other) {
    if (one == Match::no || other == Match::no) return Match::no;
    return one == Match::yes || other == Match::yes ? Match::yes : Match::unknown;
}

Match match_port(const Settings& settings, const MasterWanted& wanted) {
    const auto port = settings.number("http_port");
    const auto interface = settings.text("http_interface");
    Match match = Match::unknown;
    if ((wanted.http_port || wanted.http_interface) && !settings.listens()) return Match::no;
    if (wanted.http_port && port) match = *port == *wanted.http_port ? Match::yes : Match::no;
    if (wanted.http_interface && interface) {
        // Odoo takes a name, too: of all but this one the resolver would have to tell.
        const auto told = to_ip_address(*interface == "localhost" ? "127.0.0.1" : *interface);
        if (!told) return match == Match::no ? match : Match::unknown;
        // Who listens on all addresses listens on this one, too.
        if (!is_wildcard(*told))
            match = both(match, told == wanted.http_interface ? Match::yes : Match::no);
    }
    return match;
}

Match match_cgroup(const std::optional<std::string>& cgroup, const std::string& wanted) {
    if (wanted.empty() || !cgroup) return Match::unknown;
    return cgroup->find(wanted) == std::string::npos ? Match::no : Match::yes;
}

Match match_pid_file(const ProcFolder& proc, int pid, const MasterWanted& wanted) {
    if (wanted.pid_file.empty()) return Match::unknown;
    const auto text = read_text(wanted.pid_file, 64);
    const auto number = text ? to_int(trim(*text)) : std::nullopt;
    if (!number) return Match::unknown;
    const auto status = proc.text(pid, "status");
    const auto inner = status ? to_inner_pid(*status) : std::nullopt;
    return *number == inner.value_or(pid) ? Match::yes : Match::no;
}

bool same_file(const std::string& one, const std::string& other) {
    struct stat a {};
    struct stat b {};
    return ::stat(one.c_str(), &a) == 0 && ::stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/// What the two files say: the wanted one may be a copy that we can read. Unknown where one of them
/// cannot be read.
Match match_file(const std::string& own, const std::string& wanted) {
    if (same_file(own, wanted)) return Match::yes;
    const auto one = read_text(own, kLongestConfig);
    const auto other = read_text(wanted, kLongestConfig);
    if (!one || !other) return Match::unknown;
    return *one == *other ? Match::yes : Match::no;
}

/// By its name alone. In a container another file may have this name, and this one another.
Match match_file_name(const ProcFolder& proc, int pid, bool same_name) {
    const auto status = proc.text(pid, "status");
    if (!status || is_in_inner_namespace(*status)) return Match::unknown;
    return same_name ? Match::yes : Match::no;
}

/// Of a command line; it may be relative to where the server began.
std::string config_path(const ProcFolder& proc, int pid, const std::string& told) {
    return told.starts_with('/') ? path_of(proc, pid, told) : proc.path(pid, "cwd") + "/" + told;
}

/// All signs together. What a name is worth depends on the other signs: one in a chroot, or of a
/// link, is not the one that we know.
Match match_all(const ProcFolder& proc, const Master& master, const MasterWanted& wanted) {
    const int pid = master.stat.pid;
    Match match =
        both(match_cgroup(master.cgroup, wanted.cgroup), match_pid_file(proc, pid, wanted));
    match = both(match, match_port(master.settings, wanted));
    const auto command = to_odoo_command(to_arguments(master.cmdline));
    if (match == Match::no || wanted.config.empty() || !command || command->config.empty())
        return match;
    match = both(match, match_file(config_path(proc, pid, command->config), wanted.config));
    if (match != Match::unknown || !command->config.starts_with('/')) return match;
    return match_file_name(proc, pid, command->config == wanted.config);
}

/// Several may have files that say the same.
void prefer_same_file(const ProcFolder& proc, const std::string& config, std::vector<Master>& all) {
    if (all.size() < 2 || config.empty()) return;
    const auto has_another = [&](const Master& one) {
        const auto command = to_odoo_command(to_arguments(one.cmdline));
        return !command || !same_file(config_path(proc, one.stat.pid, command->config), config);
    };
    if (!std::ranges::all_of(all, has_another)) std::erase_if(all, has_another);
}

bool runs_server(std::string_view cmdline) {
    const auto command = to_odoo_command(to_arguments(cmdline));
    return command && command->command == "server" && !command->one_shot;
}

/// A worker whose master was killed lives on for up to a minute. It is of the master's group, and
/// has set itself a limit of CPU time, which a master does not.
bool is_orphan(const ProcFolder& proc, const ProcStat& stat) {
    if (stat.group == stat.pid) return false;
    const auto text = proc.text(stat.pid, "limits");
    return text && to_limits(*text).lowers_cpu;
}

/// Those that run Odoo's server and whose parent does not.
std::vector<Master> all_masters(const ProcFolder& proc, const std::vector<int>& pids) {
    std::vector<Master> found;
    std::unordered_set<int> numbers;
    for (const int pid : pids) {
        auto cmdline = proc.text(pid, "cmdline");
        if (!cmdline || !runs_server(*cmdline)) continue;
        auto stat = proc.stat(pid);
        if (!stat || stat->is_dead()) continue;
        numbers.insert(pid);
        found.push_back({.stat = std::move(*stat), .cmdline = std::move(*cmdline)});
    }
    std::erase_if(found, [&](const Master& one) {
        return numbers.contains(one.stat.parent) || is_orphan(proc, one.stat);
    });
    return found;
}

Error not_found(const ProcFolder& proc, std::size_t others) {
    // With hidepid, /proc/1 is hidden from who is not root.
    const auto first = proc.text(1, "stat");
    if (!first)
        return {Phase::privilege,
                "no process of Odoo is seen, nor that of init: /proc may be "
                "mounted with hidepid"};
    if (others == 0) return {Phase::refused, "no process runs Odoo"};
    return {Phase::refused,
            std::to_string(others) + " processes run an Odoo, but none is the configured one"};
}

}  // namespace

std::string path_of(const ProcFolder& proc, int pid, const std::string& told) {
    std::string inside = proc.path(pid, "root") + told;
    const auto status = proc.text(pid, "status");
    if (!status || is_in_inner_namespace(*status)) return inside;
    struct stat about {};
    return ::stat(inside.c_str(), &about) != 0 || same_file(inside, told) ? told : inside;
}

void read_settings(const ProcFolder& proc, const MasterWanted& wanted, Master& master) {
    const int pid = master.stat.pid;
    auto command = to_odoo_command(to_arguments(master.cmdline));
    master.settings = command ? std::move(command->settings) : Settings();
    master.settings_problem.reset();
    std::string told = command ? command->config : std::string();
    std::optional<std::string> home;  // whose files Odoo reads if it is told none
    // It starts without one that a variable names.
    const bool must_be_there = !told.empty() || !wanted.config.empty();
    if (const auto environ = proc.text(pid, "environ")) {
        const int release = release_of(proc, pid, command ? command->script : std::string());
        if ((release != 0 ? release : wanted.version) >= kReadsEnvironment)
            read_environment(*environ, master.settings);
        for (const char* const name : {"ODOO_RC", "OPENERP_SERVER"})
            if (told.empty()) told = find_variable(*environ, name).value_or("");
        if (told.empty()) home = find_variable(*environ, "HOME");
    }
    std::string file = wanted.config;
    if (file.empty() && !told.empty()) file = config_path(proc, pid, told);
    const bool usual = file.empty() && home;
    if (usual) file = config_path(proc, pid, *home + "/.odoorc");
    if (file.empty()) {
        master.settings_problem =
            Error{Phase::privilege, "the configuration file of process " + std::to_string(pid) +
                                        " is not known: neither its command line nor what of its "
                                        "environment may be read names it"};
        return;
    }
    auto text = read_text(file, kLongestConfig);
    const auto is_missing = [&] { return !text && text.error().phase == Phase::refused; };
    if (usual && is_missing()) {
        file = config_path(proc, pid, *home + "/.openerp_serverrc");
        text = read_text(file, kLongestConfig);
    }
    if (text) read_settings_file(*text, master.settings);
    if (text && text->size() == kLongestConfig) {
        master.settings_problem =
            Error{Phase::limit, file + " is longer than 1 MiB: not all of it was read"};
    } else if (text || (!must_be_there && is_missing())) {
        master.settings.set_complete();
    } else {
        master.settings_problem = text.error();
    }
}

Result<Master> find_master(const ProcFolder& proc, const MasterWanted& wanted) {
    const auto pids = proc.pids();
    if (!pids) return pids.error();
    std::vector<Master> all = all_masters(proc, *pids);
    const std::size_t seen = all.size();
    std::vector<Master> certain;
    std::vector<Master> possible;
    for (Master& one : all) {
        if (const auto text = proc.text(one.stat.pid, "cgroup")) one.cgroup = to_cgroup_path(*text);
        read_settings(proc, {.version = wanted.version}, one);
        const Match match = match_all(proc, one, wanted);
        if (match == Match::no) continue;
        one.certain = match == Match::yes;
        (one.certain ? certain : possible).push_back(std::move(one));
    }
    std::vector<Master>& left = certain.empty() ? possible : certain;
    prefer_same_file(proc, wanted.config, left);
    if (left.empty()) return not_found(proc, seen);
    if (left.size() > 1) {
        return Error{Phase::limit, std::to_string(left.size()) +
                                       " processes may be the configured Odoo: name its odoo.conf, "
                                       "its port, its pid file or its cgroup"};
    }
    Master master = std::move(left.front());
    if (!wanted.config.empty()) read_settings(proc, wanted, master);
    return master;
}

}  // namespace erp::odoo
