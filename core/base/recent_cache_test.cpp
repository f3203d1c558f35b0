#include "core/base/recent_cache.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace erp {
namespace {

/// Whether the cache had the key; what it had then is `value`.
template <class Value>
bool kept(RecentCache<Value>& cache, std::string_view key, Value value) {
    bool made = false;
    const Value got = cache.get(key, [&] {
        made = true;
        return value;
    });
    CHECK(got == value);
    return !made;
}

TEST_CASE("recent cache: what was made of a text is made once", "[recent_cache]") {
    RecentCache<int> cache;
    CHECK_FALSE(kept(cache, "", 1));
    CHECK_FALSE(kept(cache, "acme", 2));
    CHECK_FALSE(kept(cache, std::string_view("acme\0", 5), 3));
    CHECK_FALSE(kept(cache, "acmf", 4));
    CHECK(kept(cache, "", 1));
    CHECK(kept(cache, std::string("acme"), 2));
    CHECK(kept(cache, std::string_view("acme\0", 5), 3));
    CHECK(kept(cache, "acmf", 4));
    CHECK(cache.size() == 4);
    cache.clear();
    CHECK(cache.size() == 0);
    CHECK_FALSE(kept(cache, "acme", 5));
}

TEST_CASE("recent cache: an entry in use stays, one that is not goes", "[recent_cache]") {
    RecentCache<int> cache({.entries = 100, .key_bytes = 100'000, .longest_key = 100});
    CHECK_FALSE(kept(cache, "used", -1));
    CHECK_FALSE(kept(cache, "left", -2));
    for (int i = 0; i < 1000; ++i) {
        CHECK_FALSE(kept(cache, std::to_string(i), i));
        if (i % 50 == 0) CHECK(kept(cache, "used", -1));
    }
    CHECK(kept(cache, "used", -1));
    CHECK(kept(cache, "999", 999));
    CHECK_FALSE(kept(cache, "left", -3));
    CHECK(cache.size() <= 200);
}

TEST_CASE("recent cache: a key that is too long is made each time and takes no room",
          "[recent_cache]") {
    RecentCache<int> cache({.entries = 10, .key_bytes = 100, .longest_key = 20});
    const std::string longest(20, 'x');
    CHECK_FALSE(kept(cache, longest, 1));
    CHECK(kept(cache, longest, 1));
    CHECK_FALSE(kept(cache, longest + "x", 2));
    CHECK_FALSE(kept(cache, longest + "x", 2));
    CHECK(cache.size() == 1);
}

TEST_CASE("recent cache: hostile keys do not grow it beyond its bounds", "[recent_cache]") {
    const CacheBounds bounds{.entries = 1000, .key_bytes = 30'000, .longest_key = 300};
    RecentCache<std::uint8_t> cache(bounds);
    std::mt19937_64 random(5);  // NOLINT(cert-msc51-cpp): the same keys in each run
    std::string key;
    std::size_t most = 0;
    for (int i = 0; i < 200'000; ++i) {
        key.assign(random() % 400, static_cast<char>(random()));
        key += std::to_string(random());
        CHECK_FALSE(kept(cache, key, std::uint8_t{1}));
        most = std::max(most, cache.memory());
    }
    CHECK(cache.size() <= 2000);
    CHECK(most <= 2 * (bounds.key_bytes + 32'768));
}

TEST_CASE("recent cache: no entry, or no room for any, is a cache that keeps nothing",
          "[recent_cache]") {
    RecentCache<int> none({.entries = 0, .key_bytes = 100, .longest_key = 10});
    CHECK_FALSE(kept(none, "a", 1));
    CHECK_FALSE(kept(none, "a", 1));
    RecentCache<int> small({.entries = 10, .key_bytes = 3, .longest_key = 10});
    CHECK_FALSE(kept(small, "long", 1));
    CHECK_FALSE(kept(small, "long", 1));
    CHECK_FALSE(kept(small, "abc", 2));
    CHECK(kept(small, "abc", 2));
}

TEST_CASE("recent cache: whatever the order of keys, values are their keys'", "[recent_cache]") {
    RecentCache<std::uint64_t> cache({.entries = 64, .key_bytes = 600, .longest_key = 12});
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp)
    for (int i = 0; i < 100'000; ++i) {
        const std::uint64_t number = random() % 1000;
        const std::string key = std::string(number % 7, 'k') + std::to_string(number);
        CHECK(cache.get(key, [&] { return number; }) == number);
    }
}

TEST_CASE("text hash: depends on each byte, on the length and on the secret", "[recent_cache]") {
    const TextHash hash(1, 2);
    std::map<std::uint64_t, std::string> seen;
    for (std::size_t size = 0; size < 70; ++size) {
        std::string text(size, 'a');
        CHECK(seen.try_emplace(hash(text), text).second);
        for (char& c : text) {
            c = 'b';
            CHECK(seen.try_emplace(hash(text), text).second);
            c = 'a';
        }
    }
    CHECK(hash("acme") == TextHash(1, 2)("acme"));
    CHECK(hash("acme") != TextHash(2, 2)("acme"));
    CHECK(hash("acme") != TextHash(1, 3)("acme"));
    CHECK(TextHash()("acme") != TextHash()("acme"));
}

}  // namespace
}  // namespace erp
