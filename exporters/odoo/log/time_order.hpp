#pragma once

#include <algorithm>
#include <cstdint>

namespace erp::odoo {

/// Whether the times of a log's records go on as those of Odoo do: a record that a client forged
/// has a time that it had to guess. Lines of several processes differ by tens of milliseconds.
///
/// A forged time may also lie ahead, where the log is read late. Those that follow it must not be
/// judged by it: a record may go back to where the last leap forward began, which is no more than a
/// client could forge by the time of the moment.
class TimeOrder {
  public:
    /// What a record may be before another one, or before its reader's clock: ns.
    static constexpr std::int64_t kSlack = 5'000'000'000;
    /// A leap is true when so many records followed it.
    static constexpr unsigned kConfirmed = 1'000;
    /// So many in a row that go back are right, and what was before them was not.
    static constexpr unsigned kMostRefused = 100;

    /// False: it goes back, or comes from the future, by more than kSlack. `now` is the reader's
    /// clock: where it was set back, records may go back with it. Both are Unix time in ns.
    [[nodiscard]] bool take(std::int64_t time, std::int64_t now) {
        if (time > now + kSlack) return false;
        newest_ = std::min(newest_, now);
        const std::int64_t floor = followed_ < kConfirmed ? std::min(leap_, newest_) : newest_;
        if (time < floor - kSlack && ++refused_ <= kMostRefused) return false;
        refused_ = 0;
        if (time > newest_ + kSlack && newest_ != 0) {
            leap_ = newest_;
            followed_ = 0;
        } else if (followed_ < kConfirmed) {
            ++followed_;
        }
        newest_ = time < newest_ - kSlack ? time : std::max(newest_, time);
        return true;
    }

  private:
    std::int64_t newest_ = 0;         ///< 0: none yet
    std::int64_t leap_ = 0;           ///< the newest before the last leap forward
    unsigned followed_ = kConfirmed;  ///< records since then
    unsigned refused_ = 0;            ///< in a row
};

}  // namespace erp::odoo
