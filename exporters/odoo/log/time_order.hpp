#pragma once

#include <algorithm>
#include <cstdint>

namespace erp::odoo {

/// Whether the times of a log's records go on as those of Odoo do: a record that a client forged
/// has a time that it had to guess. Lines of several processes differ by tens of milliseconds.
///
/// Where a log is read late, a forged time may also lie ahead. Those that follow it must not be
/// judged by it: a record may go back to where the last leap forward began, which is no more than a
/// client could forge by the time of the moment. A record of the reader's own present is no such
/// leap, since nobody could know when it will be read.
///
/// A clock that was set back is seen where it is the reader's own, too. Where it is another one,
/// records go back for good when nothing else has come for longer than one text takes to be read:
/// before the next forged ones comes a record of the request that they are in. Of a log that is
/// read late, that time tells nothing, and their number must do; who forges there could as well
/// forge by the time of the moment.
///
/// A clock that is ahead of the reader's is believed when, for as long, nothing else has come.
class TimeOrder {
  public:
    /// What a record may be before another one, or before its reader's clock: ns.
    static constexpr std::int64_t kSlack = 5'000'000'000;
    /// A leap is true when so many records followed it.
    static constexpr unsigned kConfirmed = 1'000;
    /// So many in a row that go back are right, where those before them were read late.
    static constexpr unsigned kMostRefused = 100;

    /// False: it goes back, or comes from the future, by more than kSlack. `clock` tells the
    /// reader's time; it is asked only for what would be of the future, or of the past, by the last
    /// answer. Where it was set back, records may go back with it. All are Unix time in ns.
    template <class Clock>
    [[nodiscard]] bool take(std::int64_t time, Clock clock) {
        if (time > now_ || goes_back(time)) now_ = clock();
        if (time > now_ + ahead_ + kSlack && !is_ahead(time)) return false;
        early_since_ = 0;
        newest_ = std::min(newest_, now_ + ahead_);
        if (goes_back(time)) {
            if (!gone_back()) return false;
            ahead_ = std::max<std::int64_t>(0, time - now_);
        }
        refused_since_ = 0;
        refused_ = 0;
        present_ = time >= now_ - kSlack;
        if (present_) {
            followed_ = kConfirmed;
        } else if (time > newest_ + kSlack && newest_ != 0) {
            leap_ = newest_;
            followed_ = 0;
        } else if (followed_ < kConfirmed) {
            ++followed_;
        }
        newest_ = time < newest_ - kSlack ? time : std::max(newest_, time);
        return true;
    }

  private:
    [[nodiscard]] bool goes_back(std::int64_t time) const {
        const std::int64_t floor = followed_ < kConfirmed ? std::min(leap_, newest_) : newest_;
        return time < floor - kSlack;
    }
    /// Whether those that went back, in a row, are enough to be believed.
    [[nodiscard]] bool gone_back() {
        ++refused_;
        if (refused_since_ == 0 || refused_since_ > now_) refused_since_ = now_;
        return present_ ? now_ - refused_since_ > kSlack : refused_ > kMostRefused;
    }

    /// Whether those that come from the future, in a row, are enough to be believed.
    [[nodiscard]] bool is_ahead(std::int64_t time) {
        if (early_since_ == 0 || early_since_ > now_) early_since_ = now_;
        if (now_ - early_since_ <= kSlack) return false;
        ahead_ = time - now_;
        return true;
    }

    std::int64_t now_ = 0;            ///< the clock's last answer
    std::int64_t ahead_ = 0;          ///< so much is the log's clock before the reader's
    std::int64_t early_since_ = 0;    ///< the reader's clock at the first of the future; 0: none
    std::int64_t newest_ = 0;         ///< 0: none yet
    std::int64_t leap_ = 0;           ///< the newest before the last leap forward
    unsigned followed_ = kConfirmed;  ///< records since then
    bool present_ = false;            ///< the last one was of the reader's present
    unsigned refused_ = 0;            ///< in a row
    std::int64_t refused_since_ = 0;  ///< the reader's clock at the first of them; 0: none
};

}  // namespace erp::odoo
