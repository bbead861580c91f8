// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What is asked of every certificate of a path by itself: time, algorithms, key, critical extensions.
///
/// Source: RFC 5280, sections 6.1.3 (a) and 6.1.4 (o).
struct CertificateChecks {
    private let facts: CertificateFacts
    private let depth: Int
    private let session: TrustSession
    private let place: CertificatePlace
    private var findings: [TrustFinding] = []

    init(_ facts: CertificateFacts, at depth: Int, session: TrustSession, place: CertificatePlace) {
        self.facts = facts
        self.depth = depth
        self.session = session
        self.place = place
    }

    private var rules: TrustRules { session.query.rules }

    consuming func run() -> [TrustFinding] {
        let strictness = rules.strictness
        let (facts, depth, place) = (facts, depth, place)
        var findings = essential()
        if strictness >= .certificates {
            findings += IssuingRules(facts, at: depth, place: place, strictness: strictness).run()
        }
        if strictness >= .web {
            findings += WebRules(facts, at: depth, place: place).run()
        }
        return findings
    }

    /// What counts for any certificate, without the issuer's duties of the strictness asked for.
    consuming func essential() -> [TrustFinding] {
        checkDenied()
        checkTime()
        checkSignatureAlgorithm()
        checkKey()
        checkExtensions()
        return findings
    }

    private mutating func note(_ code: TrustCode, _ evidence: String) {
        findings.append(TrustFinding(.error, code, at: depth, evidence))
    }

    private mutating func checkDenied() {
        guard !session.query.denied.isEmpty else { return }
        for file in [facts.certificate.encoded] + facts.certificate.malleatedEncodings {
            let fingerprint = DigestAlgorithm.sha256.hash(file)
            guard session.query.denied.contains(fingerprint) else { continue }
            return note(.denied, "\(facts.subject) is on the deny list, SHA-256 \(Hex.encode(fingerprint)).")
        }
    }

    private mutating func checkTime() {
        let time = session.query.time
        guard let notBefore = facts.certificate.notBefore, let notAfter = facts.certificate.notAfter else {
            return note(.malformed, "The validity of \(facts.subject) cannot be read.")
        }
        if time > notAfter { note(.expired, "\(facts.subject) ended on \(notAfter); the time asked for is \(time).") }
        if time < notBefore {
            note(.notYetValid, "\(facts.subject) begins on \(notBefore); the time asked for is \(time).")
        }
    }

    /// The signature of an anchor is not relied upon, so its algorithm does not count.
    private mutating func checkSignatureAlgorithm() {
        guard place != .anchor, place != .pinned else { return }
        let signed = facts.certificate.signedSignatureAlgorithm
        if signed != facts.certificate.signatureAlgorithm {
            note(
                .algorithmMismatch,
                "\(facts.subject) names \(signed.oid.nameOrDotted) inside what is signed and "
                    + "\(facts.certificate.signatureAlgorithm.oid.nameOrDotted) beside it, or other parameters.")
        }
        guard let algorithm = facts.certificate.signatureAlgorithm.signatureAlgorithm else {
            return note(
                .algorithmUnsupported,
                "\(facts.subject) is signed with \(facts.certificate.signatureAlgorithm.oid.nameOrDotted).")
        }
        guard let digest = algorithm.digest else {
            if !rules.allowsEd25519 { note(.weakSignature, "\(facts.subject) is signed with Ed25519.") }
            return
        }
        if !rules.digests.contains(digest) { note(.weakSignature, "\(facts.subject) is signed with \(algorithm).") }
    }

    private mutating func checkKey() {
        guard let key = facts.certificate.publicKey else {
            return note(
                .algorithmUnsupported,
                "The key of \(facts.subject) is none that is calculated with: "
                    + "\(facts.subjectPublicKeyInfo.algorithm.oid.nameOrDotted).")
        }
        switch key {
        case .rsa(let key):
            if key.bitCount < rules.minimumRSABits || key.bitCount > rules.maximumRSABits {
                note(
                    .weakKey,
                    "\(facts.subject) has an RSA key of \(key.bitCount) bits; allowed are \(rules.minimumRSABits) to "
                        + "\(rules.maximumRSABits).")
            }
            if key.exponent.last.map({ $0 & 1 == 0 }) ?? true || key.exponent == [1] {
                note(.weakKey, "\(facts.subject) has an RSA key whose exponent is no exponent.")
            }
            if key.modulus.last.map({ $0 & 1 == 0 }) ?? true {
                note(.weakKey, "\(facts.subject) has an RSA key whose modulus two divides.")
            }
        case .ec(let key):
            if !rules.curves.contains(key.curve) {
                note(.weakKey, "\(facts.subject) has a key on \(key.curve.rawValue), which the rules do not allow.")
            }
        case .ed25519:
            if !rules.allowsEd25519 { note(.weakKey, "\(facts.subject) has an Ed25519 key.") }
        }
    }

    private mutating func checkExtensions() {
        for oid in facts.unknownCriticalExtensions {
            note(
                .unknownCriticalExtension,
                "\(facts.subject) has the critical extension \(oid.nameOrDotted), which is unknown here.")
        }
        for oid in facts.unreadableExtensions {
            note(.malformed, "The extension \(oid.nameOrDotted) of \(facts.subject) cannot be read.")
        }
        for fault in facts.certificate.faults where fault.weight == .fatal {
            note(.malformed, "\(facts.subject): \(fault).")
        }
    }
}
