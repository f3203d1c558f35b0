#include "exporters/postgres/watchers/relation_names.hpp"

namespace erp::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Duration kKnown = 10min;
constexpr Duration kUnknown = 30s;
constexpr std::size_t kMostNames = 10'000;
constexpr std::size_t kMostWanted = 100;  // of a database, and databases

}  // namespace

std::optional<std::string> RelationNames::find(std::uint32_t datid,
                                               const std::string& datname,
                                               std::uint32_t relation,
                                               Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    auto it = names_.find({datid, relation});
    if (it != names_.end() && it->second.datname != datname) {
        names_.erase(it);
        it = names_.end();
    }
    if (it != names_.end() && now < it->second.until) {
        if (it->second.text.empty()) return std::nullopt;
        return it->second.text;
    }
    if (wanted_.size() < kMostWanted || wanted_.contains(datid)) {
        Wanted& wanted = wanted_[datid];
        wanted.datname = datname;
        if (wanted.relations.size() < kMostWanted) wanted.relations.insert(relation);
    }
    // An old name is better than none until the new one is there.
    if (it == names_.end() || it->second.text.empty()) return std::nullopt;
    return it->second.text;
}

std::optional<RelationNames::Request> RelationNames::wanted(
    const std::function<bool(const std::string& datname)>& may_ask) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [datid, wanted] : wanted_) {
        if (!may_ask(wanted.datname)) continue;
        return Request{datid, wanted.datname, {wanted.relations.begin(), wanted.relations.end()}};
    }
    return std::nullopt;
}

Statement RelationNames::Request::statement() const {
    std::string oids = "{";
    for (const std::uint32_t relation : relations)
        (oids += oids.size() > 1 ? "," : "") += std::to_string(relation);
    return {
        "SELECT c.oid, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.oid = ANY($1::oid[]) AND current_database() = "
        "(SELECT datname FROM pg_database WHERE oid = $2::oid)",
        {oids + "}", std::to_string(datid)}};
}

void RelationNames::learn(const Request& request, const Rows* rows, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    wanted_.erase(request.datid);
    if (names_.size() + request.relations.size() > kMostNames) names_.clear();
    for (const std::uint32_t relation : request.relations) {
        Name& name = names_[{request.datid, relation}];
        name.datname = request.datname;
        name.until = now + kUnknown;
    }
    for (int i = 0; rows != nullptr && i < rows->size(); ++i) {
        const auto oid = static_cast<std::uint32_t>(to_int(rows->label(i, 0)).value_or(0));
        names_[{request.datid, oid}] = {std::string(rows->label(i, 1)), request.datname,
                                        now + kKnown};
    }
}

}  // namespace erp::postgres
