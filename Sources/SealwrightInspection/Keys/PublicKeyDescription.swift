// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A public key, told.
struct PublicKeyDescription {
    let key: SubjectPublicKeyInfo

    /// `RSA 2048`, or the algorithm's name when the key is of a kind unknown here.
    var name: String { key.publicKey?.keyDescription ?? key.algorithm.oid.nameOrDotted }

    /// Kind, exponent and the digest by which the key is known in several places.
    var fields: [InspectionField] {
        var fields = [InspectionField("Public key", name, note: exponent)]
        fields.append(InspectionField("Key SHA-256", Printable.colons(key.digest), note: "of the SubjectPublicKeyInfo"))
        return fields
    }

    /// What is wrong with the key, whoever uses it.
    var findings: [InspectionFinding] {
        guard let publicKey = key.publicKey else {
            return [InspectionFinding(.warning, .unknownKey, "The public key is of a kind that is not known here.")]
        }
        guard case .rsa(let numbers) = publicKey else { return [] }
        var findings: [InspectionFinding] = []
        if numbers.bitCount < Self.shortestModulus {
            findings.append(
                InspectionFinding(
                    .error, .weakKey,
                    "The RSA key has \(numbers.bitCount) bits; less than \(Self.shortestModulus) can be broken."))
        }
        guard numbers.modulus.count <= InspectionLimits.modulusOctets else {
            let longest = InspectionLimits.modulusOctets * 8
            let sentence = "The RSA key is longer than \(longest) bits, so it was not searched for weaknesses."
            return findings + [InspectionFinding(.note, .keyUnchecked, sentence)]
        }
        return findings + numbers.weaknesses.map { InspectionFinding(.error, .weakKey, "\($0)".asSentence) }
    }

    private var exponent: String? {
        guard case .rsa(let numbers)? = key.publicKey else { return nil }
        return numbers.smallExponent.map { "exponent \($0)" } ?? "exponent of \(numbers.exponent.count) octets"
    }

    /// The shortest modulus nobody calls weak today, in bits.
    ///
    /// Source: NIST SP 800-131A revision 2, section 3; CA/Browser Forum Baseline Requirements, section 6.1.5.
    private static let shortestModulus = 2_048
}

extension PublicKey {
    /// Whether checking one signature with this key takes a fraction of a millisecond.
    var isCheapToCheckWith: Bool {
        guard case .rsa(let numbers) = self else { return true }
        guard let exponent = numbers.smallExponent, exponent <= InspectionLimits.exponent else { return false }
        return numbers.modulus.count <= InspectionLimits.modulusOctets
    }
}

extension RSAPublicKey {
    /// The exponent as a number, when it is one of at most 64 bits.
    fileprivate var smallExponent: UInt64? {
        guard exponent.count <= 8 else { return nil }
        return exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
}

extension String {
    /// A clause as a sentence: capital first, full stop last.
    var asSentence: String {
        guard let first else { return self }
        return first.uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
    }
}

extension InspectionFinding {
    /// A signature or digest algorithm that is out of use; `nil` for one that is not.
    static func legacy(_ digest: DigestAlgorithm?, in what: String, severity: Severity = .error) -> InspectionFinding? {
        guard let digest, digest.isLegacy else { return nil }
        return InspectionFinding(
            severity, .legacyAlgorithm, "\(what) uses \(digest.displayName), which no longer protects against forgery.")
    }
}

extension DigestAlgorithm {
    /// `SHA-256`.
    var displayName: String { self == .md5 ? "MD5" : "SHA-" + rawValue.dropFirst(3) }
}

extension AlgorithmIdentifier {
    /// `RSA with SHA-256`, or the identifier's name when it is not known what it does.
    var signatureName: String {
        switch signatureAlgorithm {
        case .rsaPKCS1(let digest): "RSA with \(digest.displayName)"
        case .rsaPSS(let digest, _, let salt): "RSA-PSS with \(digest.displayName), salt of \(salt) octets"
        case .ecdsa(let digest): "ECDSA with \(digest.displayName)"
        case .ed25519: "Ed25519"
        case nil: oid.nameOrDotted
        }
    }
}

/// A public key on its own.
struct PublicKeyFile {
    let key: SubjectPublicKeyInfo

    var report: InspectionReport {
        let description = PublicKeyDescription(key: key)
        return InspectionReport(
            .publicKey, summary: ["A public key: \(description.name)."], findings: description.findings,
            sections: [InspectionSection("", description.fields)])
    }
}
