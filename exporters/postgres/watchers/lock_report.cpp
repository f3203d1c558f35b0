#include "exporters/postgres/watchers/lock_report.hpp"

#include "core/base/text.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace erp::postgres {
namespace {

void append_string(std::string& out, std::string_view key, std::string_view value) {
    out.append("\"").append(key).append("\":");
    append_json_string(out, value);
    out += ',';
}

void append_wait(std::string& out, const LockWait& wait, std::string_view relation) {
    fmt::format_to(std::back_inserter(out), "\"wait\":{{\"seconds\":{:.3f},", wait.seconds);
    append_string(out, "locktype", wait.locktype);
    append_string(out, "mode", wait.mode);
    append_string(out, "relation", relation);
    out += "\"blockers\":[";
    for (const int pid : wait.blockers)
        fmt::format_to(std::back_inserter(out), "{}{}", out.back() == '[' ? "" : ",", pid);
    out += "]},";
}

/// Who is not shown what a session does should not be told to end it, and a process of the server's
/// own cannot be ended so. By the state: anybody can write "<insufficient privilege>" as his query.
bool may_be_ended(const LockSession& session) {
    return !session.state.empty();
}

std::string json(const LockPicture& picture, double taken) {
    std::string out = fmt::format("{{\"taken\":{:.3f},\"sessions\":[", taken);
    for (std::size_t i = 0; i < picture.sessions.size(); ++i) {
        const LockSession& session = picture.sessions[i];
        fmt::format_to(std::back_inserter(out), "{}\n{{\"pid\":{},", i == 0 ? "" : ",",
                       session.pid);
        append_string(out, "datname", session.datname);
        append_string(out, "usename", session.usename);
        append_string(out, "app", session.application);
        append_string(out, "client_addr", session.client);
        append_string(out, "state", session.state);
        if (session.transaction_seconds) {
            fmt::format_to(std::back_inserter(out), "\"transaction_seconds\":{:.3f},",
                           *session.transaction_seconds);
        }
        if (session.wait) append_wait(out, *session.wait, picture.relations[i]);
        if (may_be_ended(session)) {
            fmt::format_to(std::back_inserter(out),
                           "\"terminate\":\"SELECT pg_terminate_backend({});\",", session.pid);
        }
        append_string(out, "query", session.query);
        out.back() = '}';
    }
    return out += "\n]}\n";
}

/// Control characters would let a query write lines of its own or command the terminal; separators
/// of lines and marks of direction would show it otherwise than it runs (Unicode's general
/// categories Cc, Zl, Zp and the property Bidi_Control). UTF-8 sorts like its code points.
bool is_control(std::string_view character) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kRanges{
        {{"\x01", "\x1F"},
         {"\x7F", "\xC2\x9F"},
         {"\xD8\x9C", "\xD8\x9C"},
         {"\xE2\x80\x8E", "\xE2\x80\x8F"},
         {"\xE2\x80\xA8", "\xE2\x80\xAE"},
         {"\xE2\x81\xA6", "\xE2\x81\xA9"}}};
    return std::ranges::any_of(kRanges, [&](const auto& range) {
        return range.first <= character && character <= range.second;
    });
}

/// Valid UTF-8 of one line: a database of another encoding gives its queries as they are.
std::string one_line(std::string_view text) {
    std::string line = to_label_value(text);
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto first = static_cast<unsigned char>(line[i]);
        const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (is_control(std::string_view(line).substr(i, length))) {
            line.replace(i, length, 1, ' ');
        } else {
            i += length - 1;
        }
    }
    return line;
}

/// Sessions by the pid under which they are shown.
class Tree {
  public:
    explicit Tree(const LockPicture& picture) : picture_(picture), roots_(picture.forest.roots()) {
        std::set<int> cycles;  // a session of each, which is its root
        for (const BlockingForest::Root& root : roots_) {
            if (root.closes_cycle) cycles.insert(root.pid);
        }
        for (std::size_t i = 0; i < picture.sessions.size(); ++i) {
            const LockSession& session = picture.sessions[i];
            if (!session.wait || cycles.contains(session.pid)) continue;
            int parent = kUnknown;
            int deepest = -1;
            for (const int pid : session.wait->blockers) {
                const int depth = picture.forest.depth_of(pid);
                if (pid == session.pid || depth <= deepest) continue;
                deepest = depth;
                parent = pid;
            }
            children_[parent].push_back(i);
        }
    }

    [[nodiscard]] std::string text(double taken) const {
        std::string out = fmt::format("lock trees at {:%Y-%m-%d %H:%M:%S} UTC\n",
                                      fmt::gmtime(static_cast<std::time_t>(taken)));
        if (children_.empty()) out += "\nnobody waits for a lock\n";
        std::set<int> shown;
        for (const BlockingForest::Root& root : roots_) {
            if (root.pid != kPrepared && !shown.insert(root.pid).second) continue;
            append_heading(out, root);
            const LockSession* session = picture_.find(root.pid);
            if (session != nullptr) {
                append(out, *session, "", relation_of(*session));
            } else if (root.pid == kPrepared) {
                out += "  a prepared transaction: see pg_prepared_xacts\n";
            } else {
                fmt::format_to(std::back_inserter(out), "  pid {} is gone\n", root.pid);
            }
            append_children(out, root.pid, 1, root.pid == kPrepared ? &root.datname : nullptr);
        }
        if (const auto unknown = children_.find(kUnknown); unknown != children_.end()) {
            fmt::format_to(std::back_inserter(out), "\nbehind whom is not known: {}\n",
                           unknown->second.size());
            append_children(out, kUnknown, 0);
        }
        return out;
    }

  private:
    static constexpr int kPrepared = 0;  ///< parent of those behind prepared transactions
    static constexpr int kUnknown = -1;  ///< of those whose blockers are not known

    /// How many wait behind it, in each database. What was prepared in another is another root.
    void append_heading(std::string& out, const BlockingForest::Root& root) const {
        std::string_view before = "\n";
        for (const BlockingForest::Root& same : roots_) {
            if (same.pid != root.pid) continue;
            if (root.pid == kPrepared && same.datname != root.datname) continue;
            const std::string name = same.datname.empty() ? "no database" : one_line(same.datname);
            fmt::format_to(std::back_inserter(out), "{}{}: {} behind", before, name, same.behind);
            before = ", ";
        }
        if (root.closes_cycle)
            out += ", in a deadlock, which the server resolves after deadlock_timeout";
        out += '\n';
    }

    void append(std::string& out,
                const LockSession& session,
                std::string_view indent,
                std::string_view relation) const {
        fmt::format_to(std::back_inserter(out), "  {}pid {}  {}/{}  {}", indent, session.pid,
                       one_line(session.application), one_line(session.usename),
                       one_line(session.state));
        if (!session.client.empty()) out.append("  from ").append(one_line(session.client));
        if (session.transaction_seconds) {
            fmt::format_to(std::back_inserter(out), "  transaction {:.1f} s",
                           *session.transaction_seconds);
        }
        if (session.wait) {
            fmt::format_to(std::back_inserter(out), "  waits {:.1f} s for {} {}",
                           session.wait->seconds, one_line(session.wait->locktype),
                           one_line(session.wait->mode));
            if (!relation.empty()) out.append(" of ").append(one_line(relation));
        }
        fmt::format_to(std::back_inserter(out), "\n  {}    {}\n", indent, one_line(session.query));
        if (!session.wait && may_be_ended(session)) {
            fmt::format_to(std::back_inserter(out), "  {}    SELECT pg_terminate_backend({});\n",
                           indent, session.pid);
        }
    }

    /// `datname`: only those of this database.
    void append_children(std::string& out,
                         int pid,
                         std::size_t depth,
                         const std::string* datname = nullptr) const {
        const auto found = children_.find(pid);
        if (found == children_.end()) return;  // one parent each, none for a cycle's root: it ends
        const std::string indent(2 * std::min<std::size_t>(depth, 40), ' ');
        for (const std::size_t i : found->second) {
            if (datname != nullptr && picture_.sessions[i].datname != *datname) continue;
            append(out, picture_.sessions[i], indent, picture_.relations[i]);
            append_children(out, picture_.sessions[i].pid, depth + 1);
        }
    }

    [[nodiscard]] std::string_view relation_of(const LockSession& session) const {
        return picture_.relations[static_cast<std::size_t>(&session - picture_.sessions.data())];
    }

    const LockPicture& picture_;
    std::vector<BlockingForest::Root> roots_;
    std::map<int, std::vector<std::size_t>> children_;
};

}  // namespace

std::string lock_report(const LockPicture& picture, double taken, ReportFormat format) {
    return format == ReportFormat::json ? json(picture, taken) : Tree(picture).text(taken);
}

}  // namespace erp::postgres
