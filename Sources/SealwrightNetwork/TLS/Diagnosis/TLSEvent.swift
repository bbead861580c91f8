// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import TrustEvaluation

/// One TLS connection as one structured event: the block of ten lines people look for in a log, and the diagnosis.
package struct TLSEvent: Sendable {
    /// Where it happened.
    package enum Phase: String, Sendable {
        case configuration, connection, handshake, request
    }

    package let facts: TLSConnectionFacts
    package let phase: Phase
    /// Why it came to nothing; `nil` when it did not.
    package let diagnosis: TLSDiagnosis?

    package init(facts: TLSConnectionFacts, phase: Phase, diagnosis: TLSDiagnosis?) {
        self.facts = facts
        self.phase = phase
        self.diagnosis = diagnosis
    }

    /// The ten lines: what they are called and what they say.
    package var lines: [(name: String, text: String)] {
        let peer = facts.peerChain.first
        return [
            ("peer", facts.peerAddress.isEmpty ? "unknown" : facts.peerAddress),
            ("protocol", facts.version?.description ?? "none agreed"),
            ("cipher suite", facts.suite?.name ?? "none agreed"),
            ("key exchange", facts.group?.description ?? (facts.suite == nil ? "none agreed" : "unknown")),
            ("application", facts.applicationProtocol ?? "none agreed"),
            ("server name", facts.serverName ?? "not asked for"),
            ("certificate", peer.map(Self.certificate) ?? "none presented"),
            ("validity", peer.map(Self.validity) ?? "-"),
            ("own certificate", facts.ownCertificate.map(Self.certificate) ?? "none presented"),
            ("revocation", revocation),
        ]
    }

    /// The event as fields of a log line.
    package var fields: [(name: String, text: String)] {
        var fields = lines.map { (name: $0.name.replacing(" ", with: "-"), text: $0.text) }
        fields.append(("phase", phase.rawValue))
        if let alert = facts.alertSent { fields.append(("alert-sent", alert.description)) }
        if let alert = facts.alertReceived { fields.append(("alert-received", alert.description)) }
        if let diagnosis {
            fields += [
                ("code", diagnosis.code.rawValue), ("evidence", diagnosis.evidence), ("remedy", diagnosis.remedy),
            ]
        }
        return fields
    }

    private static func certificate(_ certificate: CertificateView) -> String {
        "serial=\(certificate.serialNumber.hex) subject=\"\(certificate.subject)\" issuer=\"\(certificate.issuer)\""
    }

    private static func validity(_ certificate: CertificateView) -> String {
        "\(certificate.notBefore?.iso8601 ?? "unreadable") .. \(certificate.notAfter?.iso8601 ?? "unreadable")"
    }

    private var revocation: String {
        guard let decision = facts.decision else { return "not checked" }
        let codes = decision.findings.map(\.code)
        if codes.contains(.revoked) || codes.contains(.denied) { return "revoked" }
        if codes.contains(.revocationUnknown) || codes.contains(.revocationStale) { return "unknown" }
        return facts.isRevocationChecked ? "no revocation found" : "not checked"
    }
}
