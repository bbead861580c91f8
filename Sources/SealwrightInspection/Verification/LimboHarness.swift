// SPDX-License-Identifier: Apache-2.0

import Foundation
package import PKIFormats
import TrustEvaluation

/// Answers the cases of an x509-limbo file.
///
/// A case's group says by whose rules it is written: `webpki::` by the CA/Browser Forum's, `rfc5280::` and `crl::` by the
/// whole of RFC 5280, all others by those of path validation alone.
package struct LimboHarness: Sendable {
    private let now: Timestamp

    /// A harness that takes a moment for now, in cases that name none.
    package init(now: Timestamp) { self.now = now }

    /// Judges every case of a file.
    ///
    /// - Throws: ``InspectionError/notLimbo(_:)`` when the file is none of cases.
    package func run(_ file: [UInt8]) throws(InspectionError) -> LimboResults {
        let suite: LimboSuite
        do {
            suite = try JSONDecoder().decode(LimboSuite.self, from: Data(file))
        } catch {
            throw .notLimbo(Self.reason(error))
        }
        guard suite.version == 1 else { throw .notLimbo("version \(suite.version) of the form is not known here") }
        return LimboResults(version: 1, harness: "sealwright", results: suite.testcases.map(result))
    }

    /// Why a file, or one part of it, could not be read, without the decoder's internals.
    ///
    /// - Parameters:
    ///   - error: what the decoder said.
    ///   - depth: how many steps of a path lead to the part, which are not told.
    /// - Returns: the reason, for people.
    static func reason(_ error: any Error, within depth: Int = 0) -> String {
        guard let error = error as? DecodingError else { return "it cannot be read" }
        func field(_ path: [any CodingKey]) -> String {
            let steps = path.dropFirst(depth)
            return steps.isEmpty
                ? "the whole" : steps.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(field(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context): "\(field(context.codingPath)) is null"
        case .typeMismatch(_, let context): "\(field(context.codingPath)) is of another type"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "it is not JSON"
        case .dataCorrupted(let context): "\(field(context.codingPath)) has a value that is not known here"
        @unknown default: "it cannot be read"
        }
    }

    private func result(of entry: LimboSuite.Entry) -> LimboResults.Result {
        let test: LimboCase
        switch entry {
        case .readable(let known): test = known
        case .unreadable(let id, let reason):
            return LimboResults.Result(id: id, actualResult: "SKIPPED", context: reason)
        }
        if let obstacle = Self.obstacle(to: test) {
            return LimboResults.Result(id: test.id, actualResult: "SKIPPED", context: obstacle)
        }
        let reason = refusal(of: test)
        return LimboResults.Result(id: test.id, actualResult: reason == nil ? "SUCCESS" : "FAILURE", context: reason)
    }

    /// Why the case's certificate is refused, `nil` when it is not.
    private func refusal(of test: LimboCase) -> String? {
        guard let leaf = certificates(test.peerCertificate).first else { return "the certificate cannot be read" }
        var query = TrustQuery(
            leaf: leaf, intermediates: test.untrustedIntermediates.flatMap(certificates),
            anchors: test.trustedCerts.flatMap(certificates).map { TrustAnchor($0) },
            time: test.validationTime.flatMap { Timestamp(rfc3339: $0) } ?? now)
        query.rules = rules(of: test)
        query.purpose = purpose(of: test)
        query.maximumPathLength = test.maxChainDepth
        if let texts = test.crls, !texts.isEmpty {
            let lists = texts.map(revocationLists)
            if let unread = lists.firstIndex(where: \.isEmpty) { return "CRL \(unread + 1) of the case cannot be read" }
            query.revocation = RevocationSettings(mode: .ifAvailable, lists: lists.flatMap { $0 })
        }
        let wanted = test.peerNames.compactMap(Self.referenceName)
        let identity = ServerIdentity(leaf)
        // A case asks for all of its names, a query for one of them.
        if let missing = wanted.first(where: { identity.match($0) == .absent }) {
            query.names = [missing]
        } else {
            query.names = Array(wanted.prefix(1))
        }
        return TrustValidator().evaluate(query).reason?.description
    }
}

// MARK: - What can be judged

extension LimboHarness {
    /// Features of cases that are judged here; the schema has others skipped.
    ///
    /// Source: github.com/C2SP/x509-limbo, limbo-schema.json, Feature.
    private static let features: Set<String> = [
        "has-policy-constraints", "has-cert-policies", "no-cert-policies", "pedantic-public-suffix-wildcard",
        "name-constraint-dn", "pedantic-webpki-subscriber-key", "pedantic-webpki-eku", "pedantic-serial-number",
        "max-chain-depth", "pedantic-rfc5280", "rfc5280-incompatible-with-webpki", "denial-of-service", "has-crl",
    ]

    /// What a case asks for that cannot be judged here, so that its outcome would say nothing; `nil` when all can.
    private static func obstacle(to test: LimboCase) -> String? {
        if let feature = test.features?.first(where: { !features.contains($0) }) {
            return "the feature \(feature) is not known here"
        }
        if test.signatureAlgorithms?.isEmpty == false { return "signature_algorithms is not judged here" }
        if let usage = test.keyUsage?.first(where: { KeyUsage(name: $0) == nil }) {
            return "the key usage \(usage) is not known here"
        }
        if let usage = test.extendedKeyUsage?.first(where: { (try? OID(keyPurpose: $0)) == nil }) {
            return "the extended key usage \(usage) is not known here"
        }
        if let name = test.peerNames.first(where: { referenceName($0) == nil }) {
            return "\(name.value) is no name of a kind that is known here, \(name.kind)"
        }
        if let time = test.validationTime, Timestamp(rfc3339: time) == nil { return "\(time) is not a moment" }
        if let depth = test.maxChainDepth, depth < 0 { return "max_chain_depth is \(depth)" }
        return nil
    }

    private static func referenceName(_ name: LimboCase.PeerName) -> ReferenceName? {
        switch name.kind {
        case "DNS": .dns(name.value)
        case "IP": IPAddressText.parse(name.value).map { .ip($0) }
        case "RFC822": .email(name.value)
        default: nil
        }
    }
}

extension LimboCase {
    /// All names that the peer must have.
    fileprivate var peerNames: [PeerName] { (expectedPeerName.map { [$0] } ?? []) + (expectedPeerNames ?? []) }
}

// MARK: - Reading a case

extension LimboHarness {
    private func rules(of test: LimboCase) -> TrustRules {
        if test.id.hasPrefix("webpki::") { return .web }
        let isOfRFC5280 = test.id.hasPrefix("rfc5280::") || test.id.hasPrefix("crl::")
        return isOfRFC5280 ? TrustRules(strictness: .certificates) : .standard
    }

    private func purpose(of test: LimboCase) -> TrustPurpose {
        let standard: TrustPurpose = test.validationKind == .server ? .serverAuth : .clientAuth
        let usages = (test.extendedKeyUsage ?? []).compactMap { try? OID(keyPurpose: $0) }
        let keyUsages = KeyUsage((test.keyUsage ?? []).compactMap { KeyUsage(name: $0) })
        return TrustPurpose(
            name: usages.isEmpty ? standard.name : usages.map(\.nameOrDotted).joined(separator: " or "),
            extendedKeyUsages: usages.isEmpty ? standard.extendedKeyUsages : usages, keyUsages: keyUsages)
    }

    private func certificates(_ text: String) -> [CertificateView] {
        let blocks = (try? PEM.decode(text)) ?? []
        return blocks.filter { $0.label == "CERTIFICATE" }.compactMap { try? CertificateView(parsing: $0.der) }
    }

    private func revocationLists(_ text: String) -> [RevocationList] {
        let blocks = (try? PEM.decode(text)) ?? []
        return blocks.filter { $0.label == "X509 CRL" }.compactMap { try? RevocationList(parsing: $0.der) }
    }
}
