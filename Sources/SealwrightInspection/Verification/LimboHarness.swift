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

    /// Why a file could not be read, without the decoder's internals.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it cannot be read" }
        return switch error {
        case .keyNotFound(let key, let context): "\(field(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context): "\(field(context.codingPath)) is null"
        case .typeMismatch(_, let context): "\(field(context.codingPath)) is of another type"
        case .dataCorrupted(let context) where context.codingPath.isEmpty: "it is not JSON"
        case .dataCorrupted(let context): "\(field(context.codingPath)) has a value that is not known here"
        @unknown default: "it cannot be read"
        }
    }

    /// The dotted path of a field.
    private static func field(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the whole" : path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    private func result(of test: LimboCase) -> LimboResults.Result {
        let reason = refusal(of: test)
        return LimboResults.Result(id: test.id, actualResult: reason == nil ? "SUCCESS" : "FAILURE", context: reason)
    }

    /// Why the case's certificate is refused, `nil` when it is not.
    private func refusal(of test: LimboCase) -> String? {
        guard let leaf = certificates(test.peerCertificate).first else { return "the certificate cannot be read" }
        guard let time = time(of: test) else { return "the time of the case cannot be read" }
        var query = TrustQuery(
            leaf: leaf, intermediates: test.untrustedIntermediates.flatMap(certificates),
            anchors: test.trustedCerts.flatMap(certificates).map { TrustAnchor($0) }, time: time)
        query.rules = rules(of: test)
        query.purpose = purpose(of: test)
        query.maximumPathLength = test.maxChainDepth
        if let texts = test.crls, !texts.isEmpty {
            let lists = texts.map(revocationLists)
            if let unread = lists.firstIndex(where: \.isEmpty) { return "CRL \(unread + 1) of the case cannot be read" }
            query.revocation = RevocationSettings(mode: .ifAvailable, lists: lists.flatMap { $0 })
        }
        let names = ((test.expectedPeerName.map { [$0] } ?? []) + (test.expectedPeerNames ?? [])).map(referenceName)
        if let unknown = names.firstIndex(of: nil) { return "name \(unknown + 1) of the case is of an unknown kind" }
        let wanted = names.compactMap { $0 }
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

    /// The moment in whole seconds; fractions are cut off, as RFC 5280 knows none.
    private func time(of test: LimboCase) -> Timestamp? {
        guard let text = test.validationTime else { return now }
        return Timestamp(rfc3339: text)
    }

    private func referenceName(_ name: LimboCase.PeerName) -> ReferenceName? {
        switch name.kind {
        case "DNS": .dns(name.value)
        case "IP": IPAddressText.parse(name.value).map { .ip($0) }
        case "RFC822": .email(name.value)
        default: nil
        }
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
