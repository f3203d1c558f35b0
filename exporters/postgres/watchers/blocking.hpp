#pragma once

#include <string>
#include <vector>

namespace erp::postgres {

/// One session that waits for a lock, and the sessions that pg_blocking_pids() names: those that
/// hold what it wants and those that wait before it. A blocker 0 is a prepared transaction.
struct Waiter {
    int pid = 0;
    std::string datname;
    double seconds = 0;  ///< since it began to wait
    std::vector<int> blockers;
};

/// What the waiting sessions of one database amount to.
struct Blocking {
    double waiting = 0;
    double longest_seconds = 0;
    double roots = 0;        ///< sessions that block and do not wait themselves; one of a cycle
    double depth = 0;        ///< edges of the longest chain from a waiter to a root
    double widest_tree = 0;  ///< sessions directly or indirectly behind one root, at most
};

/// Builds the forest of who waits for whom. Bad input is normal: a blocker that is gone already
/// counts as a root, parallel workers name their leader twice, and there are cycles: a deadlock
/// that the server has not looked for yet, or soft blocks that look like one. Of a cycle one
/// session counts as a root, although it waits. A chain that crosses databases belongs to the
/// database of each waiter in it.
class BlockingForest {
  public:
    explicit BlockingForest(std::vector<Waiter> waiters);

    /// Of the waiters in `datname`.
    [[nodiscard]] Blocking of(const std::string& datname) const;
    /// Databases that have waiters, each once, sorted.
    [[nodiscard]] std::vector<std::string> databases() const;

    /// Edges of the longest chain from this session to a root; 0 if it does not wait, or is a root.
    [[nodiscard]] int depth_of(int pid) const;

    struct Root {
        int pid = 0;
        std::string datname;         ///< of those that wait
        std::size_t behind = 0;      ///< sessions of it that wait directly or indirectly
        double longest_seconds = 0;  ///< wait among them
        bool closes_cycle = false;   ///< it waits itself, for one that is behind it
    };
    /// One of each session and each database that has sessions behind it: prepared transactions all
    /// have pid 0, and shared objects (roles, databases) are wanted from several databases. Those
    /// with the most behind them first.
    [[nodiscard]] std::vector<Root> roots() const;

  private:
    struct Node {
        Waiter waiter;
        int depth = 0;
        std::vector<int> roots;  ///< pids, sorted, each once, none its own
        bool closes_cycle = false;
    };
    void visit(std::size_t node, std::vector<char>& state);
    [[nodiscard]] std::size_t find(int pid) const;

    std::vector<Node> nodes_;  ///< sorted by pid
};

}  // namespace erp::postgres
