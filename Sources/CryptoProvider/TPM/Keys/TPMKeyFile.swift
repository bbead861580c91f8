// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A private key of a TPM as a file: encrypted by the TPM, and of use with it only.
///
/// ```
/// TPMKey ::= SEQUENCE {
///   type        OBJECT IDENTIFIER,   -- 2.23.133.10.1.3, id-loadablekey
///   emptyAuth   [0] EXPLICIT BOOLEAN OPTIONAL,
///   policy      [1] EXPLICIT SEQUENCE OF TPMPolicy OPTIONAL,
///   secret      [2] EXPLICIT OCTET STRING OPTIONAL,
///   authPolicy  [3] EXPLICIT SEQUENCE OF TPMAuthPolicy OPTIONAL,
///   parent      INTEGER,             -- 0x40000001, or a persistent handle
///   pubkey      OCTET STRING,        -- TPM2B_PUBLIC
///   privkey     OCTET STRING         -- TPM2B_PRIVATE
/// }
/// ```
///
/// In PEM, `TSS2 PRIVATE KEY`, which OpenSSL's TPM 2.0 providers read, and with them curl and nginx.
///
/// Source: "ASN.1 Specification for TPM 2.0 Key Files".
public struct TPMKeyFile: Hashable, Sendable {
    /// The label of the PEM block.
    public static let label = "TSS2 PRIVATE KEY"
    /// Octets of the largest text that is read; a key with 4096 bits takes some three thousand.
    public static let byteLimit = 16 * 1024

    /// The public half.
    public let publicKey: PublicKey

    let parent: TPMHandle
    let area: TPMPublicArea
    /// TPMT_PUBLIC as the TPM wrote it.
    let publicOctets: [UInt8]
    /// The contents of TPM2B_PRIVATE.
    let privateOctets: [UInt8]

    init(parent: TPMHandle, publicOctets: [UInt8], privateOctets: [UInt8]) throws(CryptoError) {
        area = try TPMPublicArea(parsing: publicOctets)
        publicKey = try area.publicKey()
        self.parent = parent
        self.publicOctets = publicOctets
        self.privateOctets = privateOctets
    }

    /// Whether a file is of this kind, by the first line of its block.
    public static func isOne(_ contents: [UInt8]) -> Bool {
        contents.count <= byteLimit && String(decoding: contents, as: UTF8.self).contains("-----BEGIN \(label)-----")
    }
}

// MARK: - Octets

extension TPMKeyFile {
    /// Reads a PEM text.
    ///
    /// - Throws: ``TPMError/malformedKeyFile(_:)``; ``CryptoError/unsupported(_:)`` for a key with a password or a
    ///   policy, under another parent, or that is yet to be imported.
    public init(parsing text: [UInt8]) throws(CryptoError) {
        guard text.count <= Self.byteLimit else {
            throw .limitExceeded("octets of a TPM key file", limit: Self.byteLimit)
        }
        guard let der = Self.body(of: String(decoding: text, as: UTF8.self)) else {
            throw .tpm(.malformedKeyFile("no PEM block of this kind"))
        }
        try self.init(der: der)
    }

    /// The PEM text.
    public func serialize() -> [UInt8] {
        let text = Data(der).base64EncodedString()
        var lines = ["-----BEGIN \(Self.label)-----"]
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return Array((lines + ["-----END \(Self.label)-----", ""]).joined(separator: "\n").utf8)
    }

    private static func body(of text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let begin = lines.firstIndex(of: "-----BEGIN \(label)-----"),
            let end = lines.firstIndex(of: "-----END \(label)-----"), begin < end,
            let data = Data(base64Encoded: lines[(begin + 1)..<end].joined())
        else { return nil }
        return Array(data)
    }

    private var der: [UInt8] {
        ShortDER.sequence([
            ShortDER.element(0x06, Self.loadableKey),
            ShortDER.element(0xA0, ShortDER.element(0x01, [0xFF])),
            ShortDER.integer(withUnsafeBytes(of: parent.rawValue.bigEndian) { Array($0) }),
            ShortDER.element(0x04, Self.sized(publicOctets)),
            ShortDER.element(0x04, Self.sized(privateOctets)),
        ])
    }

    private init(der: [UInt8]) throws(CryptoError) {
        var outer = der[...]
        guard let sequence = ShortDER.take(from: &outer), sequence.tag == 0x30, outer.isEmpty else {
            throw .tpm(.malformedKeyFile("no SEQUENCE"))
        }
        var fields = sequence.contents
        guard try Self.take(0x06, &fields) == Self.loadableKey else { throw .unsupported("this type of TPM key file") }
        guard var element = ShortDER.take(from: &fields) else { throw .tpm(.malformedKeyFile("it ends early")) }
        var isAuthEmpty = false
        if element.tag == 0xA0 {
            var inner = element.contents
            let value = try Self.take(0x01, &inner)
            guard value.count == 1, inner.isEmpty, let next = ShortDER.take(from: &fields) else {
                throw .tpm(.malformedKeyFile("emptyAuth"))
            }
            // One writer puts 1 for true where DER has 255.
            isAuthEmpty = value != [0]
            element = next
        }
        guard isAuthEmpty else { throw .unsupported("a TPM key with a password") }
        guard element.tag == 0x02 else { throw .unsupported("a TPM key with a policy or a secret") }
        let number = element.contents.drop { $0 == 0 }
        guard number.count <= 4 else { throw .tpm(.malformedKeyFile("the parent")) }
        let parent = TPMHandle(rawValue: number.reduce(0) { $0 << 8 | UInt32($1) })
        guard parent == .owner || parent.isPersistent else { throw .unsupported("the parent of this TPM key") }
        let publicOctets = try Self.unsized(try Self.take(0x04, &fields))
        let privateOctets = try Self.unsized(try Self.take(0x04, &fields))
        guard fields.isEmpty else { throw .tpm(.malformedKeyFile("octets are left over")) }
        try self.init(parent: parent, publicOctets: publicOctets, privateOctets: privateOctets)
    }

    private static func take(_ tag: UInt8, _ fields: inout ArraySlice<UInt8>) throws(CryptoError) -> [UInt8] {
        guard let element = ShortDER.take(from: &fields), element.tag == tag else {
            throw .tpm(.malformedKeyFile("a field is missing"))
        }
        return Array(element.contents)
    }

    /// A TPM2B; both parts came with a size of 16 bits.
    private static func sized(_ octets: [UInt8]) -> [UInt8] {
        let count = UInt16(clamping: octets.count)
        return [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)] + octets
    }

    private static func unsized(_ octets: [UInt8]) throws(CryptoError) -> [UInt8] {
        do throws(CryptoError) {
            var reader = TPMReader(octets)
            let contents = try reader.sized()
            try reader.finish()
            return contents
        } catch {
            throw .tpm(.malformedKeyFile("a size is wrong"))
        }
    }

    /// 2.23.133.10.1.3.
    private static let loadableKey: [UInt8] = [0x67, 0x81, 0x05, 0x0A, 0x01, 0x03]
}
