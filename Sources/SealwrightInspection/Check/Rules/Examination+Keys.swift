// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

// Rows "Hash", "Algorithm", "Certificate form".
extension Examination {
    /// The certificates whose hash and key count: the leaf, and where the profile says so those above it.
    ///
    /// Nobody checks the signature of a trust anchor, so its hash never counts; its key does.
    private func judged(withAnchor: Bool) -> [CertificateView] {
        guard values.judgesIssuers else { return [leaf] }
        let isPath = reachesAnchor && path.count > 1
        return isPath && !withAnchor ? path.dropLast() : path
    }

    private func prefix(of certificate: CertificateView) -> String {
        certificate == leaf ? "" : "authority '\(certificate.subject)': "
    }

    var hashObservation: Observation {
        var seen = Observation(leaf.signatureAlgorithm.signatureName)
        for certificate in judged(withAnchor: false) { noteHash(of: certificate, &seen) }
        return seen
    }

    private func noteHash(of certificate: CertificateView, _ seen: inout Observation) {
        let name = prefix(of: certificate) + certificate.signatureAlgorithm.signatureName
        guard let algorithm = certificate.signatureAlgorithm.signatureAlgorithm else {
            let isBroken = Self.brokenAlgorithms.contains(certificate.signatureAlgorithm.oid)
            return seen.breaks(isBroken ? .hashBroken : .hashNotListed, name)
        }
        // Ed25519 brings its own hash; the row on the key tells whether it is wanted.
        guard let digest = algorithm.digest else { return }
        if digest == .md5 {
            seen.breaks(.hashBroken, name)
        } else if digest == .sha1 {
            seen.breaks(.hashSHA1, values.digests.contains(.sha1) ? "\(name) (accepted by this profile only)" : name)
        } else if !values.digests.contains(digest) {
            seen.breaks(.hashNotListed, "\(name); need \(digestNames)")
        }
    }

    private var digestNames: String {
        DigestAlgorithm.allCases.filter(values.digests.contains).map(\.displayName).joined(separator: ", ")
    }

    /// Source: RFC 3279, section 2.2.1.
    private static let brokenAlgorithms: Set<OID> = [
        OID(1, 2, 840, 113_549, 1, 1, 2), OID(1, 2, 840, 113_549, 1, 1, 3),
    ]

    var keyObservation: Observation? {
        guard purpose == .server || !values.asksServersOnly else { return nil }
        var seen = Observation(PublicKeyDescription(key: leaf.subjectPublicKeyInfo).name)
        for certificate in judged(withAnchor: true) { noteKey(of: certificate, &seen) }
        if case .file(let file) = subject.origin, file.key == .other {
            seen.breaks(.keyMismatch, "the private key of the file belongs to another certificate")
        }
        return seen
    }

    private func noteKey(of certificate: CertificateView, _ seen: inout Observation) {
        let name = prefix(of: certificate) + PublicKeyDescription(key: certificate.subjectPublicKeyInfo).name
        if values.keyKinds.contains(.ec), let curve = certificate.subjectPublicKeyInfo.unknownCurve {
            return seen.breaks(.curveUnknown, "\(prefix(of: certificate))EC \(curve); need \(curveNames)")
        }
        guard let key = certificate.publicKey, values.keyKinds.contains(key.kind) else {
            let kinds = RequirementValues.KeyKind.allCases.filter(values.keyKinds.contains).map(\.rawValue)
            return seen.breaks(.keyKind, "\(name); need \(kinds.joined(separator: ", "))")
        }
        switch key {
        case .rsa(let numbers):
            if numbers.bitCount < values.minimumRSABits {
                seen.breaks(.keyShort, "\(name); need \(values.minimumRSABits) bits or more")
            }
            if settings.profile.severity(of: .keyWeak) != nil { noteWeakness(of: numbers, name, &seen) }
        case .ec(let point):
            if !values.curves.contains(point.curve) { seen.breaks(.curveWeak, name) }
        case .ed25519:
            if certificate == leaf, purpose == .server { seen.breaks(.curveWeak, "\(name); browsers do not know it") }
        }
    }

    private var curveNames: String {
        EllipticCurve.allCases.filter(values.curves.contains).map(\.rawValue).joined(separator: ", ")
    }

    private func noteWeakness(of key: RSAPublicKey, _ name: String, _ seen: inout Observation) {
        // A longer one would make somebody else's certificate our work.
        guard key.modulus.count <= InspectionLimits.modulusOctets else { return }
        for weakness in key.weaknesses { seen.breaks(.keyWeak, "\(name): \(weakness)") }
    }

    var formObservation: Observation? {
        let octets = leaf.serialNumber.octets.drop { $0 == 0 }
        var seen = Observation("version \(leaf.version), serial number of \(octets.count) octets")
        if leaf.isCertificateAuthority, purpose != .authority {
            seen.breaks(.authorityAsLeaf, "basicConstraints CA:TRUE")
        }
        let names = leaf.subjectAlternativeName?.names ?? []
        for problem in names.prefix(1_000).lazy.flatMap(\.problemsForIssuance).prefix(10) {
            seen.breaks(.nameMalformed, problem)
        }
        if octets.isEmpty || leaf.serialNumber.isNegative {
            seen.breaks(.serialNumber, octets.isEmpty ? "it is zero" : "it is negative")
        } else if leaf.serialNumber.octets.count > 20 {
            seen.breaks(.serialNumber, "it has \(leaf.serialNumber.octets.count) octets")
        } else if octets.count < 8, !leaf.isSelfIssued {
            seen.breaks(.serialNumberShort, "it has \(Printable.count(octets.count, "octet"))")
        }
        return seen
    }
}

extension SubjectPublicKeyInfo {
    /// The curve of an elliptic key that nothing here calculates with, by its name or identifier.
    fileprivate var unknownCurve: String? {
        guard algorithm.oid == .ecPublicKey, let parameters = algorithm.parameters,
            let curve = try? ASN1Element(parsing: parameters).oid(), EllipticCurve(oid: curve) == nil
        else { return nil }
        return Self.otherCurves[curve] ?? curve.dotted
    }

    /// Curves that certificates are met with and few clients know.
    ///
    /// Source: SEC 2, section 2; RFC 5480, section 2.1.1.1; RFC 5639, section 4.1.
    private static let otherCurves: [OID: String] = [
        OID(1, 2, 840, 10_045, 3, 1, 1): "P-192", OID(1, 3, 132, 0, 33): "P-224", OID(1, 3, 132, 0, 10): "secp256k1",
        OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 7): "brainpoolP256r1",
        OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 11): "brainpoolP384r1",
        OID(1, 3, 36, 3, 3, 2, 8, 1, 1, 13): "brainpoolP512r1",
    ]
}

extension PublicKey {
    fileprivate var kind: RequirementValues.KeyKind {
        switch self {
        case .rsa: .rsa
        case .ec: .ec
        case .ed25519: .ed25519
        }
    }
}
