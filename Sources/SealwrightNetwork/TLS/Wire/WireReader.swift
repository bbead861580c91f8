// SPDX-License-Identifier: Apache-2.0

/// Reads the numbers and vectors of TLS's presentation language; whatever is not there is `nil`.
///
/// Source: RFC 8446, section 3.
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) { rest = octets }
    init(_ octets: [UInt8]) { rest = octets[...] }

    /// A number of one to four octets.
    mutating func number(_ octets: Int) -> Int? {
        guard rest.count >= octets else { return nil }
        defer { rest = rest.dropFirst(octets) }
        return rest.prefix(octets).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func uint16() -> UInt16? { number(2).map(UInt16.init(truncatingIfNeeded:)) }

    /// Octets of a known number.
    mutating func octets(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A vector whose length stands before it, in one to three octets.
    mutating func vector(lengthOctets: Int) -> ArraySlice<UInt8>? {
        guard let count = number(lengthOctets) else { return nil }
        return octets(count)
    }
}

/// Writes the numbers and vectors of TLS's presentation language.
///
/// Source: RFC 8446, section 3.
struct WireWriter {
    private(set) var octets: [UInt8] = []

    mutating func uint8(_ value: Int) { octets.append(UInt8(truncatingIfNeeded: value)) }

    mutating func uint16(_ value: UInt16) {
        octets.append(UInt8(truncatingIfNeeded: value >> 8))
        octets.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func append(_ more: some Sequence<UInt8>) { octets.append(contentsOf: more) }

    /// Writes a vector and its length before it.
    mutating func vector(lengthOctets: Int, _ body: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        body(&inner)
        for shift in (0..<lengthOctets).reversed() { uint8(inner.octets.count >> (8 * shift)) }
        octets += inner.octets
    }
}
