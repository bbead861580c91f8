// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// The wrong PINs in a row, and how long they keep everybody waiting.
///
/// Four cost nothing, since people mistype. From the fifth on each one doubles the wait, from 30 seconds to a day, so that
/// a million PINs take more than a life.
public struct PINTries: Hashable, Sendable, Codable {
    /// Tries since the last right PIN.
    public private(set) var wrong = 0
    /// When the next PIN is looked at; `nil` for now.
    public private(set) var notBefore: Timestamp?

    /// The first wrong PIN in a row that makes one wait.
    private static let firstWithWait = 5
    /// Seconds of the first wait and of the longest.
    private static let (shortestWait, longestWait): (Int64, Int64) = (30, 86_400)
    /// More tries are not counted: the wait is the longest before that.
    private static let countLimit = 1_000

    /// Counts a try as wrong before the PIN is looked at: a process that is ended in between has not tried for nothing.
    ///
    /// - Throws: ``ContainerError/lockedOut(until:)`` when it is too early for one.
    mutating func begin(at now: Timestamp) throws(ContainerError) {
        if let notBefore, now < notBefore { throw .lockedOut(until: notBefore) }
        wrong = min(wrong + 1, Self.countLimit)
        notBefore = nil
        guard wrong >= Self.firstWithWait else { return }
        // 30 seconds doubled twelve times are more than a day.
        let wait = Self.shortestWait << Int64(min(wrong - Self.firstWithWait, 12))
        notBefore = now.adding(seconds: min(wait, Self.longestWait))
    }

    /// The PIN was right.
    mutating func succeed() { self = PINTries() }
}
