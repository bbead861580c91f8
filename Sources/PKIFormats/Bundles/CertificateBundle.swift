// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// A certificate, with its chain and private key where the file has them, whatever form the file has.
///
/// Read are DER, PEM (also UTF-16 text from Windows, with keys, with text around), bare Base64, PKCS#7 (`.p7b`) in DER
/// or PEM, and PKCS#12 (`.pfx`, `.p12`). What else a file holds, such as CRLs or requests, is passed over.
///
/// ```swift
/// let bundle = try CertificateBundle(reading: bytes, password: password)
/// print(bundle.certificate.subject.rfc4514, bundle.chain.count, bundle.privateKey != nil)
/// ```
///
/// Reading judges nothing: whether the certificate is good for anything is TrustEvaluation's question.
public struct CertificateBundle: Sendable {
    /// The form a file had.
    public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
        /// One structure in DER (or BER).
        case der
        /// Text with one or more blocks.
        case pem
        /// Base64 without any boundary lines.
        case base64
        /// PKCS#7 without signers, `.p7b`, in whatever coating.
        case pkcs7
        /// PKCS#12, `.pfx` or `.p12`.
        case pkcs12
    }

    /// The form of the file.
    public let form: Form
    /// Every certificate in the order of the file, each once.
    public let certificates: [CertificateView]
    /// The certificate the file is about: the one of the private key, otherwise the one that issued no other.
    public let certificate: CertificateView
    /// The issuers of ``certificate`` that are in the file, by name, the nearest first.
    public let chain: [CertificateView]
    /// The private key, when the file holds one that could be opened.
    public let privateKey: PrivateKeyInfo?
    /// Whether ``privateKey`` and ``certificate`` belong together; `false` without a key.
    public let isKeyMatching: Bool
    /// Whether the file holds a private key that was not opened, because no password was given or another is needed.
    public let hasLockedKey: Bool
    /// Whether a locked key is in OpenSSL's traditional encrypted PEM, which no password opens here.
    ///
    /// Its blocks begin with `Proc-Type: 4,ENCRYPTED`; `openssl pkcs8 -topk8` writes the key as PKCS#8.
    public let hasTraditionalKey: Bool
    /// The name for people that a PKCS#12 gives the entry.
    public let friendlyName: String?
    /// Private keys in the file beside ``privateKey``.
    ///
    /// A PKCS#12 may hold several, each with its certificate; of a file with more than one the first key counts.
    public let otherKeyCount: Int

    /// Certificates in the file that are neither ``certificate`` nor in ``chain``.
    public var otherCertificateCount: Int { max(0, certificates.count - chain.count - 1) }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - password: opens a PKCS#12 or an encrypted key, UTF-8. Without one a PKCS#12 is tried with the empty one.
    ///   - limits: the work a PKCS#12 may ask for.
    ///   - allowingUnauthenticated: takes a PKCS#12 without MAC.
    /// - Throws: ``FormatError``: ``FormatError/missing(_:)`` when there is no certificate in it,
    ///   ``FormatError/passwordNeeded(_:)`` and ``FormatError/passwordWrong(_:)`` when a password is what is missing.
    public init(
        reading bytes: [UInt8], password: [UInt8]? = nil, limits: PKCS12Limits = .administrators,
        allowingUnauthenticated: Bool = false
    ) throws(FormatError) {
        let reader = CertificateBundleReader(
            password: password, limits: limits, isUnauthenticatedAllowed: allowingUnauthenticated)
        try self.init(reader.read(bytes))
    }

    init(_ found: CertificateBundleReader.Findings) throws(FormatError) {
        let certificates = Self.unique(found.certificates)
        let key = found.keys.first
        let publicInfo = key.flatMap { try? $0.info.material.publicKey() }.map { SubjectPublicKeyInfo($0) }
        let own = publicInfo.flatMap { own in certificates.first { $0.subjectPublicKeyInfo.isSameKey(as: own) } }
        guard let certificate = own ?? CertificateOrder(certificates).leaf else { throw .missing("a certificate") }
        self.form = found.form
        self.certificates = certificates
        self.certificate = certificate
        self.chain = CertificateOrder(certificates).issuers(of: certificate)
        self.privateKey = key?.info
        self.isKeyMatching = own != nil
        self.hasLockedKey = found.hasLockedKey
        self.hasTraditionalKey = found.hasTraditionalKey
        self.otherKeyCount = max(0, Set(found.keys.map(\.info.derBytes)).count - 1)
        self.friendlyName = found.friendlyNames[certificate.encoded] ?? key?.friendlyName
    }

    private static func unique(_ certificates: [CertificateView]) -> [CertificateView] {
        var seen: Set<[UInt8]> = []
        return certificates.filter { seen.insert($0.encoded).inserted }
    }
}

extension SubjectPublicKeyInfo {
    /// Whether both are the same key, however the parameters around it are written.
    func isSameKey(as other: SubjectPublicKeyInfo) -> Bool {
        if self == other { return true }
        guard let publicKey else { return false }
        return publicKey == other.publicKey
    }
}
