// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCommandLine
import SealwrightNetwork
import TrustEvaluation

/// What `tls test` prints: the JSON, and the text made of it.
struct TLSReportDocument: Encodable {
    struct Version: Encodable {
        let version: String
        let offered: Bool
        let suites: [String]
    }

    struct Certificate: Encodable {
        let serial: String
        let subject: String
        let issuer: String
        let notBefore: String?
        let notAfter: String?
        let sha256: String
    }

    struct Finding: Encodable {
        let code: String
        let severity: String
        let title: String
        let evidence: String
        let remedy: String
    }

    let peer: String
    let acceptable: Bool
    let complete: Bool
    let connection: [String: String]
    let versions: [Version]
    let chain: [Certificate]
    let trusted: Bool
    let clientCertificate: String
    let certificateAuthorities: [String]
    let stapledStatus: Bool?
    let findings: [Finding]

    private let lines: [(name: String, text: String)]

    private enum CodingKeys: String, CodingKey {
        case peer, acceptable, complete, connection, versions, chain, trusted, clientCertificate
        case certificateAuthorities, stapledStatus, findings
    }

    init(_ report: TLSProbeReport) {
        peer = "\(report.target.host.uriHost):\(report.target.port)"
        acceptable = report.isAcceptable
        complete = !report.isCutShort
        lines = report.event.lines
        connection = Dictionary(lines.map { ($0.name, $0.text) }) { first, _ in first }
        versions = report.versions.map {
            Version(version: $0.version.description, offered: $0.isOffered, suites: $0.suites.map(\.name))
        }
        chain = report.chain.map(Certificate.init)
        trusted = report.decision?.isTrusted ?? false
        (clientCertificate, certificateAuthorities) = Self.words(report.clientCertificate)
        stapledStatus = report.hasStapledStatus
        findings = report.findings.map(Finding.init)
    }

    private static func words(_ asked: TLSProbeReport.ClientCertificate) -> (String, [String]) {
        switch asked {
        case .notAskedFor: ("not asked for", [])
        case .askedFor(let names): ("asked for", names.map(\.description))
        case .required(let names): ("required", names.map(\.description))
        case .unknown: ("unknown", [])
        }
    }
}

extension TLSReportDocument.Certificate {
    fileprivate init(_ certificate: CertificateView) {
        serial = certificate.serialNumber.hex
        subject = certificate.subject.description
        issuer = certificate.issuer.description
        notBefore = certificate.notBefore?.iso8601
        notAfter = certificate.notAfter?.iso8601
        sha256 = Hex.encode(certificate.fingerprint())
    }
}

extension TLSReportDocument.Finding {
    fileprivate init(_ diagnosis: TLSDiagnosis) {
        code = diagnosis.code.rawValue
        severity =
            switch diagnosis.severity {
            case .error: "error"
            case .warning: "warning"
            case .note: "note"
            }
        title = diagnosis.code.title
        evidence = diagnosis.evidence
        remedy = diagnosis.remedy
    }
}

// MARK: - Text

extension TLSReportDocument {
    /// The block of ten lines, what is offered, every finding, the verdict.
    var text: String {
        var blocks = [lines.map { Self.row($0.name, $0.text) }]
        let offers = versions.filter { $0.offered }.map { Self.row($0.version, $0.suites.joined(separator: "\n")) }
        if !offers.isEmpty {
            let refused = versions.filter { !$0.offered }.map(\.version).joined(separator: ", ")
            blocks.append(offers + [Self.row("refused", refused.isEmpty ? "none" : refused)])
        }
        if !chain.isEmpty {
            blocks.append(
                chain.enumerated().map { index, certificate in
                    Self.row(
                        index == 0 ? "chain" : "",
                        "\(index)  \(certificate.subject), until \(certificate.notAfter ?? "?")")
                } + [clientLine])
        }
        for finding in findings {
            blocks.append([
                "\(finding.code)  \(finding.severity.uppercased())  \(finding.title)",
                Self.row("  seen", finding.evidence), Self.row("  do", finding.remedy),
            ])
        }
        blocks.append([verdict])
        return blocks.map { $0.map(Table.lines).joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var clientLine: String {
        let names = certificateAuthorities.isEmpty ? "" : " (\(certificateAuthorities.joined(separator: "; ")))"
        return Self.row("client cert", clientCertificate + names)
    }

    private var verdict: String {
        let errors = findings.count { $0.severity == "error" }
        let warnings = findings.count { $0.severity == "warning" }
        let counts = "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
        return acceptable ? "\(peer) is acceptable: \(counts)" : "\(peer) is NOT acceptable: \(counts)"
    }

    private static func row(_ name: String, _ text: String) -> String {
        let label = name.padding(toLength: 17, withPad: " ", startingAt: 0)
        let indent = String(repeating: " ", count: 17)
        return label + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + indent)
    }
}

extension Table {
    /// Printable text of several lines.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
            .joined(separator: "\n")
    }
}
