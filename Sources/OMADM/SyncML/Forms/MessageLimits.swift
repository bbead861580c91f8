// SPDX-License-Identifier: Apache-2.0

/// What a SyncML message may cost its reader, in either form.
public struct MessageLimits: Hashable, Sendable {
    /// Commands of one message, those inside Atomic and Sequence included.
    public static let commands = 10_000

    /// Octets, depth and elements; for WBXML the same numbers hold, and `octets` also bounds the text that references
    /// into the string table add up to.
    public var markup: MarkupLimits

    /// The default limits.
    public init() { markup = MarkupLimits() }

    /// The default limits with another bound on size.
    ///
    /// - Parameter octets: octets of the message.
    public init(octets: Int) { markup = MarkupLimits(octets: octets) }
}
