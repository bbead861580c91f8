// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// SEC 1's private key, alone or inside PKCS#8.
///
/// ```asn1
/// ECPrivateKey ::= SEQUENCE {
///     version INTEGER { ecPrivkeyVer1(1) },
///     privateKey OCTET STRING,
///     parameters [0] ECParameters {{ NamedCurve }} OPTIONAL,
///     publicKey [1] BIT STRING OPTIONAL }
/// ```
///
/// Source: RFC 5915, section 3.
struct ECPrivateKey: DEREncodable {
    /// `nil` when only the PKCS#8 around it names the curve.
    private let curve: EllipticCurve?
    private let scalar: [UInt8]
    /// Empty when absent.
    private let point: [UInt8]

    init(curve: EllipticCurve, scalar: [UInt8], point: [UInt8]) {
        self.curve = curve
        self.scalar = scalar
        self.point = point
    }

    init(parsing element: ASN1Element) throws(FormatError) {
        var fields = try element.fields()
        guard try fields.next(.integer).int() == 1 else {
            throw .invalidValue(field: "ECPrivateKey", reason: "not of version 1")
        }
        scalar = Array(try fields.next().octetString())
        curve = try fields.nextIf(.context(0)).map { (parameters) throws(FormatError) in
            try Self.curve(parameters.explicitContent())
        }
        point = Array(try fields.nextIf(.context(1))?.explicitContent().bitStringOctets() ?? [])
        try fields.finish()
    }

    /// A curve by name.
    ///
    /// Curves described by their numbers are refused: they were CVE-2020-0601 of Windows.
    static func curve(_ parameters: ASN1Element) throws(FormatError) -> EllipticCurve {
        let oid = try parameters.oid()
        guard let curve = EllipticCurve(oid: oid) else { throw .unsupportedAlgorithm(oid) }
        return curve
    }

    /// The numbers, the curve and the public point completed by what stands around this structure.
    func material(
        curve outer: EllipticCurve?, publicKey: ArraySlice<UInt8>?
    ) throws(FormatError) -> PrivateKeyMaterial {
        guard let curve = outer ?? curve else { throw .missing("the curve of an EC private key") }
        guard self.curve == nil || self.curve == curve else {
            throw .invalidValue(field: "ECPrivateKey", reason: "its curve is not the one of the structure around it")
        }
        return .ec(
            curve: curve, scalar: try Self.padded(scalar, to: curve.byteCount),
            point: point.isEmpty ? Array(publicKey ?? []) : point)
    }

    /// The scalar in the curve's own length; some writers cut leading zeros or add one.
    private static func padded(_ scalar: [UInt8], to byteCount: Int) throws(FormatError) -> [UInt8] {
        let magnitude = scalar.drop { $0 == 0 }
        guard !magnitude.isEmpty, magnitude.count <= byteCount else {
            throw .invalidValue(field: "ECPrivateKey", reason: "the scalar is zero or too long for the curve")
        }
        return [UInt8](repeating: 0, count: byteCount - magnitude.count) + magnitude
    }

    /// Appends the DER; the curve stands in the PKCS#8 around it.
    func encode(into writer: inout DERWriter) {
        writer.sequence { key in
            key.integer(1)
            key.octetString(scalar)
            if !point.isEmpty { key.explicit(1) { $0.bitString(point) } }
        }
    }
}
