// SPDX-License-Identifier: Apache-2.0

/// The number of a CRL: grows with every CRL of one issuer and scope.
///
/// On the wire: a non-negative INTEGER of at most 20 octets, in the `cRLNumber` extension (2.5.29.20), and as the
/// number of the base in `deltaCRLIndicator` (2.5.29.27).
///
/// Source: RFC 5280, sections 5.2.3 and 5.2.4.
public struct CRLNumber: Hashable, Sendable {
    /// The big-endian magnitude without leading zeros; zero is one zero octet.
    public let magnitude: [UInt8]

    /// Octets a number may have.
    ///
    /// The standard lets issuers use 20; what is longer is no number anybody counts with.
    static let octetLimit = 20

    /// Makes a number.
    ///
    /// A negative one, which the standard does not allow, becomes zero.
    public init(_ number: some BinaryInteger) {
        let octets = withUnsafeBytes(of: UInt64(clamping: number).bigEndian) { Array($0) }
        self.magnitude = Array(octets.dropLast().drop { $0 == 0 }) + octets.suffix(1)
    }

    /// Reads the INTEGER.
    ///
    /// - Throws: ``FormatError`` when it is no INTEGER, negative or over 20 octets.
    public init(parsing element: ASN1Element) throws(FormatError) {
        let magnitude = try element.unsignedInteger()
        guard magnitude.count <= Self.octetLimit else {
            throw .limitExceeded("octets of a CRL number", limit: Self.octetLimit)
        }
        self.magnitude = magnitude
    }

    /// Reads the value of a `cRLNumber` or `deltaCRLIndicator` extension.
    ///
    /// - Throws: ``FormatError`` when it is no INTEGER, negative, over 20 octets, or octets follow it.
    public init(parsing value: [UInt8]) throws(FormatError) {
        try self.init(parsing: ASN1Element(parsing: value))
    }
}

extension CRLNumber: Comparable {
    /// Orders by value.
    public static func < (left: CRLNumber, right: CRLNumber) -> Bool {
        guard left.magnitude.count == right.magnitude.count else { return left.magnitude.count < right.magnitude.count }
        return left.magnitude.lexicographicallyPrecedes(right.magnitude)
    }
}

extension CRLNumber: DEREncodable {
    /// Appends the INTEGER.
    public func encode(into writer: inout DERWriter) { writer.unsignedInteger(magnitude) }
}

extension CRLNumber: CustomStringConvertible {
    /// Decimal up to 64 bits, hexadecimal with `0x` above.
    public var description: String {
        guard magnitude.count > 8 else { return String(magnitude.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
        return "0x" + Hex.encode(magnitude)
    }
}
