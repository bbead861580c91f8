// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightNetwork
import TrustEvaluation

/// A server that is connected to, so that what it shows can be judged.
struct LiveSubject: Sendable {
    let host: String
    let port: Int
    let startTLS: StartTLS?
    let seconds: Int
    /// The name to ask for where the server is reached by its address; `nil` asks for none.
    var serverName: String?

    /// - Throws: ``CheckObstacle`` when it cannot be reached, stalls or shows no certificate.
    func subject(name: String, uri: String) async throws(CheckObstacle) -> CheckSubject {
        let target = TLSProbe.Target(host: host, port: port, startTLS: startTLS)
        var options = TLSProbe.Options(trust: PeerTrust(anchors: [], purpose: .any))
        options.seconds = Double(seconds)
        if host.isIPAddressLiteral, let serverName, Self.isAskable(serverName) { options.serverName = serverName }
        let report = await TLSProbe(target, options: options).run()
        guard let leaf = report.chain.first else { throw Self.obstacle(report, seconds: seconds) }
        return CheckSubject(
            name: name, uri: uri, origin: .endpoint(observed(report)), leaf: leaf, presented: report.chain)
    }

    private func observed(_ report: TLSProbeReport) -> ObservedEndpoint {
        let offered = report.versions.filter(\.isOffered)
        let agreed = [report.facts.version?.description, report.facts.suite?.name].compactMap { $0 }
        return ObservedEndpoint(
            host: host, port: port, versions: offered.map(\.version.description),
            suites: Array(Set(offered.flatMap(\.suites).map(\.name))),
            agreed: agreed.isEmpty ? "no handshake came to its end" : agreed.joined(separator: ", "),
            handshakeFault: Self.handshakeFault(report),
            hasStaple: report.hasStapledStatus)
    }

    /// Whether a name can stand in a hello: wildcards and other alphabets cannot.
    private static func isAskable(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    }

    /// That a server wants to know its clients says nothing against its certificate.
    private static func handshakeFault(_ report: TLSProbeReport) -> String? {
        guard let fault = report.handshakeFault, fault.code != .clientCertificateMissing else { return nil }
        return fault.evidence
    }

    private static func obstacle(_ report: TLSProbeReport, seconds: Int) -> CheckObstacle {
        let gravest = report.findings.first { $0.severity == .error } ?? report.findings.first
        let evidence = gravest?.evidence ?? "it showed no certificate"
        if report.isCutShort || gravest?.code == .timedOut { return CheckObstacle(.timedOut, evidence) }
        return CheckObstacle(report.isUnreachable ? .unreachable : .handshakeFailed, evidence)
    }
}
