// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
public import PKIFormats

/// The certificates of an authority as a client knows them: the answer to GetCACert.
///
/// They are believed only as far as ``vouched(by:)-(CAFingerprint)`` finds them tied to the one whose fingerprint was
/// told out of band, or when the caller trusts them for another reason.
///
/// Source: RFC 8894, section 4.2.
public struct CACertificates: Hashable, Sendable {
    /// The certificates in the order received.
    public let certificates: [CertificateView]

    /// Certificates one answer may hold; real ones have under ten.
    public static let maximumCount = 64
    /// Octets of the longest answer that is read.
    ///
    /// Real ones stay under 16 KiB.
    public static let maximumOctets = 1 << 20

    /// Takes certificates at hand.
    ///
    /// - Throws: ``SCEPError/missing(_:)`` when there is none.
    public init(_ certificates: [CertificateView]) throws(SCEPError) {
        guard !certificates.isEmpty else { throw .missing("CA certificate") }
        self.certificates = certificates
    }

    /// Reads an answer of any server, whatever its media type says.
    ///
    /// DER of a certificate, a certs-only message, and both as PEM or bare base64 are told apart by their contents.
    ///
    /// - Throws: ``SCEPError`` when it is none of these, holds no certificate, or more than ``maximumCount``: which of
    ///   them are left out would decide whom the client believes.
    public init(parsing body: [UInt8]) throws(SCEPError) {
        var certificates: [CertificateView] = []
        let blocks = try reading { () throws(FormatError) in try PEM.sniff(body, limit: Self.maximumOctets) }
        for block in blocks where certificates.count <= Self.maximumCount { certificates += try Self.read(block.der) }
        guard certificates.count <= Self.maximumCount else {
            throw .malformed("GetCACert", reason: "more than \(Self.maximumCount) certificates")
        }
        try self.init(certificates)
    }

    /// A message when its first element is the OID of SignedData, else a certificate.
    private static func read(_ der: [UInt8]) throws(SCEPError) -> [CertificateView] {
        try reading { () throws(FormatError) in
            guard let info = try? ContentInfo(parsing: der), info.contentType == .signedData else {
                return [try CertificateView(parsing: der)]
            }
            return try SignedData(parsing: info).certificateViews
        }
    }
}

// MARK: - Roles

extension CACertificates {
    /// The certificate that requests are encrypted to.
    ///
    /// The only one; else one that is no authority and may encipher keys; else one that is no authority and may
    /// encipher data; else one that is no authority and does not say what its key is for; else the authority that
    /// issued the others, where that says that it enciphers: an RA beside it signs only. Else any that is no
    /// authority, and in the end that authority.
    ///
    /// - Throws: ``SCEPError/noRecipientCertificate`` when none of these has an RSA key.
    public func recipient() throws(SCEPError) -> CertificateView {
        let usable = certificates.filter(\.hasRSAKey)
        if usable.count == 1, let only = usable.first { return only }
        let leaves = usable.filter { !$0.isAuthority }
        let authority = issuing(among: usable)
        let choice =
            leaves.first { $0.allows(.keyEncipherment) } ?? leaves.first { $0.allows(.dataEncipherment) }
            ?? leaves.first { $0.keyUsage == nil } ?? authority.flatMap { $0.allows(.keyEncipherment) ? $0 : nil }
            ?? leaves.first ?? authority
        guard let choice else { throw .noRecipientCertificate }
        return choice
    }

    /// The certificate of the authority that issues: the issuer of the RA when there is one.
    public var issuing: CertificateView? { issuing(among: certificates) }

    private func issuing(among candidates: [CertificateView]) -> CertificateView? {
        let authorities = candidates.filter(\.isAuthority)
        // Whoever sits on the way chooses sixty-four names of any length, and each is compared with each.
        let subjects = authorities.map { ComparedName($0.subject) }
        if let leaf = certificates.first(where: { !$0.isAuthority }) {
            let wanted = ComparedName(leaf.issuer)
            if let issuer = zip(authorities, subjects).first(where: { $1.matches(wanted) })?.0 { return issuer }
        }
        let issued = authorities.map { (certificate: $0, issuer: ComparedName($0.issuer)) }
        let lowest = zip(authorities, subjects).first { authority, subject in
            !issued.contains { $0.certificate != authority && $0.issuer.matches(subject) }
        }
        return lowest?.0 ?? authorities.first ?? candidates.first
    }

    /// The certificate that signed a message, when it is one of these.
    ///
    /// The certificate in the message is not looked at: anyone can put one there.
    public func signer(of message: PKIMessage) -> CertificateView? {
        let wanted = ComparedIdentifier(message.signerInfo.sid)
        return certificates.first { wanted.identifies($0) }
    }

    /// The certificates that the one with the fingerprint told out of band vouches for, itself among them.
    ///
    /// Windows names the root or an intermediate, Apple the certificate the server answers with: any will do. It says
    /// nothing about the others, which anybody on the way may have put beside it: one of those counts when a
    /// certificate that counts signed it, or was signed by it.
    ///
    /// - Throws: ``SCEPError/fingerprintMismatch(expected:)`` when none has it.
    public func vouched(by fingerprint: CAFingerprint) throws(SCEPError) -> CACertificates {
        guard let named = certificates.first(where: fingerprint.matches) else {
            throw .fingerprintMismatch(expected: fingerprint.hex)
        }
        return try vouched(by: named)
    }

    /// The certificates that one of them vouches for, itself among them.
    ///
    /// - Throws: ``SCEPError/missing(_:)`` when it is none of these.
    public func vouched(by named: CertificateView) throws(SCEPError) -> CACertificates {
        var known = certificates.filter { $0 == named }
        var others = certificates.filter { $0 != named }
        var isGrowing = !known.isEmpty
        while isGrowing {
            let bound = others.filter { other in known.contains { other.isBound(to: $0) } }
            known += bound
            others.removeAll(where: bound.contains)
            isGrowing = !bound.isEmpty
        }
        return try CACertificates(certificates.filter(known.contains))
    }
}

extension CertificateView {
    /// Whether the certificate says it is an authority's; a certificate without extensions that names itself as its
    /// issuer counts as one.
    var isAuthority: Bool {
        if let constraints = basicConstraints { return constraints.isAuthority }
        return version < 3 && isSelfIssued
    }

    /// Whether one of the two signed the other.
    fileprivate func isBound(to other: CertificateView) -> Bool { signs(other) || other.signs(self) }

    private func signs(_ subject: CertificateView) -> Bool {
        guard subject.issuer.matches(self.subject), isAuthority, let publicKey else { return false }
        return subject.isSigned(by: publicKey)
    }

    /// Whether something can be encrypted to the key.
    fileprivate var hasRSAKey: Bool {
        if case .rsa? = publicKey { true } else { false }
    }

    /// Whether a use of the key is stated outright.
    func allows(_ usage: KeyUsage) -> Bool { keyUsage?.contains(usage) ?? false }
}
