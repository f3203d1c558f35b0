#pragma once

#include <map>
#include <string>

namespace erp::postgres {

/// Processes of this host as /proc shows them to us. Reads files: not for the I/O thread.
class LocalProcesses {
  public:
    /// `folder` is another one in tests.
    explicit LocalProcesses(std::string folder = "/proc");

    enum class State { gone, running, unknown };
    struct Process {
        State state = State::unknown;
        double started = 0;  ///< Unix time, to about a second; set when running
    };
    /// A zombie is gone: it has closed what it had open.
    [[nodiscard]] Process look(int pid) const;

    /// Whether a process that is missing can be trusted to be gone: `pid`, started at `started`
    /// (Unix time), is seen as just that, so it lives in our namespace of process numbers; and
    /// processes of other users are shown (not so with the mount option hidepid).
    [[nodiscard]] bool sees(int pid, double started) const;

    /// Processes of the namespaces below ours (containers), by the number that they have in their
    /// own: the numbers that they have here. Looks at every process.
    [[nodiscard]] std::multimap<int, int> of_containers() const;

    /// Clocks of the kernel's boot and the wall differ by their corrections.
    static constexpr double kClockError = 5;  // s

  private:
    std::string folder_;
    double boot_;   ///< Unix time
    double ticks_;  ///< of the kernel's clock, a second
};

}  // namespace erp::postgres
