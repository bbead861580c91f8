// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

extension PFX {
    /// Writes a private key with its certificate and chain.
    ///
    /// The certificates stand in one encrypted part, the key, encrypted by itself, in another, as Windows, OpenSSL and
    /// Java lay it out.
    ///
    /// - Parameters:
    ///   - key: the key of the certificate.
    ///   - certificate: the encoded certificate.
    ///   - chain: encoded certificates of its issuers, the nearest first.
    ///   - friendlyName: the name for people, shown by every certificate store.
    ///   - password: UTF-8. The empty one is written as most programs do, as an empty BMPString.
    ///   - profile: for whom it is written.
    /// - Returns: DER.
    /// - Throws: ``FormatError`` when the key does not belong to the certificate, or something is over a limit.
    ///
    /// Source: RFC 7292, section 5.1.
    public static func write(
        key: PrivateKeyInfo, certificate: [UInt8], chain: [[UInt8]] = [], friendlyName: String? = nil,
        password: [UInt8], profile: PFXProfile = .modern
    ) throws(FormatError) -> [UInt8] {
        try write(
            key: key, certificate: certificate, chain: chain, friendlyName: friendlyName, password: password,
            profile: profile, iterations: PFXProfile.iterations)
    }

    /// Writes a file with other rounds than ``PFXProfile/iterations``: fewer where the keys in it are worth nothing.
    package static func write(
        key: PrivateKeyInfo, certificate: [UInt8], chain: [[UInt8]] = [], friendlyName: String? = nil,
        password: [UInt8], profile: PFXProfile = .modern, iterations: Int
    ) throws(FormatError) -> [UInt8] {
        try check(key, belongsTo: certificate)
        guard chain.count < PKCS12Limits.bags - 2 else {
            throw .limitExceeded("bags of a PKCS#12", limit: PKCS12Limits.bags)
        }
        let password = PKCS12Password(password).written
        let attributes = attributes(of: certificate, friendlyName: friendlyName)
        var bags = DERWriter(capacity: 4096)
        bags.sequence { bags in
            bags.certificateBag(certificate, attributes: attributes)
            for issuer in chain { bags.certificateBag(issuer, attributes: []) }
        }
        let certificatePart = try encryptedData(bags.bytes, profile.encryption(iterations), password)
        let keyPart = try keyData(key, attributes, profile.encryption(iterations), password)
        var safe = DERWriter(capacity: certificatePart.count + keyPart.count + 16)
        safe.sequence {
            $0.append(certificatePart)
            $0.append(keyPart)
        }
        return try seal(safe.bytes, profile, iterations, password)
    }

    private static func check(_ key: PrivateKeyInfo, belongsTo certificate: [UInt8]) throws(FormatError) {
        let view = try CertificateView(parsing: certificate)
        guard let own = try? key.material.publicKey(),
            view.subjectPublicKeyInfo.isSameKey(as: SubjectPublicKeyInfo(own))
        else { throw .invalidValue(field: "private key", reason: "does not belong to the certificate") }
    }

    /// The SHA-1 of the certificate is what Windows, OpenSSL and Java take to tie the key to it.
    private static func attributes(of certificate: [UInt8], friendlyName: String?) -> [Attribute] {
        var identifier = DERWriter(capacity: 24)
        identifier.octetString(DigestAlgorithm.sha1.hash(certificate))
        var attributes = [Attribute(type: .localKeyID, values: [identifier.bytes])]
        if let friendlyName {
            var name = DERWriter(capacity: 64)
            name.string(friendlyName, as: .bmpString)
            attributes.append(Attribute(type: .friendlyName, values: [name.bytes]))
        }
        return attributes
    }

    private static func encryptedData(
        _ content: [UInt8], _ scheme: PasswordBasedEncryption, _ password: PKCS12Password.Form
    ) throws(FormatError) -> [UInt8] {
        let ciphertext = try scheme.encrypt(content, password: password)
        return ContentInfo.encode(.encryptedData, capacity: ciphertext.count + 256) { writer in
            writer.sequence { data in
                data.integer(0)
                data.sequence { info in
                    info.oid(.data)
                    info.append(scheme.algorithmIdentifier)
                    info.primitive(.context(0), ciphertext)
                }
            }
        }
    }

    private static func keyData(
        _ key: PrivateKeyInfo, _ attributes: [Attribute], _ scheme: PasswordBasedEncryption,
        _ password: PKCS12Password.Form
    ) throws(FormatError) -> [UInt8] {
        let ciphertext = try scheme.encrypt(key.derBytes, password: password)
        var bags = DERWriter(capacity: ciphertext.count + 256)
        bags.sequence { bags in
            bags.bag(.pkcs12ShroudedKeyBag, attributes: attributes) { value in
                value.sequence {
                    $0.append(scheme.algorithmIdentifier)
                    $0.octetString(ciphertext)
                }
            }
        }
        return ContentInfo.encode(.data, capacity: bags.bytes.count + 32) { $0.octetString(bags.bytes) }
    }

    private static func seal(
        _ safe: [UInt8], _ profile: PFXProfile, _ iterations: Int, _ password: PKCS12Password.Form
    ) throws(FormatError) -> [UInt8] {
        let mac = try MacData(
            of: safe, digest: profile == .modern ? .sha256 : .sha1, iterations: iterations, password: password)
        var writer = DERWriter(capacity: safe.count + 256)
        writer.sequence { writer in
            writer.integer(3)
            writer.append(ContentInfo.encode(.data, capacity: safe.count + 32) { $0.octetString(safe) })
            writer.append(mac)
        }
        return writer.bytes
    }
}

extension PFXProfile {
    /// Fresh parameters, which are never used twice.
    fileprivate func encryption(_ iterations: Int) -> PasswordBasedEncryption {
        switch self {
        case .modern: PasswordBasedEncryption(PBES2(iterations: iterations))
        case .windows7: PasswordBasedEncryption(PKCS12Scheme(.tripleDES3Key, iterations: iterations))
        }
    }
}

extension DERWriter {
    fileprivate mutating func bag(_ type: OID, attributes: [Attribute], _ value: (inout DERWriter) -> Void) {
        sequence { bag in
            bag.oid(type)
            bag.explicit(0, value)
            if !attributes.isEmpty { bag.setOf(attributes.map(\.derBytes)) }
        }
    }

    fileprivate mutating func certificateBag(_ certificate: [UInt8], attributes: [Attribute]) {
        bag(.pkcs12CertificateBag, attributes: attributes) { value in
            value.sequence { bag in
                bag.oid(.pkcs12X509Certificate)
                bag.explicit(0) { $0.octetString(certificate) }
            }
        }
    }
}
