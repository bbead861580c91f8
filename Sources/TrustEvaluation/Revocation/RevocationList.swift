// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// A CRL with an index, so that a lookup costs the same however long the list is.
///
/// Making one reads every line once and sorts; a million lines take 16 MiB beyond the CRL itself. Make it once, when
/// the CRL arrives, and hand the same value to every query: copies share the index.
public struct RevocationList: Sendable {
    /// The CRL as received.
    public let list: CertificateList
    private let index: EntryIndex

    /// Reads the lines of a CRL once.
    public init(_ list: CertificateList) {
        self.list = list
        self.index = EntryIndex(list)
    }

    /// Reads a DER CRL and its lines.
    ///
    /// - Throws: `FormatError` as `CertificateList.init(parsing:)`.
    public init(parsing bytes: [UInt8]) throws(FormatError) { self.init(try CertificateList(parsing: bytes)) }

    /// Tells this list from all others that are held at the same time; copies have the same.
    var identity: ObjectIdentifier { ObjectIdentifier(index) }

    /// Whether some line has a critical extension that is unknown here, so that the list must not be relied on.
    ///
    /// Source: RFC 5280, section 5.3.
    var hasUnprocessedCriticalEntry: Bool { index.hasUnprocessedCriticalEntry }

    /// The line about a certificate, `nil` when it is not listed.
    ///
    /// - Parameters:
    ///   - serialNumber: the certificate's serial number.
    ///   - issuer: the certificate's issuer, which in an indirect CRL need not be the CRL's.
    /// - Returns: the first such line that revokes; one that takes a revocation back only when no other does.
    public func entry(for serialNumber: SerialNumber, issuer: DistinguishedName) -> CertificateList.Entry? {
        var removal: CertificateList.Entry?
        for line in index.lines(of: serialNumber.octets[...]) {
            guard var entry = list.entry(at: line.offset), entry.serialNumber == serialNumber else { continue }
            let certificateIssuer = index.issuer(of: line) ?? list.issuer
            guard certificateIssuer.matches(issuer) else { continue }
            entry.certificateIssuer = index.issuer(of: line)
            guard entry.reason == .removeFromCRL else { return entry }
            removal = removal ?? entry
        }
        return removal
    }
}

/// Where in a CRL the line of a serial number is.
private final class EntryIndex: Sendable {
    /// One line; the same serial number may stand in several, for different issuers.
    struct Line: Sendable {
        let fingerprint: UInt64
        private let place: UInt64

        init(fingerprint: UInt64, offset: Int, issuer: Int) {
            self.fingerprint = fingerprint
            self.place = UInt64(truncatingIfNeeded: offset) << 24 | UInt64(truncatingIfNeeded: issuer) & 0xFF_FFFF
        }

        var offset: Int { Int(truncatingIfNeeded: place >> 24) }
        /// 0 is the CRL's own issuer; others count the issuers met.
        var issuer: Int { Int(place & 0xFF_FFFF) }
    }

    /// Issuers one indirect CRL may name; with more it is not relied on.
    private static let issuerLimit = 0xFF_FFFF

    private let lines: [Line]
    private let issuers: [DistinguishedName]
    let hasUnprocessedCriticalEntry: Bool

    init(_ list: CertificateList) {
        var lines: [Line] = []
        lines.reserveCapacity(list.entries.count)
        var issuers: [DistinguishedName] = []
        var numbers: [DistinguishedName: Int] = [:]
        var isStrange = false
        for entry in list.entries {
            if entry.hasExtensions, !entry.unprocessedCriticalExtensions.isEmpty { isStrange = true }
            var issuer = 0
            if let name = entry.certificateIssuer {
                if let known = numbers[name] {
                    issuer = known
                } else if issuers.count < Self.issuerLimit {
                    issuers.append(name)
                    issuer = issuers.count
                    numbers[name] = issuer
                } else {
                    isStrange = true
                }
            }
            lines.append(
                Line(fingerprint: Self.fingerprint(entry.serialOctets), offset: entry.offset, issuer: issuer))
        }
        lines.sort { $0.fingerprint < $1.fingerprint }
        self.lines = lines
        self.issuers = issuers
        self.hasUnprocessedCriticalEntry = isStrange
    }

    func lines(of serial: ArraySlice<UInt8>) -> ArraySlice<Line> {
        let fingerprint = Self.fingerprint(serial)
        let start = firstLine(from: fingerprint)
        var end = start
        while end < lines.endIndex, lines[end].fingerprint == fingerprint { end += 1 }
        return lines[start..<end]
    }

    func issuer(of line: Line) -> DistinguishedName? {
        issuers.indices.contains(line.issuer - 1) ? issuers[line.issuer - 1] : nil
    }

    private func firstLine(from fingerprint: UInt64) -> Int {
        var (low, high) = (lines.startIndex, lines.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if lines[middle].fingerprint < fingerprint { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// FNV-1a of the serial number, padding octets of either sign left out: the same number gives the same value
    /// however it is written.
    private static func fingerprint(_ octets: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let padding: UInt8 = octets.first == 0xFF ? 0xFF : 0
        for octet in octets.drop(while: { $0 == padding }) {
            hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3
        }
        return hash
    }
}
