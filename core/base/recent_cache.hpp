#pragma once

#include "core/base/text_hash.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace erp {

/// How much a RecentCache keeps; it holds up to two generations of this size.
struct CacheBounds {
    std::size_t entries = 8192;         ///< of a generation
    std::size_t key_bytes = 1U << 19U;  ///< of all keys of a generation
    std::size_t longest_key = 512;      ///< longer keys are not kept
};

/// What was made of recent texts, so that it is made once: text -> small value, whatever clients
/// send, for one thread. Two generations: entries that are used go into the current one; when it is
/// full it becomes the previous one, and what that held is forgotten. So an entry that is in use
/// stays, and a flood of new keys costs each of them one miss per generation. A hit takes about
/// 15 ns and no memory; memory grows to its bounds and no further.
template <class Value>
class RecentCache {
    static_assert(std::is_trivially_copyable_v<Value>);

  public:
    explicit RecentCache(CacheBounds bounds = {}) : bounds_(bounds) {}

    /// The value kept for `key`, else what `make()` returns, which is then kept.
    template <class Make>
    [[nodiscard]] Value get(std::string_view key, Make make) {
        if (key.size() > bounds_.longest_key || bounds_.entries == 0) return make();
        const std::uint32_t hash = hash_of(key);
        if (const Value* const kept = current_.find(key, hash)) return *kept;
        const Value* const older = previous_.find(key, hash);
        const Value value = older ? *older : make();
        if (current_.full(key.size(), bounds_)) {
            std::swap(current_, previous_);
            current_.clear();
        }
        current_.add(key, hash, value, bounds_);
        return value;
    }

    void clear() {
        current_.clear();
        previous_.clear();
    }

    /// Entries of both generations.
    [[nodiscard]] std::size_t size() const { return current_.size() + previous_.size(); }
    /// What it has allocated.
    [[nodiscard]] std::size_t memory() const { return current_.memory() + previous_.memory(); }

  private:
    /// An open-addressing table; the keys' bytes lie one after the other.
    class Generation {
      public:
        [[nodiscard]] const Value* find(std::string_view key, std::uint32_t hash) const {
            if (slots_.empty()) return nullptr;
            for (std::size_t step = 0; step < kLongestProbe; ++step) {
                const Slot& slot = slots_[(hash + step) & (slots_.size() - 1)];
                if (slot.hash == 0) return nullptr;
                if (slot.hash == hash &&
                    std::string_view(keys_.data() + slot.offset, slot.size) == key) {
                    return &slot.value;
                }
            }
            return nullptr;
        }

        [[nodiscard]] bool full(std::size_t more, const CacheBounds& bounds) const {
            return used_ >= bounds.entries || keys_.size() + more > bounds.key_bytes;
        }

        void add(std::string_view key,
                 std::uint32_t hash,
                 const Value& value,
                 const CacheBounds& bounds) {
            if (2 * (used_ + 1) > slots_.size()) grow();
            const Slot slot{hash, static_cast<std::uint32_t>(keys_.size()),
                            static_cast<std::uint32_t>(key.size()), value};
            if (key.size() > bounds.key_bytes || !place(slot)) return;
            ++used_;
            // Never by more than the bound, as the vector's own growth would.
            if (keys_.size() + key.size() > keys_.capacity()) {
                keys_.reserve(std::min(bounds.key_bytes,
                                       std::max(2 * keys_.capacity(), keys_.size() + 4096)));
            }
            keys_.insert(keys_.end(), key.begin(), key.end());
        }

        void clear() {
            std::fill(slots_.begin(), slots_.end(), Slot{});
            keys_.clear();
            used_ = 0;
        }

        [[nodiscard]] std::size_t size() const { return used_; }
        [[nodiscard]] std::size_t memory() const {
            return slots_.capacity() * sizeof(Slot) + keys_.capacity();
        }

      private:
        struct Slot {
            std::uint32_t hash = 0;  ///< 0: free
            std::uint32_t offset = 0;
            std::uint32_t size = 0;
            Value value{};
        };
        /// The table is at most half full: a longer run of used slots is not chance, and what finds
        /// no place is not kept.
        static constexpr std::size_t kLongestProbe = 32;

        bool place(const Slot& slot) {
            for (std::size_t step = 0; step < kLongestProbe; ++step) {
                Slot& at = slots_[(slot.hash + step) & (slots_.size() - 1)];
                if (at.hash != 0) continue;
                at = slot;
                return true;
            }
            return false;
        }

        void grow() {
            std::vector<Slot> old(std::max<std::size_t>(64, 2 * slots_.size()));
            old.swap(slots_);
            used_ = 0;
            for (const Slot& slot : old) {
                if (slot.hash != 0 && place(slot)) ++used_;
            }
        }

        std::vector<Slot> slots_;  ///< a power of two
        std::vector<char> keys_;
        std::size_t used_ = 0;
    };

    [[nodiscard]] std::uint32_t hash_of(std::string_view key) const {
        return std::max(static_cast<std::uint32_t>(hash_(key)), std::uint32_t{1});
    }

    CacheBounds bounds_;
    TextHash hash_;
    Generation current_;
    Generation previous_;
};

}  // namespace erp
