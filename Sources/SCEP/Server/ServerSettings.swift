// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// How one SCEP endpoint behaves: what it accepts and the choices the RFC leaves open.
///
/// Start from a ``Preset`` and change what differs. Weak algorithms are allowed one by one, never by default.
public struct ServerSettings: Hashable, Sendable, Codable {
    /// Content encryption that requests may use; the reply uses the request's.
    public var ciphers: Set<ContentCipher>
    /// Digests that requests may be signed with; the reply uses the request's.
    public var digests: Set<DigestAlgorithm>
    /// How a PENDING or FAILURE says that it has no contents.
    public var emptyContent: EmptyContent
    /// Whether the issuing chain stands beside the issued certificate.
    ///
    /// Off: clients must find their certificate.
    public var replyChain: Bool
    /// Which certificates GetCACert lists.
    public var getCACertShape: GetCACertShape
    /// Capabilities that are true but not listed, for clients that stumble over them.
    public var omittedCapabilities: Set<Capability>
    /// Whether a `message` that names no authority of ours is refused instead of read as the default authority.
    public var refusesUnknownCAIdentifier: Bool

    /// The settings of a preset.
    public init(preset: Preset) {
        self.ciphers = Self.modernCiphers
        self.digests = Self.modernDigests
        self.emptyContent = .zeroLength
        self.replyChain = false
        self.getCACertShape = .raIssuingRoot
        self.omittedCapabilities = []
        self.refusesUnknownCAIdentifier = false
        switch preset {
        case .generic, .windows: break
        case .apple: applyApple()
        case .cisco: applyCisco()
        case .strict: applyStrict()
        }
    }

    /// AES in CBC and GCM mode.
    public static let modernCiphers = Set(ContentCipher.allCases.filter { !$0.isLegacy })
    /// The SHA-2 family.
    public static let modernDigests = Set(DigestAlgorithm.allCases.filter { !$0.isLegacy })

    /// iOS looks for separate RA certificates by key usage, and deploys the chain by profile.
    private mutating func applyApple() {
        getCACertShape = .raAndIssuing
        omittedCapabilities = [.sha384]
    }

    /// Old IOS signs with MD5 or SHA-1, encrypts with DES or 3DES and wants a small chain (smallstep/docs#364).
    private mutating func applyCisco() {
        ciphers.formUnion([.tripleDESCBC, .desCBC])
        digests.formUnion([.sha1, .md5])
        getCACertShape = .raAndIssuing
    }

    /// The RFC's words and nothing beside them.
    private mutating func applyStrict() {
        digests.remove(.sha224)
        emptyContent = .absent
        refusesUnknownCAIdentifier = true
    }
}

extension ServerSettings {
    /// A family of clients that an endpoint serves.
    public enum Preset: String, CaseIterable, Sendable, Codable {
        /// Works with every client on safe algorithms.
        case generic
        /// iOS, iPadOS and macOS.
        case apple
        /// The Windows CSP and NDES clients.
        case windows
        /// Cisco IOS and ASA: legacy algorithms are on.
        case cisco
        /// No concession beyond the RFC.
        case strict
    }

    /// How a reply without contents is written.
    ///
    /// The RFC asks to omit eContent, but OpenSSL's `PKCS7_verify` and `CMS_verify` refuse that and accept a
    /// zero-length OCTET STRING. The messageDigest is that of the empty string in both.
    ///
    /// Source: RFC 8894, section 3.2.2.
    public enum EmptyContent: String, CaseIterable, Sendable, Codable {
        /// `[0] { 04 00 }`.
        case zeroLength
        /// No eContent.
        case absent
    }

    /// The settings of the preset `generic`.
    public static let generic = ServerSettings(preset: .generic)
    /// The settings of the preset `apple`.
    public static let apple = ServerSettings(preset: .apple)
    /// The settings of the preset `windows`.
    public static let windows = ServerSettings(preset: .windows)
    /// The settings of the preset `cisco`.
    public static let cisco = ServerSettings(preset: .cisco)
    /// The settings of the preset `strict`.
    public static let strict = ServerSettings(preset: .strict)
}

extension ServerSettings {
    /// The answer to GetCACaps.
    ///
    /// A successor authority, when staged, is told.
    ///
    /// strongSwan 5.9.8 finds "SHA-256" only in a list that holds "SHA-384" too.
    ///
    /// Source: RFC 8894, section 3.5.2.
    public func capabilities(hasSuccessor: Bool = false) -> CACapabilities {
        var list: [Capability] = []
        if ciphers.contains(where: { !$0.isLegacy }) { list.append(.aes) }
        let digestTokens: [(DigestAlgorithm, Capability)] = [
            (.sha256, .sha256), (.sha384, .sha384), (.sha512, .sha512),
        ]
        list += digestTokens.filter { digests.contains($0.0) }.map { $0.1 }
        list += [.postPKIOperation, .renewal, .scepStandard]
        if ciphers.contains(.tripleDESCBC) { list.append(.des3) }
        if digests.contains(.sha1) { list.append(.sha1) }
        if hasSuccessor { list.append(.getNextCACert) }
        return CACapabilities(list.filter { !omittedCapabilities.contains($0) })
    }
}
