// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(CDispatch)
import CDispatch
#endif

/// Processor time as the kernel counts it, user and system together, in seconds.
///
/// The machine may be busy with other work, so wall time says little; these clocks run only while the measured thread
/// or process does.
enum ProcessorTime {
    /// What the calling thread has used.
    static func ofThread() -> Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    /// What another process has used: utime and stime of its `stat`, to the nanosecond, dead threads included.
    static func ofProcess(_ id: Int32) throws(BenchmarkError) -> Double {
        var clock = clockid_t()
        guard clock_getcpuclockid(id, &clock) == 0 else { throw BenchmarkError("process \(id) is gone") }
        return seconds(of: clock)
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Array where Element == Double {
    /// The middle value; 0 without values.
    var median: Double {
        let sorted = sorted()
        guard let upper = sorted.dropFirst(count / 2).first else { return 0 }
        guard count.isMultiple(of: 2) else { return upper }
        return (upper + (sorted.dropFirst(count / 2 - 1).first ?? upper)) / 2
    }

    /// The value that this fraction of the values does not exceed; 0 without values.
    func quantile(_ fraction: Double) -> Double {
        sorted().dropFirst(Swift.min(Int(Double(count) * fraction), count - 1)).first ?? 0
    }
}

extension Duration {
    /// The length in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
