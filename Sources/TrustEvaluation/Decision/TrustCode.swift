// SPDX-License-Identifier: Apache-2.0

/// What can be wrong with a certificate or its path.
///
/// The raw value is the stable code of log, audit, API and command line; the catalogue of errors explains each. The
/// cases stand in the order in which they tell most: of two faults of equal weight the earlier one is told first.
public enum TrustCode: String, Sendable, Hashable, CaseIterable {
    /// The certificate is on the list of certificates that are never trusted.
    case denied = "trust.denied"
    /// A certificate of the path is revoked.
    case revoked = "trust.revoked"
    /// A signature does not verify.
    case signatureInvalid = "trust.signature-invalid"
    /// No path leads to a trust anchor.
    case issuerUnknown = "trust.issuer-unknown"
    /// The certificate signed itself and is no trust anchor.
    case selfSigned = "trust.self-signed"
    /// The moment lies after notAfter.
    case expired = "trust.expired"
    /// The moment lies before notBefore.
    case notYetValid = "trust.not-yet-valid"
    /// The name asked for is not among the names of the certificate.
    case nameMismatch = "trust.name-mismatch"
    /// The extended key usage does not permit the purpose.
    case purposeMissing = "trust.purpose-missing"
    /// A certificate that issued another is not an authority's.
    case notAuthority = "trust.not-an-authority"
    /// The key usage does not permit what the key was used for.
    case keyUsageMissing = "trust.key-usage-missing"
    /// An authority certified a name outside its name constraints.
    case nameNotPermitted = "trust.name-not-permitted"
    /// More authorities follow than a path length or the depth limit allows.
    case pathTooLong = "trust.path-too-long"
    /// A critical extension is unknown here.
    case unknownCriticalExtension = "trust.critical-extension"
    /// No certificate policy that is asked for holds for the whole path.
    case policyMissing = "trust.policy-missing"
    /// Work on the path passed a limit.
    case budgetExceeded = "trust.budget-exceeded"
    /// The signature algorithm is weaker than the rules allow.
    case weakSignature = "trust.weak-signature"
    /// A key is smaller or weaker than the rules allow.
    case weakKey = "trust.weak-key"
    /// An algorithm or kind of key is not one this library calculates with.
    case algorithmUnsupported = "trust.algorithm-unsupported"
    /// The certificate names two different signature algorithms.
    case algorithmMismatch = "trust.algorithm-mismatch"
    /// A field or an extension cannot be read.
    case malformed = "trust.malformed"
    /// The certificate is of a version that may not stand here.
    case versionNotAllowed = "trust.version"
    /// The serial number is none the standard allows.
    case serialNumberNotAllowed = "trust.serial-number"
    /// The end entity's certificate is an authority's.
    case authorityAsLeaf = "trust.authority-as-leaf"
    /// The issuer broke a rule for issuing that the strictness asked for includes.
    case profileViolation = "trust.profile"
    /// Neither a CRL nor an OCSP response tells whether a certificate is revoked.
    case revocationUnknown = "trust.revocation-unknown"
    /// What tells whether a certificate is revoked is out of date.
    case revocationStale = "trust.revocation-stale"
    /// A CRL or an OCSP response covers the certificate but cannot be used.
    case revocationUnusable = "trust.revocation-unusable"
    /// The name was found in the commonName only.
    case commonNameOnly = "trust.common-name-only"
    /// Nobody can revoke this certificate, because it is its own issuer.
    case revocationImpossible = "trust.revocation-impossible"
}

extension TrustCode: Comparable {
    /// The more telling first.
    public static func < (left: TrustCode, right: TrustCode) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.ranks[self] ?? Self.allCases.count }

    private static let ranks = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))
}

extension TrustCode {
    /// What to do about it, one imperative sentence.
    public var remedy: String {
        switch self {
        case .denied: "Replace the certificate and its key, or take it off the deny list."
        case .revoked: "Replace the certificate; a revocation is final unless its reason is certificateHold."
        case .signatureInvalid:
            "Get the certificate anew from who issued it; these are not the octets that were signed."
        case .issuerUnknown: "Add the missing issuer to the chain, or its root to the trust anchors."
        case .selfSigned: "Add this very certificate to the trust anchors, or replace it by one an authority issued."
        case .expired: "Renew the certificate; if it is new, check the clock."
        case .notYetValid: "Wait, or check the clock of this machine and of the one that issued."
        case .nameMismatch: "Issue a certificate with this name in subjectAltName, or ask for a name it has."
        case .purposeMissing: "Issue a certificate whose extended key usage names the purpose."
        case .notAuthority: "Have the certificate issued by an authority, whose certificate says CA:TRUE."
        case .keyUsageMissing: "Issue the certificate with the key usage that its work needs."
        case .nameNotPermitted: "Ask an authority that may certify this name."
        case .pathTooLong: "Use an authority nearer to the root, or one whose path length allows this."
        case .unknownCriticalExtension: "Issue the certificate without this extension, or not critical."
        case .policyMissing: "Ask for another policy, or have the certificate issued under one that is asked for."
        case .budgetExceeded: "Leave out certificates that do not belong to the chain."
        case .weakSignature: "Have the certificate signed anew with SHA-256 or better."
        case .weakKey: "Make a new key: RSA of 2048 bits or more, or P-256 or P-384."
        case .algorithmUnsupported: "Use RSA, ECDSA on a NIST curve, or Ed25519."
        case .algorithmMismatch: "Get the certificate anew from who issued it."
        case .malformed: "Get the certificate anew; the encoding is broken."
        case .versionNotAllowed: "Issue a version 3 certificate."
        case .serialNumberNotAllowed: "Issue with a positive serial number of at most 20 octets."
        case .authorityAsLeaf: "Issue a certificate of its own for this use; an authority's key only issues."
        case .profileViolation: "Tell the issuer, or ask for less strictness."
        case .revocationUnknown: "Give the CRL of the issuer, or an OCSP response."
        case .revocationStale: "Fetch the newest CRL or OCSP response; if there is none, tell the issuer."
        case .revocationUnusable: "Fetch the CRL or OCSP response anew; if it stays so, tell the issuer."
        case .commonNameOnly: "Issue a certificate with the name in subjectAltName."
        case .revocationImpossible: "Put it on the deny list when its key is lost."
        }
    }
}
