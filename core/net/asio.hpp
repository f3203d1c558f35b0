#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

/// Aliases, and the coroutine rules of this project. g++ 12 miscompiles some temporaries inside a
/// co_await expression (aggregates with members that have destructors, lambdas that capture such
/// objects, `c ? a : std::string(..)`): pass only named objects or temporaries of classes with
/// constructors. Parameters of coroutines are values; no lambda that captures is a coroutine;
/// nobody holds a lock across a co_await.
namespace erp {

namespace asio = boost::asio;

template <class T = void>
using Awaitable = asio::awaitable<T>;

/// Expected ends (cancelled, closed by the peer) as values instead of exceptions:
/// `const auto [error, n] = co_await socket.async_read_some(buffer, kAsTuple);`
inline constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace erp
