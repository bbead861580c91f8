// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The nodes of one UniqueID under PFXCertInstall, read for an import.
///
/// Source: Microsoft, ClientCertificateInstall CSP, PFXCertInstall.
struct PFXSettings {
    /// Where the private key goes.
    let keyLocation: KeyLocation
    /// The container the private key goes to; `nil` for another place.
    let containerName: String?
    /// What was written into PFXKeyExportable; `nil` when it is absent.
    let keyExportable: Bool?
    /// The file as sent, Base64.
    let blob: String
    /// The password as sent; `nil` when the node is absent.
    let password: String?
    /// How the password is encrypted.
    let encryption: PasswordEncryption

    /// How PFXCertPassword is encrypted.
    enum PasswordEncryption: Equatable {
        /// Not at all.
        case none
        /// To the certificate that the device enrolled with.
        case managementCertificate
        /// To a certificate of a store of the same scope.
        case store(StoreName)
    }

    /// Reads the nodes.
    ///
    /// - Parameter value: gives the value of a node, `nil` when it is absent.
    /// - Throws: ``HResult/invalidParameter`` for a missing node, ``HResult/notFound`` for an unknown store.
    init(_ value: (String) -> String?) throws(HResult) {
        guard let location = value("KeyLocation").flatMap(Int.init) else { throw .invalidParameter }
        let name = value("ContainerName")
        keyLocation = try KeyLocation(location, containerName: name)
        containerName = keyLocation == .hello ? name : nil
        keyExportable = value("PFXKeyExportable").map { $0 == "true" }
        blob = value("PFXCertBlob") ?? ""
        password = value("PFXCertPassword")
        switch value("PFXCertPasswordEncryptionType") {
        case "1": encryption = .managementCertificate
        case "2":
            guard let name = value("PFXCertPasswordEncryptionStore") else { throw .invalidParameter }
            guard let store = StoreName(name) else { throw .notFound }
            encryption = .store(store)
        default: encryption = .none
        }
    }

    /// Whether the key may be given away later.
    ///
    /// Absent means yes for a key in software and no elsewhere.
    ///
    /// - Parameters:
    ///   - rule: what decides.
    ///   - isSoftware: whether the key ends in software, or may end there as long as that is not known.
    /// - Returns: what to keep with the certificate.
    /// - Throws: ``HResult/notSupported`` when it is asked for a key that may not be.
    func isExportable(_ rule: AgentPolicy.ExportableRule, isSoftware: Bool) throws(HResult) -> Bool {
        let isAllowed =
            switch rule {
            case .documented: keyLocation == .software
            case .effective: isSoftware
            }
        guard let keyExportable else { return keyLocation == .software }
        guard !keyExportable || isAllowed else { throw .notSupported }
        return keyExportable
    }
}
