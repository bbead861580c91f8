// SPDX-License-Identifier: Apache-2.0

/// The lines of a CRL that is being written, encoded as they come.
///
/// A CRL can hold a million lines, so each goes straight into one buffer (about 49 octets a line) and nothing else
/// is kept of it. Append page by page from a store, in the order the CRL shall have.
///
/// Source: RFC 5280, section 5.1.2.6.
public struct RevokedCertificateList: Sendable {
    private var writer: DERWriter
    /// How many lines there are.
    public private(set) var count = 0

    /// Octets of a line with a serial number of 16 octets and a reason.
    private static let lineOctets = 49
    /// Lines that room is made for at once; longer lists grow.
    private static let roomLimit = 2_000_000

    /// Makes an empty list with room for a number of lines.
    public init(capacity: Int = 0) {
        writer = DERWriter(capacity: min(max(capacity, 0), Self.roomLimit) * Self.lineOctets)
    }

    /// Makes a list of these lines, in their order.
    public init(_ lines: some Sequence<RevokedCertificate>) {
        self.init(capacity: lines.underestimatedCount)
        for line in lines { append(line) }
    }

    /// Adds a line at the end.
    public mutating func append(_ line: RevokedCertificate) {
        line.encode(into: &writer)
        count += 1
    }

    /// Whether there is no line; the field is then absent from the CRL.
    public var isEmpty: Bool { count == 0 }

    /// The encoded lines, one after the other.
    public var encodedLines: [UInt8] { writer.bytes }
}
