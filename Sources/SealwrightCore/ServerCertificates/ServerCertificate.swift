// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

/// Marks identifiers of server certificates, `sc_…`.
package enum ServerCertificateKind: IdentifierKind { package static let prefix = "sc" }

package typealias ServerCertificateID = Identifier<ServerCertificateKind>

/// A certificate the server may show to TLS clients that its own authority did not issue, from the request on.
///
/// The certificate of the own authority is none of these: it is a ``ServiceIdentity`` that renews itself, and it is what
/// the server shows unless one of these was activated.
package struct ServerCertificate: Sendable, Hashable, Codable {
    /// Where it comes from.
    package enum Source: String, Sendable, Codable, CaseIterable {
        /// Signed by its own key here.
        case selfSigned = "self-signed"
        /// A foreign authority answers a request made here.
        case request
        /// Came with its key, such as in a PFX.
        case imported
    }

    /// How far it came.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// The request waits for its answer; there is no certificate yet.
        case requested
        /// Passed every check; may be activated.
        case candidate
        /// Was activated once; whether it is served now, the ``ServerSelection`` tells.
        case used
        /// Given up; its key is gone.
        case discarded
    }

    package let id: ServerCertificateID
    package let source: Source
    package var state: State
    /// The names asked for or certified, as typed: `DNS` names and addresses.
    package let names: [String]
    /// The PKCS#10 that was handed out, DER; `nil` unless the source is a request.
    package let request: [UInt8]?
    /// DER, the server's own first, each followed by its issuer, without the trust anchor; empty while requested.
    package var chain: [[UInt8]]
    /// The self-signed certificate at the end of the chain, DER; `nil` while requested.
    package var anchor: [UInt8]?
    package let keyID: KeyID
    package let createdAt: Timestamp
    package let createdBy: String
    /// What the checks had to remark when it became a candidate.
    package var remarks: [String]

    package init(
        id: ServerCertificateID, source: Source, state: State, names: [String], request: [UInt8]?, chain: [[UInt8]],
        anchor: [UInt8]?, keyID: KeyID, createdAt: Timestamp, createdBy: String, remarks: [String] = []
    ) {
        self.id = id
        self.source = source
        self.state = state
        self.names = names
        self.request = request
        self.chain = chain
        self.anchor = anchor
        self.keyID = keyID
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.remarks = remarks
    }

    /// The server's own certificate, once it is there.
    package var leaf: CertificateView? { chain.first.flatMap { try? CertificateView(parsing: $0) } }

    /// SHA-256 of the server's own certificate, by which agents name it.
    package var fingerprint: [UInt8]? { chain.first.map { DigestAlgorithm.sha256.hash($0) } }
}

/// Which certificate the server shows, and which it showed before.
package struct ServerSelection: Sendable, Hashable, Codable {
    /// One thing that can be served.
    package enum Choice: Sendable, Hashable, Codable, RawRepresentable {
        /// What the own authority issued last.
        case ownAuthority
        case certificate(ServerCertificateID)

        package init(rawValue: String) {
            self = rawValue == "own" ? .ownAuthority : .certificate(ServerCertificateID(rawValue: rawValue))
        }

        /// `own`, or the identifier.
        package var rawValue: String {
            switch self {
            case .ownAuthority: "own"
            case .certificate(let id): id.rawValue
            }
        }
    }

    package let active: Choice
    /// What a roll-back returns to; `nil` before the first activation.
    package let previous: Choice?
    package let changedAt: Timestamp
    /// Grows with every change, so that two at the same time cannot both win.
    package let revision: Int64

    package init(active: Choice, previous: Choice?, changedAt: Timestamp, revision: Int64) {
        self.active = active
        self.previous = previous
        self.changedAt = changedAt
        self.revision = revision
    }

    /// Before anything was activated.
    package static let initial = ServerSelection(
        active: .ownAuthority, previous: nil, changedAt: Timestamp(seconds: 0), revision: 0)

    /// Shows another certificate; the one shown now becomes the one before.
    package func activating(_ choice: Choice, at now: Timestamp) -> ServerSelection {
        ServerSelection(active: choice, previous: active, changedAt: now, revision: revision + 1)
    }
}
