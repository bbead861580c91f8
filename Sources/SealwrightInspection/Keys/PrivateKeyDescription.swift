// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A private key, told by kind and size.
///
/// Nothing secret leaves this type.
struct PrivateKeyDescription {
    let key: PrivateKeyInfo
    /// Whether it came without a password.
    let isUnprotected: Bool

    var report: InspectionReport {
        let findings = [InspectionFinding(.note, .keyUnprotected, "The key is not protected by a password.")]
        let weaknesses = publicKey.map { PublicKeyDescription(key: SubjectPublicKeyInfo($0)).findings } ?? []
        return InspectionReport(
            isUnprotected ? .privateKey : .encryptedPrivateKey,
            summary: ["A private key: \(name). Its secret part is never shown."],
            findings: (isUnprotected ? findings : []) + weaknesses, sections: [InspectionSection("", fields)])
    }

    /// Kind and size, and the public half by which it is matched to certificates.
    var fields: [InspectionField] {
        let publicInfo = publicKey.map { SubjectPublicKeyInfo($0) }
        return [
            InspectionField("Kind", name),
            InspectionField(
                "Key SHA-256", publicInfo.map { Printable.colons($0.digest) },
                note: "of the public half; the same in the certificate that belongs to it"),
        ].compactMap { $0 }
    }

    private var name: String {
        switch key.material {
        case .rsa: publicKey?.keyDescription ?? "RSA of an unusable size"
        case .ec(let curve, _, _): "EC \(curve.rawValue)"
        case .ed25519: "Ed25519"
        }
    }

    private var publicKey: PublicKey? { try? key.material.publicKey() }
}

/// A private key under a password, told by how it is encrypted, and by kind and size when the password is known.
struct EncryptedPrivateKeyDescription {
    let key: EncryptedPrivateKeyInfo
    let password: [UInt8]?

    /// - Throws: ``FormatError/verificationFailed(_:)`` when the password is wrong.
    func report() throws(FormatError) -> InspectionReport {
        let protection = InspectionSection("Protection", protectionFields)
        guard let password else {
            return InspectionReport(
                .encryptedPrivateKey,
                summary: ["A private key under a password. Which kind it is shows with the password."],
                sections: [protection])
        }
        let opened = PrivateKeyDescription(key: try key.decrypt(password: password), isUnprotected: false).report
        return InspectionReport(
            .encryptedPrivateKey, summary: opened.summary + ["The password opens it."], findings: opened.findings,
            sections: opened.sections + [protection])
    }

    /// Derivation and cipher, read once more from the parameters: ``PBES2`` keeps them to itself.
    private var protectionFields: [InspectionField] {
        let scheme = key.scheme.algorithmIdentifier
        var fields = [InspectionField("Scheme", scheme.oid.nameOrDotted)]
        guard let parameters = scheme.parameters, var parts = try? ASN1Element(parsing: parameters).fields(),
            let derivation = try? AlgorithmIdentifier(parsing: parts.next()),
            let cipher = try? AlgorithmIdentifier(parsing: parts.next())
        else { return fields }
        fields.append(InspectionField("Key derivation", derivation.oid.nameOrDotted, note: Self.cost(of: derivation)))
        fields.append(InspectionField("Cipher", cipher.oid.nameOrDotted))
        return fields
    }

    /// `PBKDF2-params ::= SEQUENCE { salt OCTET STRING, iterationCount INTEGER, … }`;
    /// `scrypt-params ::= SEQUENCE { salt OCTET STRING, costParameter INTEGER, … }`.
    private static func cost(of derivation: AlgorithmIdentifier) -> String? {
        guard let parameters = derivation.parameters, var fields = try? ASN1Element(parsing: parameters).fields(),
            (try? fields.next()) != nil, let cost = try? fields.next().int()
        else { return nil }
        return derivation.oid == .scrypt ? "cost \(cost)" : "\(cost) iterations"
    }
}
