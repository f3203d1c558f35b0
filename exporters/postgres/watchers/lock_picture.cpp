#include "exporters/postgres/watchers/lock_picture.hpp"

#include "exporters/postgres/watchers/lock_metrics.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace erp::postgres {
namespace {

constexpr double kInfoSeconds = 30;
constexpr std::size_t kMostInfos = 5;
constexpr std::string_view kNoApplication = "_none";

std::string_view application(const LockSession* session) {
    return session == nullptr ? kNoApplication : std::string_view(session->application);
}

/// The wait that has lasted longest of those directly behind a root.
const NamedWait* longest_behind(const std::vector<NamedWait>& waits,
                                const BlockingForest::Root& root) {
    const NamedWait* longest = nullptr;
    for (const NamedWait& wait : waits) {
        const LockWait& lock = *wait.session->wait;
        if (wait.session->datname != root.datname) continue;
        if (std::ranges::find(lock.blockers, root.pid) == lock.blockers.end()) continue;
        if (longest == nullptr || lock.seconds > longest->session->wait->seconds) longest = &wait;
    }
    return longest;
}

void show_waits(const std::vector<NamedWait>& waits, Samples& samples) {
    std::map<std::pair<std::string_view, std::string_view>, double> by_type;
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, double> by_relation;
    for (const NamedWait& wait : waits) {
        const LockSession& session = *wait.session;
        ++by_type[{session.datname, session.wait->locktype}];
        if (!wait.relation.empty())
            ++by_relation[{session.datname, wait.relation, session.wait->mode}];
    }
    for (const auto& [key, count] : by_type)
        samples.add(kWaitingByType, count, key.first, key.second);
    for (const auto& [key, count] : by_relation)
        samples.add(kWaitingByRelation, count, std::get<0>(key), std::get<1>(key),
                    std::get<2>(key));
}

void show_edges(const LockPicture& picture, const std::vector<NamedWait>& waits, Samples& samples) {
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, double> edges;
    for (const NamedWait& wait : waits) {
        std::vector<int> blockers = wait.session->wait->blockers;
        std::ranges::sort(blockers);
        blockers.erase(std::unique(blockers.begin(), blockers.end()), blockers.end());
        for (const int pid : blockers)
            ++edges[{wait.session->datname, application(picture.find(pid)),
                     wait.session->application}];
    }
    for (const auto& [key, count] : edges)
        samples.add(kEdges, count, std::get<0>(key), std::get<1>(key), std::get<2>(key));
}

void show_roots(const LockPicture& picture, const std::vector<NamedWait>& waits, Samples& samples) {
    using Class = std::array<std::string_view, 4>;
    struct Sum {
        double behind = 0;
        std::optional<double> age;
    };
    std::map<Class, Sum> classes;
    const std::vector<BlockingForest::Root> roots = picture.forest.roots();
    std::size_t infos = 0;
    for (const BlockingForest::Root& root : roots) {
        const LockSession* session = picture.find(root.pid);
        const std::string_view usename =
            session == nullptr ? std::string_view() : std::string_view(session->usename);
        Sum& sum =
            classes[{root.datname, application(session), usename, root_state(root.pid, session)}];
        sum.behind += static_cast<double>(root.behind);
        if (session != nullptr && session->transaction_seconds) {
            sum.age = std::max(sum.age.value_or(0), *session->transaction_seconds);
        }
        const NamedWait* wait = longest_behind(waits, root);
        if (root.longest_seconds <= kInfoSeconds || infos == kMostInfos || wait == nullptr)
            continue;
        ++infos;
        samples.add(kRootInfo, 1, root.datname, std::to_string(root.pid), usename,
                    application(session), session == nullptr ? "" : session->client,
                    root_state(root.pid, session), wait->relation, wait->session->wait->mode);
    }
    for (const auto& [labels, sum] : classes) {
        samples.add_row(kRootSessions, sum.behind, labels);
        if (sum.age) samples.add_row(kRootTransactionAge, *sum.age, labels);
    }
}

}  // namespace

std::vector<NamedWait> LockPicture::waits() const {
    std::vector<NamedWait> all;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i].wait) all.push_back({&sessions[i], relations[i]});
    }
    return all;
}

const LockSession* LockPicture::find(int pid) const {
    const auto it = std::ranges::find(sessions, pid, &LockSession::pid);
    return it == sessions.end() ? nullptr : &*it;
}

LockPicture to_picture(std::vector<LockSession> sessions, std::vector<std::string> relations) {
    std::vector<Waiter> waiters;
    for (const LockSession& session : sessions) {
        if (!session.wait) continue;
        waiters.push_back(
            {session.pid, session.datname, session.wait->seconds, session.wait->blockers});
    }
    return {std::move(sessions), std::move(relations), BlockingForest(std::move(waiters))};
}

std::string_view root_state(int pid, const LockSession* session) {
    if (pid == 0) return "prepared";
    if (session == nullptr) return "other";
    for (const std::string_view known :
         {"active", "idle in transaction", "idle in transaction (aborted)"}) {
        if (session->state == known) return known;
    }
    return "other";
}

void show(const LockPicture& picture, Samples& samples) {
    const std::vector<NamedWait> waits = picture.waits();
    show_waits(waits, samples);
    show_edges(picture, waits, samples);
    show_roots(picture, waits, samples);
}

}  // namespace erp::postgres
