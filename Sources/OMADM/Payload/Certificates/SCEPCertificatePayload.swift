// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// What a device needs to enrol for a certificate with SCEP: the Install nodes of one UniqueID.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP/UniqueID/Install.
public struct SCEPCertificatePayload: Hashable, Sendable {
    /// Where the key is made and kept; KeyProtection.
    public enum KeyProtection: Int, CaseIterable, Sendable {
        /// In a TPM, or not at all.
        case tpm = 1
        /// In a TPM when there is one, else in software.
        case tpmIfPresent = 2
        /// In software.
        case software = 3
        /// In the Windows Hello for Business container that ContainerName names.
        case windowsHello = 4
    }

    /// A family of digests; HashAlgorithm.
    public enum HashFamily: String, CaseIterable, Sendable {
        /// SHA-1, for authorities that know nothing else.
        case sha1 = "SHA-1"
        /// SHA-256 to SHA-512.
        case sha2 = "SHA-2"
        /// SHA-3, which SCEP has no word for.
        case sha3 = "SHA-3"
    }

    /// A unit of the validity that is asked for; ValidPeriod.
    public enum ValidPeriod: String, CaseIterable, Sendable {
        /// Days.
        case days = "Days"
        /// Months.
        case months = "Months"
        /// Years.
        case years = "Years"
    }

    /// Whether the device proves that its key is in a TPM; AttestPrivateKey, in previews of Windows only.
    public enum Attestation: Int, CaseIterable, Sendable {
        /// It does not.
        case none = 0
        /// It does when it can.
        case bestEffort = 1
        /// It does or fails.
        case required = 2
    }

    /// Where the certificate is installed.
    public var installation: CertificateInstallNode
    /// The servers in the order they are tried, without `/pkiclient.exe`, which Windows appends.
    public var serverURLs: [String]
    /// The challenge password, sent as it is although the CSP's page says Base64.
    public var challenge: String
    /// The purposes of the certificate.
    public var ekuMapping: [OID]
    /// What the key is for, the first octet of the BIT STRING: 0x80 digitalSignature, 0x20 keyEncipherment.
    public var keyUsage = 160
    /// The subject, ``SubjectName/text``.
    public var subjectName: String
    /// Where the key is made and kept; `nil` for the device's default, software.
    public var keyProtection: KeyProtection? = .software
    /// Minutes between polls while the authority decides; `nil` for the device's default, 5.
    public var retryDelay: Int?
    /// How many polls, up to 30; `nil` for the device's default, 3.
    public var retryCount: Int?
    /// The template of a Microsoft authority; others pass over it.
    public var templateName: String?
    /// Bits of the RSA key: 1024, 2048 or 4096.
    public var keyLength = 2048
    /// The digests that may be used.
    public var hashAlgorithms: [HashFamily] = [.sha2]
    /// A certificate of the authority in the answer to GetCACert, the root as a rule: SHA-1 in 40 digits.
    public var caThumbprint: String
    /// Further names.
    public var subjectAlternativeNames: [AlternativeName] = []
    /// The unit of the validity that is asked for; the authority decides.
    public var validPeriod: ValidPeriod?
    /// How many of ``validPeriod``; `nil` or 0 asks for nothing.
    public var validPeriodUnits: Int?
    /// The container of Windows Hello for Business.
    public var containerName: String?
    /// What is shown when the user is asked for a PIN.
    public var customTextToShowInPrompt: String?
    /// Keys of Entra; when there are some, only a device that has one of them enrols.
    public var aadKeyIdentifierList: [String] = []
    /// Whether the device proves where its key is.
    public var attestPrivateKey: Attestation?

    /// Makes a payload for a software key of RSA 2048, digitalSignature and keyEncipherment, and SHA-2.
    ///
    /// - Parameters:
    ///   - uniqueID: the name of the node: 1 to 64 of letters, digits, `.`, `_` and `-`.
    ///   - scope: whose certificate it is.
    ///   - serverURLs: the servers in the order they are tried.
    ///   - challenge: the challenge password.
    ///   - subjectName: the subject.
    ///   - ekuMapping: the purposes.
    ///   - caThumbprint: the authority, SHA-1.
    public init(
        uniqueID: String, scope: TreeScope = .device, serverURLs: [String], challenge: String,
        subjectName: SubjectName, ekuMapping: [OID], caThumbprint: String
    ) {
        installation = CertificateInstallNode(.scep, scope: scope, uniqueID: uniqueID)
        self.serverURLs = serverURLs
        self.challenge = challenge
        self.subjectName = subjectName.text
        self.ekuMapping = ekuMapping
        self.caThumbprint = caThumbprint
    }
}

extension SCEPCertificatePayload {
    /// The commands: one Atomic with the node, its settings and Enroll as the last.
    ///
    /// - Parameter deletingFirst: whether an installation of the same name is removed before, outside the Atomic.
    /// - Returns: the commands, without CmdIDs, which the session gives them.
    public func commands(deletingFirst: Bool = false) -> [Command] {
        let install = installation.locURI + "/Install/"
        var atomic = [NodeCommand.addNode(installation.locURI)]
        for leaf in leaves { atomic.append(NodeCommand.add(install + leaf.name, leaf.format, leaf.text)) }
        atomic.append(NodeCommand.exec(install + "Enroll"))
        return (deletingFirst ? [NodeCommand.delete(installation.locURI)] : []) + [NodeCommand.atomic(atomic)]
    }

    /// The commands that enrol again below an existing node, for a renewal: the settings are overwritten.
    ///
    /// Not to be sent while the Status is unknown (32) after an Exec.
    public var renewalCommands: [Command] { renewalCommands(droppingNames: false) }

    /// The commands that enrol again below an existing node.
    ///
    /// - Parameter droppingNames: whether the further names of the enrolment before are taken away; a device keeps
    ///   what nothing overwrites, and answers 404 when there are none.
    /// - Returns: the commands, without CmdIDs, which the session gives them.
    public func renewalCommands(droppingNames: Bool) -> [Command] {
        let install = installation.locURI + "/Install/"
        let dropped = droppingNames ? [NodeCommand.delete(install + "SubjectAlternativeNames")] : []
        let replaced = leaves.map { NodeCommand.replace(install + $0.name, $0.format, $0.text) }
        return [NodeCommand.atomic(dropped + replaced + [NodeCommand.exec(install + "Enroll")])]
    }

    /// The commands as a batch.
    ///
    /// - Parameters:
    ///   - id: the name of the batch.
    ///   - deletingFirst: whether an installation of the same name is removed before; that there is none is tolerated.
    /// - Returns: the batch.
    public func batch(id: String, deletingFirst: Bool = false) -> CommandBatch {
        CommandBatch(
            id: id, commands: commands(deletingFirst: deletingFirst), toleratedCodes: deletingFirst ? [.notFound] : [])
    }

    private typealias Leaf = (name: String, format: MetaFormat, text: String)

    /// The nodes that are set, in the order of the CSP's page.
    private var leaves: [Leaf] {
        func number(_ name: String, _ value: Int?) -> Leaf? { value.map { (name, .int, String($0)) } }
        func text(_ name: String, _ value: String?) -> Leaf? { value.map { (name, .chr, $0) } }
        let list: [Leaf?] = [
            text("ServerURL", serverURLs.joined(separator: ";")),
            text("Challenge", challenge),
            text("EKUMapping", ekuMapping.map(\.dotted).joined(separator: "+")),
            number("KeyUsage", keyUsage),
            text("SubjectName", subjectName),
            number("KeyProtection", keyProtection?.rawValue),
            number("RetryDelay", retryDelay),
            number("RetryCount", retryCount),
            text("TemplateName", templateName),
            number("KeyLength", keyLength),
            text("HashAlgorithm", hashAlgorithms.map(\.rawValue).joined(separator: "+")),
            text("CAThumbprint", CertificateInstallationStatus.thumbprint(caThumbprint) ?? caThumbprint),
            text(
                "SubjectAlternativeNames",
                subjectAlternativeNames.isEmpty ? nil : AlternativeName.text(subjectAlternativeNames)),
            text("ValidPeriod", validPeriod?.rawValue),
            number("ValidPeriodUnits", validPeriodUnits),
            text("ContainerName", containerName),
            text("CustomTextToShowInPrompt", customTextToShowInPrompt),
            text(
                "AADKeyIdentifierList",
                aadKeyIdentifierList.isEmpty ? nil : aadKeyIdentifierList.joined(separator: ";")),
            number("AttestPrivateKey", attestPrivateKey?.rawValue),
        ]
        return list.compactMap { $0 }
    }
}
