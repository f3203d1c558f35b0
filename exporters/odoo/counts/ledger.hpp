#pragma once

#include "exporters/odoo/counts/databases.hpp"
#include "exporters/odoo/counts/log_counts.hpp"
#include "exporters/odoo/counts/words.hpp"
#include "exporters/odoo/counts/workers.hpp"
#include "exporters/odoo/log/event.hpp"
#include "exporters/odoo/log/record.hpp"
#include "exporters/odoo/log/route.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace erp::odoo {

/// Counts what records mean. One thread.
class Ledger {
  public:
    Ledger() { keep_usual_names(); }

    /// `now` is Unix time in ns, for records without one. `workers` are those of the record's log.
    void count(const Record& record,
               const Event& event,
               Databases& databases,
               Workers& workers,
               std::int64_t now);
    /// A record that Odoo cannot have written.
    void count_suspicious(std::string_view reason);

    /// The state at this moment.
    [[nodiscard]] LogCounts counts();
    /// Into an empty ledger. False: some number has no text; it is still empty then.
    [[nodiscard]] bool restore(const LogCounts& counts);

  private:
    using Number = counting::Names::Number;
    /// What the parts of count() share.
    struct Context;

    [[nodiscard]] Number number(Label label, std::string_view text) {
        return tables_.number(label, text);
    }
    /// Numbers of the words of an enumeration, looked up once.
    template <std::size_t N>
    using WordNumbers = std::array<std::optional<Number>, N>;
    template <std::size_t N, class Word>
    [[nodiscard]] Number number(Label label, WordNumbers<N>& numbers, Word word) {
        std::optional<Number>& known = numbers[static_cast<std::size_t>(word)];
        if (!known) known = number(label, to_string(word));
        return *known;
    }
    template <class K>
    void add(const counting::Key<K::kLabels.size()>& key) {
        ++tables_.of<K>().at(key);
    }
    void keep_usual_names();
    void count_event(const Context& context, std::string_view event);
    void count_change(const Context& context, std::string_view kind, Number datname);
    void count_request(const Context& context);
    void end_errors(Worker& worker, Number datname, Number route);
    void count_rpc_error(const Context& context);
    void count_cron(const Context& context);
    void start_run(const Context& context);
    void note_progress(const Context& context);
    void finish_run(const Context& context, std::string_view result);
    void lose_runs(Worker& worker, std::int64_t at);
    void lose_unended_runs(Worker& worker);
    void end_run(const OpenRun& run, std::string_view result, std::int64_t at);
    void count_end(const Context& context, std::string_view reason);
    void count_worker(const Context& context);
    void count_errors(const Context& context);
    void count_life(const Context& context);
    void count_job(const Context& context);

    counting::Tables<Scheme> tables_;
    std::vector<std::int64_t> heard_;  ///< Heard, by number of the database; of none: of all
    WordNumbers<kLevels> levels_;
    WordNumbers<kAreas> areas_;
    WordNumbers<kRoutes> routes_;
    WordNumbers<kStatusClasses> statuses_;
};

}  // namespace erp::odoo
