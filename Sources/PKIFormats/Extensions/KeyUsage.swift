// SPDX-License-Identifier: Apache-2.0

/// What a key may do.
///
/// The raw value holds bit n of the BIT STRING as bit n. Bits the standard does not define survive reading.
///
/// Source: RFC 5280, section 4.2.1.3.
public struct KeyUsage: OptionSet, CertificateExtensionValue, Codable {
    /// The named bits, bit 0 lowest.
    public let rawValue: UInt16

    /// Makes a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Verify signatures other than those on certificates and CRLs.
    public static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    /// Verify signatures that cannot be denied later; X.509 calls it contentCommitment.
    public static let nonRepudiation = KeyUsage(rawValue: 1 << 1)
    /// Encrypt keys.
    public static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    /// Encrypt data.
    public static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    /// Agree on keys.
    public static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    /// Verify signatures on certificates.
    public static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    /// Verify signatures on CRLs.
    public static let cRLSign = KeyUsage(rawValue: 1 << 6)
    /// With keyAgreement: only encipher.
    public static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    /// With keyAgreement: only decipher.
    public static let decipherOnly = KeyUsage(rawValue: 1 << 8)

    private static let bitNames = [
        "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign",
        "cRLSign", "encipherOnly", "decipherOnly",
    ]

    /// RFC 5280's names of the bits that are set, bit 0 first; an undefined bit is `bit n`.
    public var names: [String] {
        (0..<UInt16.bitWidth).filter { rawValue & (1 << UInt16($0)) != 0 }.map {
            $0 < Self.bitNames.count ? Self.bitNames[$0] : "bit \($0)"
        }
    }

    /// The bit of one of RFC 5280's names, in any case; `contentCommitment` and `crlSign` too.
    ///
    /// - Returns: `nil` for any other name.
    public init?(name: some StringProtocol) {
        let lower = name.lowercased()
        if lower == "contentcommitment" { self = .nonRepudiation; return }
        guard let bit = Self.bitNames.firstIndex(where: { $0.lowercased() == lower }) else { return nil }
        self.init(rawValue: 1 << UInt16(bit))
    }
}

extension KeyUsage {
    /// 2.5.29.15.
    public static let extensionOID = OID.keyUsage

    /// Critical.
    public var isCriticalByDefault: Bool { true }

    /// Reads the contents of the OCTET STRING; bits beyond the sixteenth are dropped.
    ///
    /// - Throws: ``FormatError``.
    public init(parsing value: [UInt8]) throws(FormatError) {
        self.init(rawValue: UInt16(truncatingIfNeeded: try ASN1Element(parsing: value).namedBits()))
    }

    /// Appends the value.
    public func encode(into writer: inout DERWriter) { writer.namedBits(UInt64(rawValue)) }
}
