// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// A PKCS#10 whose own signature was verified: whoever sent it once held the private key.
///
/// Only this type reaches the issuing code, so that the check cannot be forgotten and is done once.
package struct VerifiedRequest: Sendable, Hashable {
    package let request: CertificationRequest
    /// SHA-256 of the SubjectPublicKeyInfo as received.
    package let keyDigest: [UInt8]

    /// Verifies the request's signature with its own key.
    ///
    /// - Throws: ``DenialReason/requestSignatureInvalid``.
    package init(_ request: CertificationRequest) throws(DenialReason) {
        guard request.isSelfSigned else { throw .requestSignatureInvalid }
        self.init(verifiedBefore: request)
    }

    /// Takes a request out of the store, which keeps verified ones only; its challenge is blanked out, so the
    /// signature no longer verifies.
    init(verifiedBefore request: CertificationRequest) {
        self.request = request
        self.keyDigest = request.subjectPublicKeyInfo.digest
    }

    /// The request's octets as they may be stored: each character of a challenge replaced by `*`.
    ///
    /// A static challenge must not lie readable in the database, and lengths stay so that the request can be inspected.
    package var storable: [UInt8] {
        var bytes = request.encoded
        for attribute in request.attributes where attribute.type == .challengePassword {
            for value in attribute.values { Self.blank(value, in: &bytes) }
        }
        return bytes
    }

    private static func blank(_ value: [UInt8], in bytes: inout [UInt8]) {
        guard let element = try? ASN1Element(parsing: value), !element.content.isEmpty,
            let range = bytes.firstRange(of: value)
        else { return }
        let start = range.lowerBound + (element.content.startIndex - element.encoded.startIndex)
        let end = min(start + element.content.count, range.upperBound)
        for index in start..<end { bytes[index] = UInt8(ascii: "*") }
    }
}
