// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The two digests with which the parameters of RSASSA-PSS and of RSAES-OAEP begin.
///
/// ```
/// hashAlgorithm    [0] HashAlgorithm    DEFAULT sha1,
/// maskGenAlgorithm [1] MaskGenAlgorithm DEFAULT mgf1SHA1
/// ```
///
/// Source: RFC 4055, sections 3.1 and 4.1.
struct MaskedDigest {
    let digest: DigestAlgorithm
    /// The digest of MGF1.
    let mask: DigestAlgorithm

    init(_ digest: DigestAlgorithm, mask: DigestAlgorithm) {
        self.digest = digest
        self.mask = mask
    }

    /// Reads both fields; either may be left out.
    ///
    /// - Throws: ``FormatError/unsupportedAlgorithm(_:)`` with `algorithm` when a digest or the mask is an unknown one.
    init(from fields: inout ASN1Reader, of algorithm: OID) throws(FormatError) {
        var digest: DigestAlgorithm? = .sha1
        var mask: DigestAlgorithm? = .sha1
        if let element = try fields.nextIf(.context(0)) {
            digest = try AlgorithmIdentifier(parsing: element.explicitContent()).digest
        }
        if let element = try fields.nextIf(.context(1)) {
            mask = try AlgorithmIdentifier(parsing: element.explicitContent()).maskGenerationDigest
        }
        guard let digest, let mask else { throw .unsupportedAlgorithm(algorithm) }
        self.init(digest, mask: mask)
    }

    /// Appends the fields that are not the default.
    func encode(into writer: inout DERWriter) {
        if digest != .sha1 {
            writer.explicit(0) {
                $0.append(AlgorithmIdentifier(oid: OID(digest: digest), parameters: AlgorithmIdentifier.null))
            }
        }
        if mask != .sha1 { writer.explicit(1) { $0.append(AlgorithmIdentifier.maskGeneration(mask)) } }
    }
}
