// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The nodes of one UniqueID under PFXCertInstall, read for an import.
///
/// Source: Microsoft, ClientCertificateInstall CSP, PFXCertInstall.
struct PFXSettings {
    /// Where the private key goes.
    let keyLocation: KeyLocation
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
        keyLocation = try KeyLocation(location, containerName: value("ContainerName"))
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
    /// - Throws: ``HResult/notSupported`` when it is asked for a key that may not be.
    func isExportable(_ rule: AgentPolicy.ExportableRule) throws(HResult) -> Bool {
        let isSoftware =
            switch rule {
            case .documented: keyLocation == .software
            case .effective: keyLocation.isSoftwareHere
            }
        guard let keyExportable else { return keyLocation == .software }
        guard !keyExportable || isSoftware else { throw .notSupported }
        return keyExportable
    }
}

/// Where a private key is kept: KeyLocation of a PFX, KeyProtection of a SCEP enrolment.
///
/// This agent has keys in software only; what asks for more fails as on a machine without a TPM.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "KeyLocation" and "KeyProtection".
enum KeyLocation: Int {
    /// In the TPM.
    case tpm = 1
    /// In the TPM when there is one, else in software.
    case tpmIfPresent = 2
    /// In software.
    case software = 3
    /// In a container of Windows Hello for Business.
    case hello = 4

    /// Reads a number and what belongs to it.
    ///
    /// - Throws: ``HResult/invalidParameter`` for another number, and for a container without name.
    init(_ number: Int, containerName: String?) throws(HResult) {
        guard let value = Self(rawValue: number) else { throw .invalidParameter }
        if value == .hello, containerName?.isEmpty ?? true { throw .invalidParameter }
        self = value
    }

    /// Whether the key ends in software on this machine.
    var isSoftwareHere: Bool { self == .software || self == .tpmIfPresent }

    /// States that this machine has the place.
    ///
    /// - Throws: ``HResult/tpmNotFound`` or ``HResult/notSupported``.
    func check() throws(HResult) {
        switch self {
        case .software, .tpmIfPresent: return
        case .tpm: throw .tpmNotFound
        case .hello: throw .notSupported
        }
    }
}
