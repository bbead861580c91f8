// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A certificate with its key that is sent to a device: the nodes of one UniqueID below PFXCertInstall.
///
/// Blob and password are secrets; remove them from the queue when Status is 0 and the thumbprint is the expected one.
///
/// Source: Microsoft, ClientCertificateInstall CSP, PFXCertInstall.
public struct PFXCertificatePayload: Hashable, Sendable {
    /// Where the key goes; KeyLocation.
    public enum KeyLocation: Int, CaseIterable, Sendable {
        /// Into a TPM, or nowhere.
        case tpm = 1
        /// Into a TPM when there is one, else into software.
        case tpmIfPresent = 2
        /// Into software.
        case software = 3
        /// Into the Windows Hello for Business container that ContainerName names.
        case windowsHello = 4
    }

    /// How the password is protected; PFXCertPasswordEncryptionType and what belongs to it.
    public enum Password: Hashable, Sendable {
        /// The PFX has none.
        case absent
        /// As it is: type 0.
        case plain(String)
        /// Encrypted to the management certificate, Base64: type 1.
        case encryptedToManagementCertificate(String)
        /// Encrypted to a certificate in a store of the device, Base64: type 2.
        case encrypted(String, store: String)
    }

    /// Where the certificate is installed; by custom its UniqueID is the thumbprint of the leaf.
    public var installation: CertificateInstallNode
    /// Where the key goes.
    public var keyLocation: KeyLocation
    /// The container of Windows Hello for Business.
    public var containerName: String?
    /// PKCS#12, DER.
    public var blob: [UInt8]
    /// How the password is protected.
    public var password: Password
    /// Whether the key may be exported; with any ``keyLocation`` but software, `true` fails the import.
    public var isExportable: Bool

    /// Makes a payload.
    ///
    /// - Parameters:
    ///   - uniqueID: the name of the node: the SHA-1 of the leaf as a rule.
    ///   - scope: whose certificate it is.
    ///   - keyLocation: where the key goes.
    ///   - blob: PKCS#12, DER.
    ///   - password: how the password is protected.
    ///   - isExportable: whether the key may be exported.
    public init(
        uniqueID: String, scope: TreeScope = .device, keyLocation: KeyLocation = .software, blob: [UInt8],
        password: Password, isExportable: Bool = false
    ) {
        installation = CertificateInstallNode(.pfx, scope: scope, uniqueID: uniqueID)
        self.keyLocation = keyLocation
        self.blob = blob
        self.password = password
        self.isExportable = isExportable
    }
}

extension PFXCertificatePayload {
    /// The commands: a Delete, then one Atomic with the settings and the blob as the last, whose Add is the import.
    ///
    /// - Parameter deletingFirst: whether an installation of the same name is removed before, outside the Atomic; an
    ///   Add of a blob that is installed already fails.
    /// - Returns: the commands, without CmdIDs, which the session gives them.
    public func commands(deletingFirst: Bool = true) -> [Command] {
        let root = installation.locURI + "/"
        var atomic = [
            NodeCommand.addNode(installation.locURI),
            NodeCommand.add(root + "KeyLocation", .int, String(keyLocation.rawValue)),
        ]
        if let containerName { atomic.append(NodeCommand.add(root + "ContainerName", .chr, containerName)) }
        for leaf in passwordLeaves { atomic.append(NodeCommand.add(root + leaf.name, leaf.format, leaf.text)) }
        atomic.append(NodeCommand.add(root + "PFXKeyExportable", .bool, isExportable ? "true" : "false"))
        // The CSP's page calls the node binary and sends it as text; every release takes text.
        atomic.append(NodeCommand.add(root + "PFXCertBlob", .chr, Base64.encode(blob)))
        return (deletingFirst ? [NodeCommand.delete(installation.locURI)] : []) + [NodeCommand.atomic(atomic)]
    }

    /// The commands as a batch.
    ///
    /// - Parameters:
    ///   - id: the name of the batch.
    ///   - deletingFirst: whether an installation of the same name is removed before; that there is none is tolerated.
    /// - Returns: the batch.
    public func batch(id: String, deletingFirst: Bool = true) -> CommandBatch {
        CommandBatch(
            id: id, commands: commands(deletingFirst: deletingFirst), toleratedCodes: deletingFirst ? [.notFound] : [])
    }

    private var passwordLeaves: [(name: String, format: MetaFormat, text: String)] {
        let type = "PFXCertPasswordEncryptionType"
        switch password {
        case .absent: return []
        case .plain(let text): return [("PFXCertPassword", .chr, text), (type, .int, "0")]
        case .encryptedToManagementCertificate(let text): return [("PFXCertPassword", .chr, text), (type, .int, "1")]
        case .encrypted(let text, let store):
            return [
                ("PFXCertPassword", .chr, text), (type, .int, "2"), ("PFXCertPasswordEncryptionStore", .chr, store),
            ]
        }
    }
}
