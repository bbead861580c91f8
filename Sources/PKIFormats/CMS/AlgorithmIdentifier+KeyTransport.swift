// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

// RSAES-OAEP-params ::= SEQUENCE {
//     hashFunc    [0] AlgorithmIdentifier DEFAULT sha1Identifier,
//     maskGenFunc [1] AlgorithmIdentifier DEFAULT mgf1SHA1Identifier,
//     pSourceFunc [2] AlgorithmIdentifier DEFAULT pSpecifiedEmptyIdentifier }
// Source: RFC 3560, section 3; RFC 4055, section 4.1.
extension AlgorithmIdentifier {
    /// Names a way to encrypt a content key; defaults of the OAEP parameters are left out.
    ///
    /// Source: RFC 3370, section 4.2.1; RFC 3560, section 3.
    public init(_ transport: KeyTransport) {
        switch transport {
        case .pkcs1v15: self.init(oid: .rsaEncryption, parameters: Self.null)
        case .oaep(let digest, let mgfDigest):
            self.init(oid: .rsaesOAEP, parameters: Self.oaepParameters(digest, mgfDigest))
        }
    }

    /// The way of encrypting a content key this names.
    ///
    /// `nil` when it is unknown, when its parameters cannot be read, and for OAEP with a label, which nobody uses.
    public var keyTransport: KeyTransport? {
        switch oid {
        case .rsaEncryption: .pkcs1v15
        case .rsaesOAEP: try? Self.parseOAEP(parameters)
        default: nil
        }
    }

    private static func oaepParameters(_ digest: DigestAlgorithm, _ mgfDigest: DigestAlgorithm) -> [UInt8] {
        var writer = DERWriter(capacity: 64)
        writer.sequence { MaskedDigest(digest, mask: mgfDigest).encode(into: &$0) }
        return writer.bytes
    }

    private static func parseOAEP(_ parameters: [UInt8]?) throws(FormatError) -> KeyTransport {
        guard let parameters else { throw .missing("RSAES-OAEP parameters") }
        var fields = try ASN1Element(parsing: parameters).fields()
        let digests = try MaskedDigest(from: &fields, of: .rsaesOAEP)
        if let element = try fields.nextIf(.context(2)) {
            try checkEmptyLabel(AlgorithmIdentifier(parsing: element.explicitContent()))
        }
        try fields.finish()
        return .oaep(digest: digests.digest, mgfDigest: digests.mask)
    }

    private static func checkEmptyLabel(_ source: AlgorithmIdentifier) throws(FormatError) {
        guard source.oid == .pSpecified, let label = source.parameters,
            try ASN1Element(parsing: label).octetString().isEmpty
        else { throw .unsupportedAlgorithm(source.oid) }
    }
}
