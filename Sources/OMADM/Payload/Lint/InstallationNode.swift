// SPDX-License-Identifier: Apache-2.0

/// A node below a UniqueID of ClientCertificateInstall, as ``PayloadLint`` knows it.
///
/// Source: Microsoft, ClientCertificateInstall DDF.
struct InstallationNode: Sendable {
    /// The path below the UniqueID.
    let path: String
    let format: MetaFormat
    /// Whether an enrolment or import needs it.
    let isRequired: Bool
    /// Whether it can only be read.
    let isReadOnly: Bool
    /// Whether its value is a secret.
    let isSecret: Bool

    private init(
        _ path: String, _ format: MetaFormat = .chr, isRequired: Bool = false, isReadOnly: Bool = false,
        isSecret: Bool = false
    ) {
        self.path = path
        self.format = format
        self.isRequired = isRequired
        self.isReadOnly = isReadOnly
        self.isSecret = isSecret
    }

    /// The nodes of a kind of installation.
    static func all(_ kind: CertificateInstallNode.Kind) -> [InstallationNode] {
        switch kind {
        case .scep: scep
        case .pfx: pfx
        }
    }

    /// The node at a path below the UniqueID, in any case.
    static func at(_ path: String, _ kind: CertificateInstallNode.Kind) -> InstallationNode? {
        all(kind).first { LocURIText.key($0.path) == LocURIText.key(path) }
    }

    private static let scep: [InstallationNode] = [
        .init("", .node),
        .init("Install", .node),
        .init("Install/ServerURL", isRequired: true),
        .init("Install/Challenge", isRequired: true, isSecret: true),
        .init("Install/EKUMapping", isRequired: true),
        .init("Install/KeyUsage", .int, isRequired: true),
        .init("Install/AttestPrivateKey", .int),
        .init("Install/SubjectName", isRequired: true),
        .init("Install/KeyProtection", .int),
        .init("Install/RetryDelay", .int),
        .init("Install/RetryCount", .int),
        .init("Install/TemplateName"),
        .init("Install/KeyLength", .int, isRequired: true),
        .init("Install/HashAlgorithm", isRequired: true),
        .init("Install/CAThumbprint", isRequired: true),
        .init("Install/SubjectAlternativeNames"),
        .init("Install/ValidPeriod"),
        .init("Install/ValidPeriodUnits", .int),
        .init("Install/ContainerName"),
        .init("Install/CustomTextToShowInPrompt"),
        .init("Install/Enroll", .null),
        .init("Install/AADKeyIdentifierList"),
        .init("CertThumbprint", isReadOnly: true),
        .init("Status", .int, isReadOnly: true),
        .init("ErrorCode", .int, isReadOnly: true),
        .init("RespondentServerUrl", isReadOnly: true),
    ]

    private static let pfx: [InstallationNode] = [
        .init("", .node),
        .init("KeyLocation", .int, isRequired: true),
        .init("ContainerName"),
        .init("PFXCertBlob", .bin, isRequired: true, isSecret: true),
        .init("PFXCertPassword", isSecret: true),
        .init("PFXCertPasswordEncryptionType", .int),
        .init("PFXKeyExportable", .bool),
        .init("PFXCertPasswordEncryptionStore"),
        .init("Thumbprint", isReadOnly: true),
        .init("Status", .int, isReadOnly: true),
    ]
}
