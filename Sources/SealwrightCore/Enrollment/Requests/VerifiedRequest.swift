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

    /// Takes a request whose possession of the key the protocol's own rules proved, such as those of MS-MDE2 with the
    /// signatures of Windows 10.
    package init(provenByProtocol request: CertificationRequest) { self.init(verifiedBefore: request) }

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
        guard request.attributes.contains(where: { $0.type == .challengePassword }) else { return request.encoded }
        var bytes = request.encoded
        for value in (try? Self.challenges(in: request.encoded)) ?? [] { Self.blank(value, in: &bytes) }
        return bytes
    }

    /// The elements that hold challenges, with their places in the request's octets.
    private static func challenges(in request: [UInt8]) throws(FormatError) -> [ASN1Element] {
        var parts = try ASN1Element(parsing: request).fields()
        var info = try parts.next(.sequence).fields()
        // version, subject, key
        for _ in 0..<3 { _ = try info.next() }
        var attributes = try info.next(.context(0)).fields(of: .context(0))
        var challenges: [ASN1Element] = []
        for attribute in try attributes.all(limit: Attribute.limit) {
            var fields = try attribute.fields()
            guard try fields.next(.objectIdentifier).oid() == .challengePassword else { continue }
            var values = try fields.next(.set).fields(of: .set)
            challenges += try values.all(limit: Attribute.valueLimit)
        }
        return challenges
    }

    /// Overwrites the text of a string; of a constructed one that of its segments, so that the structure stays.
    private static func blank(_ string: ASN1Element, in bytes: inout [UInt8], depth: Int = 0) {
        guard string.isConstructed else {
            for index in string.content.indices where bytes.indices.contains(index) { bytes[index] = UInt8(ascii: "*") }
            return
        }
        guard depth < ASN1Limits.depth, var segments = try? string.fields(of: string.tag),
            let all = try? segments.all()
        else { return }
        for segment in all { blank(segment, in: &bytes, depth: depth + 1) }
    }
}
