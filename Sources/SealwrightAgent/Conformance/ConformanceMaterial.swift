// SPDX-License-Identifier: Apache-2.0

import OMADM

/// What the cases send that has to be made for the occasion: two PFX files, two certificates.
public struct ConformanceMaterial: Sendable {
    /// One PKCS#12.
    public struct PFXFile: Sendable {
        /// The file in Base64.
        public let base64: String
        /// Its password.
        public let password: String
        /// The SHA-1 of its certificate, 40 upper-case hexadecimal digits.
        public let thumbprint: String

        /// Takes the parts.
        public init(base64: String, password: String, thumbprint: String) {
            self.base64 = base64
            self.password = password
            self.thumbprint = thumbprint
        }
    }

    /// What the cases about KeyLocation 4 need.
    public struct Container: Sendable {
        /// The name of a container that the device has, and that the user has too; made before the suite runs.
        public let name: String
        /// A file with an RSA key of 2048 bits, the one kind that a container takes.
        public let pfx: PFXFile

        /// Takes the parts.
        public init(name: String, pfx: PFXFile) {
            self.name = name
            self.pfx = pfx
        }
    }

    /// The file that cases install.
    public let pfx: PFXFile
    /// Another one, with another certificate, to replace it with.
    public let replacement: PFXFile
    /// Two certificates for the trees of certificates, in Base64 by their thumbprint; without them those trees are left
    /// out.
    public let certificates: [(thumbprint: String, base64: String)]

    /// A container for keys; without it what succeeds with one is left out.
    ///
    /// None on the device may have the name `container`.
    public let container: Container?

    /// Joins the files, two certificates and a container.
    public init(
        pfx: PFXFile, replacement: PFXFile, certificates: [(thumbprint: String, base64: String)] = [],
        container: Container? = nil
    ) {
        self.pfx = pfx
        self.replacement = replacement
        self.certificates = certificates
        self.container = container
    }

    /// A value that a node takes.
    func sample(_ node: String) -> String {
        switch node {
        case "PFXCertBlob": pfx.base64
        case "PFXCertPassword": pfx.password
        default: Self.samples[node] ?? ""
        }
    }

    private static let samples: [String: String] = [
        "KeyLocation": "3", "ContainerName": "container", "PFXCertPasswordEncryptionType": "0",
        "PFXKeyExportable": "true", "PFXCertPasswordEncryptionStore": "My", "ServerURL": "http://127.0.0.1:9/scep",
        "Challenge": "1234CB055B7EBF384A9486A22B7559A5", "EKUMapping": "1.3.6.1.5.5.7.3.2+1.3.6.1.4.1.311.10.3.4",
        "KeyUsage": "160", "AttestPrivateKey": "0", "SubjectName": "CN=ContosoCSP", "KeyProtection": "3",
        "RetryDelay": "1", "RetryCount": "1", "TemplateName": "1.3.6.1.4.1.311.21.8.1", "KeyLength": "2048",
        "HashAlgorithm": "SHA-2", "CAThumbprint": "0123456789ABCDEF0123456789ABCDEF01234567",
        "SubjectAlternativeNames": "11+user@example.com;3+host.example.com", "ValidPeriod": "Years",
        "ValidPeriodUnits": "1", "CustomTextToShowInPrompt": "text", "AADKeyIdentifierList": "",
    ]

    /// The leaves of a PFX installation in the order of the published example, the blob second.
    static let pfxBlock = [
        "KeyLocation", "PFXCertBlob", "PFXCertPassword", "PFXCertPasswordEncryptionType", "PFXKeyExportable",
    ]

    /// The leaves of a SCEP installation in the order of the published example.
    static let scepBlock = [
        "RetryCount", "RetryDelay", "KeyUsage", "KeyLength", "HashAlgorithm", "SubjectName",
        "SubjectAlternativeNames", "ValidPeriod", "ValidPeriodUnits", "EKUMapping", "KeyProtection", "ServerURL",
        "Challenge", "CAThumbprint",
    ]

    /// The format a node's value is sent in.
    static func format(_ node: String) -> MetaFormat {
        ClientCertificateInstall.definitions.first { $0.name == node }?.format ?? .chr
    }
}

extension CaseBuilder {
    /// Adds of the leaves of a PFX installation.
    mutating func pfxBlock(_ material: ConformanceMaterial) -> [Command] {
        ConformanceMaterial.pfxBlock.map { node in
            add("PFXCertInstall/{UniqueID}/\(node)", material.sample(node), ConformanceMaterial.format(node))
        }
    }

    /// The Add of a UniqueID, Adds of the leaves of a SCEP installation, and its Exec.
    mutating func scepBlock(_ material: ConformanceMaterial) -> [Command] {
        var commands = [add("SCEP/{UniqueID}", nil, .node)]
        for node in ConformanceMaterial.scepBlock {
            commands.append(
                add("SCEP/{UniqueID}/Install/\(node)", material.sample(node), ConformanceMaterial.format(node)))
        }
        return commands + [exec("SCEP/{UniqueID}/Install/Enroll")]
    }

    /// An Atomic in the preparation.
    mutating func prepare(atomic children: [Command]) {
        prepare(.atomic(Command.Atomic(cmdID: nextID(), commands: children)))
    }
}
