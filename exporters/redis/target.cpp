#include "exporters/redis/target.hpp"

#include "core/base/text.hpp"
#include "exporters/redis/collectors.hpp"
#include "exporters/redis/self.hpp"
#include "exporters/redis/slowlog.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <exception>
#include <utility>

namespace erp::redis {
namespace {

using State = RedisTarget::State;

/// The reading of one pipeline's replies into a collection.
class Reading {
  public:
    Reading(State& state, Collection& collection) : state_(state), collection_(collection) {
        for (std::size_t i = 0; i < collectors().size(); ++i) {
            const bool by_info = collectors()[i]->parse != nullptr;
            wants_info_ = wants_info_ || (by_info && collection.wants(i));
            if (!by_info) slowlog_at_ = i;
        }
    }

    [[nodiscard]] std::vector<std::string> commands() const {
        std::vector<std::string> all;
        if (wants_info_) all.push_back(info_command());
        if (wants_slowlog()) {
            all.push_back(encoded({"SLOWLOG", "LEN"}));
            all.push_back(encoded({"SLOWLOG", "GET", "1"}));
        }
        return all;
    }

    void take(std::size_t command, Reply reply) {
        const auto begun = std::exchange(mark_, Clock::now());
        if (!is_error(*reply) || error_of(*reply).phase == Phase::privilege) collection_.answered();
        if (wants_info_ && command == 0) {
            take_info(*reply, begun);
        } else if (!slowlog_length_) {
            slowlog_length_ = std::move(reply);
        } else {
            take_slowlog(*reply, begun);
        }
    }

    /// The error that INFO met, or that it tells: it is the target's.
    [[nodiscard]] const std::optional<Error>& refusal() const { return refusal_; }

  private:
    [[nodiscard]] bool wants_slowlog() const { return collection_.wants(slowlog_at_); }

    /// Only what is wanted, where the server can tell the sections apart: latencystats is the
    /// dearest.
    [[nodiscard]] std::string info_command() const {
        if (!state_.knows_sections) return encoded({"INFO", "ALL"});
        std::vector<std::string_view> words{"INFO",        "server",  "clients",     "memory",
                                            "persistence", "stats",   "replication", "cpu",
                                            "cluster",     "keyspace"};
        for (std::size_t i = 0; i < collectors().size(); ++i) {
            if (!collection_.wants(i)) continue;
            if (collectors()[i] == &kCommands) {
                words.push_back("commandstats");
                words.push_back("latencystats");
            }
            if (collectors()[i] == &kErrorReplies) words.push_back("errorstats");
            if (collectors()[i] == &kServer) words.push_back("threads");
        }
        return encoded(words);
    }

    void refuse(std::size_t collector, const Error& error, Duration work) {
        if (error.phase == Phase::privilege) {
            collection_.absent(collector, Unavailable::privilege, work);
        } else if (error.phase == Phase::unsupported) {
            collection_.absent(collector, Unavailable::unsupported, work);
        } else {
            collection_.fail(collector, error, work);
        }
    }

    void take_info(const redisReply& reply, Clock::time_point begun) {
        std::optional<Error> error;
        if (is_error(reply)) {
            error = error_of(reply);
            if (error->phase != Phase::privilege) refusal_ = error;
        } else if (reply.type != REDIS_REPLY_STRING) {
            error = Error{Phase::parse, "INFO answered with another type"};
        }
        const Info info = Info::parse(error ? std::string_view() : text_of(reply));
        if (const auto version = info.text("redis_version")) {
            const auto major = to_int(version->substr(0, version->find('.')));
            state_.knows_sections = major.value_or(0) >= 7;
        }
        if (info.number("loading").value_or(0) != 0) {
            refusal_ = Error{Phase::loading, "clients are refused until the dataset is loaded"};
        }
        for (std::size_t i = 0; i < collectors().size(); ++i) {
            const Collector& collector = *collectors()[i];
            if (collector.parse == nullptr || !collection_.wants(i)) continue;
            if (error) {
                refuse(i, *error, Clock::now() - begun);
                continue;
            }
            Result<Samples> samples = collector.parse(info);
            const Duration work = Clock::now() - std::exchange(begun, Clock::now());
            if (samples) {
                collection_.succeed(i, std::move(*samples), work);
            } else {
                collection_.fail(i, samples.error(), work);
            }
        }
    }

    /// A user may have the right to the length alone: then the rest is absent, and said to be.
    void take_slowlog(const redisReply& newest, Clock::time_point begun) {
        const auto work = [begun] { return Clock::now() - begun; };
        if (is_error(*slowlog_length_)) {
            refuse(slowlog_at_, error_of(*slowlog_length_), work());
            return;
        }
        const bool denied = is_error(newest) && error_of(newest).phase == Phase::privilege;
        if (is_error(newest) && !denied) {
            refuse(slowlog_at_, error_of(newest), work());
            return;
        }
        Result<Samples> samples = slowlog_samples(*slowlog_length_, denied ? nullptr : &newest);
        if (samples) {
            collection_.succeed(slowlog_at_, std::move(*samples), work(),
                                denied ? Unavailable::privilege : Unavailable::no);
        } else {
            collection_.fail(slowlog_at_, samples.error(), work());
        }
    }

    State& state_;
    Collection& collection_;
    bool wants_info_ = false;
    std::size_t slowlog_at_ = 0;
    Clock::time_point mark_ = Clock::now();
    Reply slowlog_length_;
    std::optional<Error> refusal_;
};

Awaitable<Result<void>> converse(State* state, Collection* collection) {
    const Deadline deadline = collection->deadline();
    // Behind the address may be another server than before.
    if (!state->client.is_open()) state->knows_sections = false;
    Result<void> done = co_await state->client.ensure(deadline);
    if (!done) co_return done;
    Reading reading(*state, *collection);
    std::vector<std::string> commands = reading.commands();
    Client::OnReply on_reply = [&reading](std::size_t command, Reply reply) {
        reading.take(command, std::move(reply));
    };
    done = co_await state->client.pipeline(std::move(commands), deadline, std::move(on_reply));
    if (done && reading.refusal()) done = *reading.refusal();
    co_return done;
}

Awaitable<Result<void>> converse_again_if_cut(State* state, Collection* collection) {
    const bool kept = state->client.is_open();
    Result<void> done = co_await converse(state, collection);
    // A kept connection may have died of a restart or of the server's own idle limit: ask once
    // more.
    if (!done && kept && done.error().phase == Phase::closed && !collection->state().up &&
        !state->stopped) {
        done = co_await converse(state, collection);
    }
    co_return done;
}

/// Owns what it works on: the target may be gone before it ends.
Awaitable<> run(std::shared_ptr<State> state, std::shared_ptr<Collection> collection) {
    Result<void> done;
    try {
        done = co_await converse_again_if_cut(state.get(), collection.get());
    } catch (const std::exception& error) {  // no memory
        state->client.close();
        done = Error{Phase::limit, error.what()};
    }
    state->collecting = false;
    ++state->ended;
    state->seconds += seconds(Clock::now() - collection->started());
    if (done) {
        collection->finish();
    } else {
        ++state->failures;
        collection->fail_all(done.error());
    }
}

}  // namespace

RedisTarget::RedisTarget(Services services, RedisOptions options)
    : io_(services.io), state_(std::make_shared<State>(std::move(options))) {}

void RedisTarget::stop() {
    state_->stopped = true;
    state_->client.stop();
}

void RedisTarget::collect(std::shared_ptr<Collection> collection) {
    ++state_->scrapes;
    if (std::exchange(state_->collecting, true)) {
        collection->fail_all({Phase::busy, "an earlier collection still runs"});
        return;
    }
    asio::co_spawn(io_, run(state_, std::move(collection)), asio::detached);
}

void RedisTarget::describe(const Outcome& outcome, Samples& samples) const {
    const std::string_view error =
        outcome.target_error ? to_string(outcome.target_error->phase) : std::string_view();
    samples.add(kUp, outcome.up ? 1 : 0);
    samples.add(kLastScrapeError, error.empty() ? 0 : 1, error);
    samples.add(kLastScrapeDuration, seconds(outcome.took));
    samples.add(kLastConnectTime, seconds(state_->client.connect_time()));
    samples.add(kScrapes, state_->scrapes);
    samples.add(kRequestErrors, state_->failures);
    Distribution durations;
    durations.sum = state_->seconds;
    durations.count = state_->ended;
    samples.add_distribution(kScrapeDuration, std::move(durations), {});
}

std::vector<std::pair<std::string_view, std::size_t>> RedisTarget::connections() const {
    return {{"main", state_->client.is_open() ? 1U : 0U}};
}

}  // namespace erp::redis
