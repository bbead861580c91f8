// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// How strict the judgement is: which algorithms are strong enough and which rules for issuers count.
public struct TrustRules: Sendable, Hashable {
    /// Which of an issuer's duties are held against a certificate.
    public enum Strictness: Int, Sendable, Comparable, CaseIterable {
        /// What path validation asks for: RFC 5280, section 6.
        case path
        /// Also what every certificate must look like: RFC 5280, section 4.
        case certificates
        /// Also what the web asks of servers: the CA/Browser Forum's Baseline Requirements.
        case web

        /// The laxer first.
        public static func < (left: Strictness, right: Strictness) -> Bool { left.rawValue < right.rawValue }
    }

    /// Which of an issuer's duties count.
    public var strictness: Strictness
    /// Digests a signature may use.
    public var digests: Set<DigestAlgorithm>
    /// The smallest RSA modulus, in bits.
    public var minimumRSABits: Int
    /// The largest RSA modulus, in bits; larger ones cost more time than trust.
    public var maximumRSABits: Int
    /// Curves a key may lie on.
    public var curves: Set<EllipticCurve>
    /// Whether Ed25519 may be used.
    public var allowsEd25519: Bool
    /// Whether the leaf must have an extended key usage when a purpose is asked for.
    ///
    /// RFC 5280 takes its absence for "any"; requirement profiles do not.
    public var requiresExtendedKeyUsage: Bool
    /// Whether `anyExtendedKeyUsage` in the leaf is every purpose.
    public var acceptsAnyExtendedKeyUsage: Bool
    /// Whether the commonName is a host name when there is no subjectAltName; a warning tells that it was.
    public var usesCommonName: Bool
    /// Whether the certificate of a trust anchor must itself be valid now and an authority's.
    public var checksAnchors: Bool

    /// Rules; without arguments those of ``standard``.
    public init(
        strictness: Strictness = .path, digests: Set<DigestAlgorithm> = [.sha224, .sha256, .sha384, .sha512],
        minimumRSABits: Int = 2048, maximumRSABits: Int = 8192, curves: Set<EllipticCurve> = [.p256, .p384, .p521],
        allowsEd25519: Bool = true, requiresExtendedKeyUsage: Bool = false, acceptsAnyExtendedKeyUsage: Bool = true,
        usesCommonName: Bool = false, checksAnchors: Bool = true
    ) {
        self.strictness = strictness
        self.digests = digests
        self.minimumRSABits = minimumRSABits
        self.maximumRSABits = maximumRSABits
        self.curves = curves
        self.allowsEd25519 = allowsEd25519
        self.requiresExtendedKeyUsage = requiresExtendedKeyUsage
        self.acceptsAnyExtendedKeyUsage = acceptsAnyExtendedKeyUsage
        self.usesCommonName = usesCommonName
        self.checksAnchors = checksAnchors
    }

    /// Path validation as RFC 5280 asks, with algorithms of today.
    public static let standard = TrustRules()

    /// Everything RFC 5280 and the CA/Browser Forum ask of a server's certificate and the path above it.
    public static let web = TrustRules(
        strictness: .web, digests: [.sha256, .sha384, .sha512], curves: [.p256, .p384, .p521], allowsEd25519: false,
        requiresExtendedKeyUsage: true, acceptsAnyExtendedKeyUsage: false)
}
