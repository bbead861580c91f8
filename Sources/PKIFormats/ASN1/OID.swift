// SPDX-License-Identifier: Apache-2.0

/// An object identifier, kept as its contents octets so that comparing and writing it costs nothing.
///
/// Identifiers of up to sixteen octets, which nearly all are, lie in two words: certificates are full of identifiers,
/// and an array for each would cost more than reading the rest.
///
/// Named `OID` because the standard library already has an `ObjectIdentifier`.
///
/// Source: ITU-T X.690, section 8.19.
public struct OID: Hashable, Sendable {
    /// The first eight octets and the second eight, the first octet in the highest bits; zeros behind the last octet
    /// and in an identifier that is longer.
    private let high, low: UInt64
    /// How many contents octets there are.
    let count: Int
    /// The contents octets of an identifier that two words do not hold.
    private let long: [UInt8]?

    private static let wordOctets = 16

    /// The contents octets.
    public var octets: [UInt8] { long ?? (0..<count).map(octet) }

    /// Makes an identifier from its arcs, as written in the standards.
    ///
    /// Meant for constants; text from outside goes through ``init(dotted:)``.
    public init(_ arcs: UInt64...) {
        self.init(contents: Self.encode(arcs)[...])
    }

    private init(contents: ArraySlice<UInt8>) {
        var words: (high: UInt64, low: UInt64) = (0, 0)
        count = contents.count
        guard count <= Self.wordOctets else {
            (high, low) = words
            long = Array(contents)
            return
        }
        var shift: UInt64 = 64
        for octet in contents {
            if shift == 0 { (words, shift) = ((words.low, 0), 64) }
            shift -= 8
            words.low |= UInt64(octet) << shift
        }
        (high, low) = count > 8 ? words : (words.low, 0)
        long = nil
    }

    private func octet(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - index % 8 * 8))
    }

    /// Appends the contents octets.
    func append(to bytes: inout [UInt8]) {
        if let long { return bytes.append(contentsOf: long) }
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { words in
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: words.prefix(count)))
        }
    }

    /// Takes received contents octets.
    ///
    /// - Throws: ``FormatError/invalidValue(field:reason:)`` when they are empty, too long, end inside an arc
    ///   or pad one with a leading 0x80.
    public init(octets: ArraySlice<UInt8>) throws(FormatError) {
        guard octets.count <= ASN1Limits.objectIdentifierOctets else {
            throw .limitExceeded("octets of an object identifier", limit: ASN1Limits.objectIdentifierOctets)
        }
        guard let last = octets.last, last & 0x80 == 0 else {
            throw .invalidValue(field: "object identifier", reason: "empty or cut off")
        }
        var startsArc = true
        for octet in octets {
            guard !(startsArc && octet == 0x80) else {
                throw .invalidValue(field: "object identifier", reason: "an arc has leading zeros")
            }
            startsArc = octet & 0x80 == 0
        }
        self.init(contents: octets)
    }

    /// Reads the dotted form, `1.2.840.113549`, with arcs of any size.
    ///
    /// - Throws: ``FormatError/invalidText(reason:)`` for anything else, ``FormatError/limitExceeded(_:limit:)`` for an
    ///   identifier over ``ASN1Limits/objectIdentifierOctets``.
    public init(dotted text: some StringProtocol) throws(FormatError) {
        let refused = FormatError.invalidText(reason: "'\(text.prefix(80))' is not an object identifier")
        let parts = text.split(separator: ".", maxSplits: 32, omittingEmptySubsequences: false)
        guard (2...32).contains(parts.count), let first = ["0", "1", "2"].firstIndex(of: String(parts[0])),
            let second = OIDArc(decimal: parts[1]), first == 2 || second.isUnder40
        else { throw refused }
        var octets = second.adding(40 * first).octets
        for part in parts.dropFirst(2) {
            guard let arc = OIDArc(decimal: part) else { throw refused }
            octets += arc.octets
        }
        guard octets.count <= ASN1Limits.objectIdentifierOctets else {
            throw .limitExceeded("octets of an object identifier", limit: ASN1Limits.objectIdentifierOctets)
        }
        self.init(contents: octets[...])
    }

    /// The dotted form.
    public var dotted: String {
        let octets = self.octets
        var arcs: [String] = []
        var start = octets.startIndex
        for end in octets.indices where octets[end] & 0x80 == 0 {
            let arc = OIDArc(octets: octets[start...end])
            start = end + 1
            if arcs.isEmpty {
                let first = arc.firstOfTwo
                arcs = [String(first), arc.subtracting(40 * first).decimal]
            } else {
                arcs.append(arc.decimal)
            }
        }
        return arcs.joined(separator: ".")
    }

    private static func encode(_ arcs: [UInt64]) -> [UInt8] {
        guard arcs.count >= 2 else { return [] }
        var octets: [UInt8] = []
        append(arcs[0] * 40 + arcs[1], to: &octets)
        for arc in arcs.dropFirst(2) { append(arc, to: &octets) }
        return octets
    }

    private static func append(_ arc: UInt64, to octets: inout [UInt8]) {
        var groups = [UInt8(truncatingIfNeeded: arc & 0x7F)]
        var rest = arc >> 7
        while rest > 0 {
            groups.append(UInt8(truncatingIfNeeded: rest & 0x7F) | 0x80)
            rest >>= 7
        }
        octets.append(contentsOf: groups.reversed())
    }
}

extension OID: CustomStringConvertible {
    /// The dotted form.
    public var description: String { dotted }
}
