// SPDX-License-Identifier: Apache-2.0

/// A file of cases for path validation in the form of C2SP's x509-limbo.
///
/// Source: github.com/C2SP/x509-limbo, limbo-schema.json.
struct LimboSuite: Decodable, Sendable {
    /// What stands in the place of a case.
    enum Entry: Decodable, Sendable {
        /// A case.
        case readable(LimboCase)
        /// One whose form is not known here, such as of a later version of the suite, and what is wrong.
        case unreadable(id: String, reason: String)

        private enum CodingKeys: String, CodingKey { case id }

        init(from decoder: any Decoder) throws {
            do {
                self = .readable(try LimboCase(from: decoder))
            } catch {
                // An answer names its case: where there is no name, the file is not one of cases.
                let id = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .id)
                let reason = LimboHarness.reason(error, within: decoder.codingPath.count)
                self = .unreadable(id: id, reason: reason)
            }
        }
    }

    let version: Int
    let testcases: [Entry]
}

/// One case: certificates and what is asked of them.
struct LimboCase: Decodable, Sendable {
    /// A name of a peer.
    struct PeerName: Decodable, Sendable {
        let kind: String
        let value: String
    }

    /// Which side judges: `SERVER` is a server's certificate, judged by a client.
    enum ValidationKind: String, Decodable, Sendable {
        case server = "SERVER"
        case client = "CLIENT"
    }

    let id: String
    /// Optional parts of the format that the case is about.
    let features: [String]?
    let validationKind: ValidationKind
    let trustedCerts: [String]
    let untrustedIntermediates: [String]
    let peerCertificate: String
    /// RFC 3339; absent means now.
    let validationTime: String?
    /// What the signatures may be made with; no case of the suite as it is now names any.
    let signatureAlgorithms: [String]?
    let keyUsage: [String]?
    let extendedKeyUsage: [String]?
    let expectedPeerName: PeerName?
    let expectedPeerNames: [PeerName]?
    /// Authorities between root and leaf, self-issued ones not counted.
    let maxChainDepth: Int?
    let crls: [String]?

    private enum CodingKeys: String, CodingKey {
        case id, features, crls
        case validationKind = "validation_kind"
        case trustedCerts = "trusted_certs"
        case untrustedIntermediates = "untrusted_intermediates"
        case peerCertificate = "peer_certificate"
        case validationTime = "validation_time"
        case signatureAlgorithms = "signature_algorithms"
        case keyUsage = "key_usage"
        case extendedKeyUsage = "extended_key_usage"
        case expectedPeerName = "expected_peer_name"
        case expectedPeerNames = "expected_peer_names"
        case maxChainDepth = "max_chain_depth"
    }
}

/// What a harness answers, in x509-limbo's own words.
package struct LimboResults: Codable, Sendable {
    /// One case's outcome.
    package struct Result: Codable, Sendable {
        /// The case.
        package let id: String
        /// `SUCCESS`, `FAILURE` or `SKIPPED`.
        package let actualResult: String
        /// Why, for people.
        package let context: String?

        private enum CodingKeys: String, CodingKey {
            case id, context
            case actualResult = "actual_result"
        }

        /// Writes all fields; x509-limbo's own reader wants `context` where there is nothing to say, too.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(actualResult, forKey: .actualResult)
            try container.encode(context, forKey: .context)
        }
    }

    /// The form's version.
    package let version: Int
    /// Who judged.
    package let harness: String
    /// One outcome a case, in the order of the file.
    package let results: [Result]
}
