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

    /// - Throws: ``CheckObstacle`` when it cannot be reached, stalls or shows no certificate.
    func subject(name: String, uri: String) async throws(CheckObstacle) -> CheckSubject {
        let target = TLSProbe.Target(host: host, port: port, startTLS: startTLS)
        var options = TLSProbe.Options(trust: PeerTrust(anchors: [], purpose: .any))
        options.seconds = Double(seconds)
        let report = await TLSProbe(target, options: options).run()
        guard let leaf = report.chain.first else { throw Self.obstacle(report, seconds: seconds) }
        return CheckSubject(
            name: name, uri: uri, origin: .endpoint(observed(report)), leaf: leaf, presented: report.chain)
    }

    private func observed(_ report: TLSProbeReport) -> ObservedEndpoint {
        let offered = report.versions.filter(\.isOffered)
        let agreed = [report.facts.version?.description, report.facts.suite?.name].compactMap { $0 }
        let speaksTLS12 = offered.contains { $0.version == .tls12 }
        return ObservedEndpoint(
            host: host, port: port, versions: offered.map(\.version.description),
            suites: Array(Set(offered.flatMap(\.suites).map(\.name))),
            agreed: agreed.isEmpty ? "no handshake came to its end" : agreed.joined(separator: ", "),
            hasStaple: report.hasStapledStatus ? true : (speaksTLS12 ? false : nil))
    }

    private static func obstacle(_ report: TLSProbeReport, seconds: Int) -> CheckObstacle {
        let gravest = report.findings.first { $0.severity == .error } ?? report.findings.first
        let evidence = gravest?.evidence ?? "it showed no certificate"
        if report.isCutShort || gravest?.code == .timedOut { return CheckObstacle(.timedOut, evidence) }
        return CheckObstacle(report.isUnreachable ? .unreachable : .handshakeFailed, evidence)
    }
}
