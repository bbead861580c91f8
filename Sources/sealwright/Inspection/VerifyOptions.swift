// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightServer
import TrustEvaluation

/// What `sealwright verify` takes into account.
struct VerifyOptions: ParsableArguments {
    @Option(name: .long, help: "A file of trust anchors; may be repeated.")
    var trust: [String] = []

    @Option(name: .long, help: "A file of certificates that may stand between; may be repeated.")
    var untrusted: [String] = []

    @Option(name: .long, help: "A file of CRLs, full or delta; every certificate of the path must then be covered.")
    var crl: [String] = []

    @Option(name: .long, help: "An OCSP response; without CRLs the certificate itself must be covered.")
    var ocsp: [String] = []

    @Flag(name: .long, help: "Look up the certificate itself only.")
    var crlCheck = false

    @Flag(name: .long, help: "Look up every certificate of the path; the default with --crl.")
    var crlCheckAll = false

    @Option(name: .long, help: "An acceptable certificate policy, in dotted numbers; may be repeated.")
    var policy: [String] = []

    @Flag(name: .long, help: "A policy must hold for the whole path.")
    var explicitPolicy = false

    @Flag(name: .long, help: "Ignore anyPolicy in certificates.")
    var inhibitAny = false

    @Flag(name: .long, help: "Ignore policy mappings.")
    var inhibitMap = false

    @Option(
        name: .long,
        help: """
            The moment to judge for: 2026-11-28T12:00:00Z (UTC without an offset), a day or seconds since 1970; now \
            without it.
            """
    )
    var at: String?

    @Option(name: .long, help: "serverAuth, clientAuth, any other extended key usage, or any.")
    var purpose = "any"

    @Option(name: .long, help: "A host name that must be in the certificate; of several names one is enough.")
    var name: [String] = []

    @Option(name: .long, help: "An IP address that must be in the certificate.")
    var ip: [String] = []

    @Option(name: .long, help: "A mail address that must be in the certificate.")
    var email: [String] = []

    @Option(name: .long, help: "A user principal name that must be in the certificate.")
    var upn: [String] = []

    @Option(name: .long, help: "The whole subject, or a machine's name that may be its commonName.")
    var subject: [String] = []

    @Option(name: .long, help: "path (RFC 5280 section 6), certificates (all of RFC 5280) or web (CA/Browser Forum).")
    var strictness: VerifyStrictness = .path

    @Option(name: .long, help: "Authorities that may stand between root and leaf, self-issued ones not counted.")
    var depth: Int?

    @Flag(name: .long, help: "Take SHA-1 signatures.")
    var allowSha1 = false

    /// Whether nothing was asked for beyond what holds without options.
    var isUntouched: Bool {
        let texts = [trust, untrusted, crl, ocsp, policy, name, ip, email, upn, subject]
        let flags = [crlCheck, crlCheckAll, explicitPolicy, inhibitAny, inhibitMap, allowSha1]
        return texts.allSatisfy(\.isEmpty) && !flags.contains(true) && at == nil && purpose == "any"
            && strictness == .path && depth == nil
    }

    func validate() throws {
        if let depth, !(0...100).contains(depth) { throw ValidationError("--depth is 0 to 100") }
    }

    /// Everything but the certificates that are judged, the files read once however many those are.
    func basis() throws(CommandFailure) -> VerifyBasis {
        var between: [CertificateView] = []
        for file in untrusted { between += try VerifyFiles.certificates(file) }
        var anchors: [TrustAnchor] = []
        for file in trust { anchors += try VerifyFiles.certificates(file).map { TrustAnchor($0) } }
        var rules = strictness.rules
        if allowSha1 { rules.digests.insert(.sha1) }
        return VerifyBasis(
            time: try VerifyFiles.time(at), between: between, anchors: anchors, purpose: try wantedPurpose(),
            names: try wantedNames(), revocation: try revocation(),
            policies: PolicySettings(
                acceptable: try acceptablePolicies(), requiresExplicitPolicy: explicitPolicy,
                inhibitsAnyPolicy: inhibitAny, inhibitsMapping: inhibitMap), rules: rules, depth: depth)
    }
}

/// What a certificate is judged by.
struct VerifyBasis {
    let time: Timestamp
    /// Certificates that may stand between.
    let between: [CertificateView]
    let anchors: [TrustAnchor]
    let purpose: TrustPurpose
    let names: [ReferenceName]
    let revocation: RevocationSettings
    let policies: PolicySettings
    let rules: TrustRules
    let depth: Int?

    /// The question of the first certificate in a file.
    func query(leaf path: String) throws(CommandFailure) -> TrustQuery {
        let presented = try VerifyFiles.certificates(path, isChecked: true)
        guard let leaf = presented.first else { throw VerifyFiles.empty(path, isChecked: true) }
        var query = TrustQuery(
            leaf: leaf, intermediates: Array(presented.dropFirst()) + between, anchors: anchors, time: time)
        query.purpose = purpose
        query.names = names
        query.revocation = revocation
        query.policies = policies
        query.rules = rules
        query.maximumPathLength = depth
        return query
    }
}

/// Whose rules count.
enum VerifyStrictness: String, ExpressibleByArgument, CaseIterable {
    case path, certificates, web

    var rules: TrustRules {
        switch self {
        case .path: .standard
        case .certificates: TrustRules(strictness: .certificates)
        case .web: .web
        }
    }
}

extension VerifyOptions {
    private func wantedPurpose() throws(CommandFailure) -> TrustPurpose {
        do {
            return try TrustPurpose(name: purpose)
        } catch {
            throw CommandFailure(
                .usage, code: error.code, "--purpose: \(error)", hint: "such as serverAuth, clientAuth or any")
        }
    }

    private func wantedNames() throws(CommandFailure) -> [ReferenceName] {
        try AskedName.demandASCII(name)
        var names: [ReferenceName] = name.map { .host($0) } + email.map { .email($0) }
        names += upn.map { .userPrincipalName($0) }
        for text in ip {
            guard let octets = IPAddressText.parse(text) else {
                throw CommandFailure(.usage, code: "cli.name", "--ip: '\(text.prefix(80))' is not an IP address")
            }
            names.append(.ip(octets))
        }
        for text in subject {
            do {
                names.append(try .override(text))
            } catch {
                throw CommandFailure(.usage, code: "cli.name", "--subject: \(error)")
            }
        }
        return names
    }

    private func acceptablePolicies() throws(CommandFailure) -> Set<OID> {
        var policies: Set<OID> = []
        for text in policy {
            do {
                policies.insert(text == "anyPolicy" ? .anyPolicy : try OID(dotted: text))
            } catch {
                throw CommandFailure(.usage, code: error.code, "--policy: \(error)")
            }
        }
        return policies
    }

    private func revocation() throws(CommandFailure) -> RevocationSettings {
        guard !crl.isEmpty || !ocsp.isEmpty || crlCheck || crlCheckAll else { return .off }
        let isLeafOnly = crlCheck || (crl.isEmpty && !crlCheckAll)
        var settings = RevocationSettings(mode: .required, scope: isLeafOnly && !crlCheckAll ? .leaf : .path)
        for file in crl { settings.lists += try VerifyFiles.lists(file) }
        for file in ocsp { settings.responses.append(try VerifyFiles.response(file)) }
        return settings
    }
}
