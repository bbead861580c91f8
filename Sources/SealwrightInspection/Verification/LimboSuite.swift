// SPDX-License-Identifier: Apache-2.0

/// A file of cases for path validation in the form of C2SP's x509-limbo.
///
/// Source: github.com/C2SP/x509-limbo, limbo-schema.json.
struct LimboSuite: Decodable, Sendable {
    let version: Int
    let testcases: [LimboCase]
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
    let validationKind: ValidationKind
    let trustedCerts: [String]
    let untrustedIntermediates: [String]
    let peerCertificate: String
    /// RFC 3339; absent means now.
    let validationTime: String?
    let keyUsage: [String]?
    let extendedKeyUsage: [String]?
    let expectedPeerName: PeerName?
    let expectedPeerNames: [PeerName]?
    /// Authorities between root and leaf, self-issued ones not counted.
    let maxChainDepth: Int?
    let crls: [String]?

    private enum CodingKeys: String, CodingKey {
        case id, crls
        case validationKind = "validation_kind"
        case trustedCerts = "trusted_certs"
        case untrustedIntermediates = "untrusted_intermediates"
        case peerCertificate = "peer_certificate"
        case validationTime = "validation_time"
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
    }

    /// The form's version.
    package let version: Int
    /// Who judged.
    package let harness: String
    /// One outcome a case, in the order of the file.
    package let results: [Result]
}
