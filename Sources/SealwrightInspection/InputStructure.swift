// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Tells what an ASN.1 structure is by the tags of its first elements, without reading it.
///
/// The structures of PKIX can be told apart like that: each differs from all others in the first two levels.
struct InputStructure {
    /// The tags inside the outer SEQUENCE, the first few of them.
    private let tags: [ASN1Tag]
    /// The tags inside the first of those, if that is a SEQUENCE.
    private let innerTags: [ASN1Tag]
    private let element: ASN1Element

    /// Looks at the first elements.
    ///
    /// - Returns: `nil` when the bytes do not begin with a SEQUENCE.
    init?(_ bytes: [UInt8]) {
        var reader = ASN1Reader(bytes[...])
        guard let outer = try? reader.next(.sequence), let parts = Self.firstElements(of: outer) else { return nil }
        element = outer
        tags = parts.map(\.tag)
        innerTags = parts.first.flatMap(Self.firstElements)?.map(\.tag) ?? []
    }

    /// What it is, `nil` when it is nothing known.
    var type: InspectionType? {
        switch tags.first {
        case .objectIdentifier: tags.dropFirst().first == .context(0) ? messageType : nil
        case .enumerated: .ocspResponse
        case .integer: startsWithInteger
        case .sequence: startsWithSequence
        default: nil
        }
    }

    /// Whether it is a PKCS#12: `PFX ::= SEQUENCE { version INTEGER (3), authSafe ContentInfo, … }`.
    ///
    /// Source: RFC 7292, section 4.
    var isPKCS12: Bool {
        guard tags.starts(with: [.integer, .sequence]), let parts = Self.firstElements(of: element) else {
            return false
        }
        return (try? parts.first?.int()) == 3
    }

    /// `ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT … }`.
    ///
    /// A SignedData whose signer names a SCEP transaction or message type is a SCEP message.
    private var messageType: InspectionType {
        guard let data = try? SignedData(parsing: Array(element.encoded)) else { return .cms }
        let types = data.signerInfos.flatMap(\.signedAttributes).map(\.type)
        return types.contains(.scepTransactionID) || types.contains(.scepMessageType) ? .scep : .cms
    }

    /// PKCS#8 `{ INTEGER, SEQUENCE, OCTET STRING }`, PKCS#12, PKCS#1 `{ INTEGER, INTEGER, … }` or SEC 1
    /// `{ INTEGER, OCTET STRING }`.
    private var startsWithInteger: InspectionType? {
        switch tags.dropFirst().first {
        case .sequence: tags.dropFirst(2).first == .octetString ? .privateKey : (isPKCS12 ? .pkcs12 : nil)
        case .integer, .octetString: .privateKey
        default: nil
        }
    }

    private var startsWithSequence: InspectionType? {
        switch tags.dropFirst().first {
        case .sequence: signedType
        case .octetString: .encryptedPrivateKey
        case .bitString: .publicKey
        case .context(0), nil: .ocspRequest
        default: nil
        }
    }

    /// Certificates, requests and CRLs: `{ signed part, AlgorithmIdentifier, BIT STRING }`, told by the signed part.
    ///
    /// A certificate of version 1 begins `{ serial, algorithm, issuer, validity, subject, key }`, a request
    /// `{ version, subject, key, [0] }`; only a CRL has a time in its first level.
    private var signedType: InspectionType? {
        guard tags.dropFirst(2).first == .bitString else { return nil }
        if innerTags.first == .context(0) { return .certificate }
        if innerTags.prefix(4).contains(where: { $0 == .utcTime || $0 == .generalizedTime }) { return .crl }
        guard innerTags.first == .integer else { return nil }
        let following = innerTags.dropFirst().prefix { $0 == .sequence }.count
        return following >= 4 ? .certificate : .csr
    }

    private static func firstElements(of element: ASN1Element) -> [ASN1Element]? {
        guard var reader = try? element.fields() else { return nil }
        var parts: [ASN1Element] = []
        while parts.count < 7, !reader.isAtEnd, let part = try? reader.next() { parts.append(part) }
        return parts
    }
}
