#pragma once

#include "core/base/error.hpp"

#include <boost/system/result.hpp>

#include <stdexcept>

namespace erp {

/// Value or Error. Check with `if (!r) return r.error();`; there are no chains of callbacks here.
/// The alias leaves room for std::expected once both supported compilers have it.
template <class T>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error: reaching it is a mistake of the program.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& /*where*/) {
    throw std::logic_error("value() of a failed result: " + error.text);
}

}  // namespace erp
