#pragma once

#include "core/base/deadline.hpp"
#include "exporters/postgres/client/rows.hpp"
#include "exporters/postgres/client/session.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace erp::postgres {

/// Names of tables by the database and number under which pg_locks knows them. They can be read
/// only in their own database, so they are asked for once and kept for ten minutes. Safe from any
/// thread.
class RelationNames {
  public:
    /// "stock_quant", or "archive.stock_quant" if its schema is not public. Nothing: not known yet;
    /// then it is wanted.
    [[nodiscard]] std::optional<std::string> find(std::uint32_t datid,
                                                  const std::string& datname,
                                                  std::uint32_t relation,
                                                  Clock::time_point now);
    struct Request {
        std::uint32_t datid = 0;
        std::string datname;
        std::vector<std::uint32_t> relations;  ///< at most 100
        /// Finds nothing where another database has the name now.
        [[nodiscard]] Statement statement() const;
    };
    /// What is wanted of the first database that may be asked; the others' turn is later.
    [[nodiscard]] std::optional<Request> wanted(
        const std::function<bool(const std::string& datname)>& may_ask) const;
    /// Rows: oid, name. What was requested and is not among them has no name (a table that is not
    /// committed yet) and is not asked for again for a while; without rows nothing of this database
    /// is.
    void learn(const Request& request, const Rows* rows, Clock::time_point now);

  private:
    using Key = std::pair<std::uint32_t, std::uint32_t>;
    struct Name {
        std::string text;     ///< empty: it has none
        std::string datname;  ///< under another one the number may be another cluster's
        Clock::time_point until{};
    };
    struct Wanted {
        std::string datname;
        std::set<std::uint32_t> relations;
    };
    mutable std::mutex mutex_;
    std::map<Key, Name> names_;
    std::map<std::uint32_t, Wanted> wanted_;
};

}  // namespace erp::postgres
