// SPDX-License-Identifier: Apache-2.0

/// One UniqueID below ClientCertificateInstall: where a certificate is installed and where its state is read.
///
/// Source: Microsoft, ClientCertificateInstall CSP.
public struct CertificateInstallNode: Hashable, Sendable {
    /// How the certificate gets there.
    public enum Kind: String, CaseIterable, Sendable {
        /// The device enrols for it.
        case scep = "SCEP"
        /// The server sends it with its key.
        case pfx = "PFXCertInstall"
    }

    /// How the certificate gets there.
    public var kind: Kind
    /// Whose certificate it is.
    public var scope: TreeScope
    /// The name of the node, chosen by the server and the same for all generations of a profile on a device.
    public var uniqueID: String

    /// Names an installation.
    ///
    /// - Parameters:
    ///   - kind: how the certificate gets there.
    ///   - scope: whose certificate it is.
    ///   - uniqueID: the name of the node.
    public init(_ kind: Kind, scope: TreeScope = .device, uniqueID: String) {
        self.kind = kind
        self.scope = scope
        self.uniqueID = uniqueID
    }

    /// The address of the node.
    public var locURI: String {
        scope.locURI("ClientCertificateInstall/\(kind.rawValue)/\(LocURIText.segment(uniqueID))")
    }

    /// Asks for what has become of it.
    ///
    /// SCEP: Status, ErrorCode, CertThumbprint, RespondentServerUrl. PFX: Status, Thumbprint. Every node is a command
    /// of its own, since one that is absent is answered 404, which is tolerated.
    ///
    /// - Parameter id: the name of the batch.
    /// - Returns: the batch; read its outcome with ``CertificateInstallationStatus/init(_:of:)``.
    public func statusQuery(id: String) -> CommandBatch {
        let commands = statusNodes.map { NodeCommand.get("\(locURI)/\($0)") }
        return CommandBatch(id: id, commands: commands, toleratedCodes: [.notFound])
    }

    /// Removes the installation: certificate, key and settings.
    ///
    /// - Parameter id: the name of the batch.
    /// - Returns: the batch; that there is nothing to remove counts as success.
    public func removal(id: String) -> CommandBatch {
        CommandBatch(id: id, commands: [NodeCommand.delete(locURI)], toleratedCodes: [.notFound])
    }

    var statusNodes: [String] {
        switch kind {
        case .scep: ["Status", "ErrorCode", "CertThumbprint", "RespondentServerUrl"]
        case .pfx: ["Status", "Thumbprint"]
        }
    }
}
