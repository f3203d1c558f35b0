#include "exporters/postgres/watchers/blocking.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace erp::postgres {
namespace {

enum State : char { kNew, kOnPath, kDone };

void sort_unique(std::vector<int>& pids) {
    std::ranges::sort(pids);
    pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
}

}  // namespace

BlockingForest::BlockingForest(std::vector<Waiter> waiters) {
    std::ranges::sort(waiters, {}, &Waiter::pid);
    for (Waiter& waiter : waiters) {
        if (!nodes_.empty() && nodes_.back().waiter.pid == waiter.pid) continue;
        sort_unique(waiter.blockers);
        nodes_.push_back({std::move(waiter), 0, {}, false});
    }
    std::vector<char> state(nodes_.size(), kNew);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        visit(i, state);
}

std::size_t BlockingForest::find(int pid) const {
    const auto it =
        std::ranges::lower_bound(nodes_, pid, {}, [](const Node& node) { return node.waiter.pid; });
    if (it == nodes_.end() || it->waiter.pid != pid) return nodes_.size();
    return static_cast<std::size_t>(it - nodes_.begin());
}

void BlockingForest::visit(std::size_t node, std::vector<char>& state) {
    // At most 64 waiters have blockers (the statement's limit), so recursion is shallow.
    if (state[node] != kNew) return;
    state[node] = kOnPath;
    for (const int blocker : nodes_[node].waiter.blockers) {
        const std::size_t next = find(blocker);
        if (next == node) continue;
        if (next != nodes_.size()) visit(next, state);
        if (next == nodes_.size() || state[next] == kOnPath) {
            if (next != nodes_.size()) nodes_[next].closes_cycle = true;
            nodes_[node].roots.push_back(blocker);
            nodes_[node].depth = std::max(nodes_[node].depth, 1);
            continue;
        }
        const Node& behind = nodes_[next];
        nodes_[node].roots.insert(nodes_[node].roots.end(), behind.roots.begin(),
                                  behind.roots.end());
        nodes_[node].depth = std::max(nodes_[node].depth, behind.depth + 1);
    }
    sort_unique(nodes_[node].roots);
    std::erase(nodes_[node].roots, nodes_[node].waiter.pid);
    if (nodes_[node].roots.empty()) nodes_[node].depth = 0;
    state[node] = kDone;
}

Blocking BlockingForest::of(const std::string& datname) const {
    Blocking sum;
    std::map<int, double> behind;  // root -> waiters
    for (const Node& node : nodes_) {
        if (node.waiter.datname != datname) continue;
        ++sum.waiting;
        sum.longest_seconds = std::max(sum.longest_seconds, node.waiter.seconds);
        sum.depth = std::max(sum.depth, static_cast<double>(node.depth));
        for (const int root : node.roots) {
            sum.widest_tree = std::max(sum.widest_tree, ++behind[root]);
        }
    }
    sum.roots = static_cast<double>(behind.size());
    return sum;
}

int BlockingForest::depth_of(int pid) const {
    const std::size_t node = find(pid);
    return node == nodes_.size() ? 0 : nodes_[node].depth;
}

std::vector<BlockingForest::Root> BlockingForest::roots() const {
    std::map<std::pair<int, std::string_view>, Root> by_waiters;
    for (const Node& node : nodes_) {
        for (const int pid : node.roots) {
            Root& root = by_waiters[{pid, node.waiter.datname}];
            ++root.behind;
            root.longest_seconds = std::max(root.longest_seconds, node.waiter.seconds);
        }
    }
    std::vector<Root> roots;
    roots.reserve(by_waiters.size());
    for (auto& [key, root] : by_waiters) {
        root.pid = key.first;
        root.datname = key.second;
        const std::size_t node = find(root.pid);
        root.closes_cycle = node != nodes_.size() && nodes_[node].closes_cycle;
        roots.push_back(std::move(root));
    }
    std::ranges::stable_sort(roots, std::greater(), &Root::behind);
    return roots;
}

std::vector<std::string> BlockingForest::databases() const {
    std::set<std::string> names;
    for (const Node& node : nodes_)
        names.insert(node.waiter.datname);
    return {names.begin(), names.end()};
}

}  // namespace erp::postgres
