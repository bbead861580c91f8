// SPDX-License-Identifier: Apache-2.0

import OMADM

/// A generic alert that waits for the next session.
///
/// Source: OMA Device Management Protocol 1.2, section 8.7.1.5; Microsoft, ClientCertificateInstall CSP, "SCEP".
public struct QueuedAlert: Hashable, Sendable, Codable {
    /// Tells this alert from others.
    public let number: UInt64
    /// The node it is about.
    public let source: String
    /// What happened.
    public let type: String
    /// How grave it is.
    public let mark: String
    /// The value that is told, a number.
    public let data: String

    /// The command that tells it.
    func command(cmdID: String) -> Command {
        var meta = Meta(format: .int, type: type)
        meta.mark = mark
        let item = Item(source: Location(source), meta: meta, data: .text(data))
        return .alert(Command.Alert(cmdID: cmdID, code: .genericAlert, items: [item]))
    }
}

extension AgentDraft {
    /// Tells the server about the end of an enrolment, at the next session.
    mutating func queueAlert(of installation: InstallationID, _ status: SCEPInstallation.Status) {
        let path = ClientCertificateInstall.root + [installation.kind.rawValue]
        let key = NodeCatalog.key(path + [installation.uniqueID])
        let name = state.tree[installation.scope, key]?.name ?? installation.uniqueID
        let uri = LocURI(in: installation.scope.tree, segments: path + [name])
        state.alerts.append(
            QueuedAlert(
                number: state.nextNumber(), source: "\(uri)", type: DeviceAlert.scepResult,
                mark: status == .finished ? "informational" : "critical", data: String(status.rawValue)))
        if state.alerts.count > Self.alertLimit { state.alerts.removeFirst() }
    }

    /// Alerts kept for a server that does not come.
    private static let alertLimit = 256
}
