// SPDX-License-Identifier: Apache-2.0

import OMADM

/// The nodes of the ClientCertificateInstall configuration service provider, the same for device and user.
///
/// Access is the superset of the published description (Windows 10 1511) and of the device description framework of
/// 2024: each once left a Delete out that the other has.
///
/// Source: Microsoft, ClientCertificateInstall CSP; Device Description Framework v2, ClientCertificateInstall.
public enum ClientCertificateInstall {
    /// The root of the tree, below the root of the scope.
    public static let root = ["Vendor", "MSFT", "ClientCertificateInstall"]
    /// The nodes that Windows expects to be written inside an Atomic.
    public static let atomicRequired = ["PFXCertInstall/{UniqueID}", "SCEP/{UniqueID}"]

    /// All nodes, parents first.
    public static let definitions: [NodeDefinition] =
        [node("", .node, .get, isPermanent: true)] + pfxCertInstall + scep + scepInstall + scepResults

    private static let pfxCertInstall: [NodeDefinition] = [
        node("PFXCertInstall", .node, .get, isPermanent: true, required: "PFX"),
        node("PFXCertInstall/{UniqueID}", .node, settable, .zeroOrMore, required: "PFX"),
        pfx("KeyLocation", .int, .one, rule: .oneOf(["1", "2", "3", "4"]), required: "PFX"),
        node(
            "PFXCertInstall/{UniqueID}/ContainerName", .chr, settable, .zeroOrOne, required: "PFX when KeyLocation=4"),
        pfx("PFXCertBlob", .bin, .one, required: "PFX", isSecret: true),
        pfx("PFXCertPassword", .chr, required: "PFX when the blob is password protected", isSecret: true),
        pfx("PFXCertPasswordEncryptionType", .int, defaultValue: "0", rule: .oneOf(["0", "1", "2"])),
        pfx(
            "PFXKeyExportable", .bool, defaultValue: "true", rule: .oneOf(["false", "true"]),
            dependency: .init(node: "KeyLocation", allowed: ["3"])),
        node("PFXCertInstall/{UniqueID}/Thumbprint", .chr, .get),
        node("PFXCertInstall/{UniqueID}/Status", .int, .get, required: "PFX"),
        pfx(
            "PFXCertPasswordEncryptionStore", .chr, required: "PFX when PFXCertPasswordEncryptionType=2",
            dependency: .init(node: "PFXCertPasswordEncryptionType", allowed: ["2"])),
    ]

    private static let scep: [NodeDefinition] = [
        node("SCEP", .node, .get, isPermanent: true),
        node("SCEP/{UniqueID}", .node, settable, .zeroOrMore, required: "SCEP"),
        node("SCEP/{UniqueID}/Install", .node, settable, required: "SCEP"),
    ]

    private static let scepInstall: [NodeDefinition] = [
        install("ServerURL", .chr, .one, required: "SCEP"),
        install("Challenge", .chr, .one, required: "SCEP", isSecret: true),
        install("EKUMapping", .chr, .one, rule: .objectIdentifiers, required: "SCEP"),
        install("KeyUsage", .int, .one, rule: .anyBit(of: 0xA0), required: "SCEP"),
        node(
            "SCEP/{UniqueID}/Install/AttestPrivateKey", .int, [.add, .get], rule: .oneOf(["0", "1", "2"]),
            sinceBuild: "99.9.99999"),
        install("SubjectName", .chr, .one, rule: .distinguishedName, required: "SCEP"),
        install("KeyProtection", .int, defaultValue: "3", rule: .oneOf(["1", "2", "3", "4"])),
        install("RetryDelay", .int, defaultValue: "5", rule: .atLeast(0)),
        install("RetryCount", .int, defaultValue: "3", rule: .atLeast(0)),
        install("TemplateName", .chr),
        install("KeyLength", .int, .one, rule: .oneOf(["1024", "2048", "4096"]), required: "SCEP"),
        install("HashAlgorithm", .chr, .one, required: "SCEP"),
        install("CAThumbprint", .chr, .one, required: "SCEP"),
        install("SubjectAlternativeNames", .chr, rule: .alternativeNames),
        install("ValidPeriod", .chr, defaultValue: "Days", rule: .oneOf(["Days", "Months", "Years"])),
        install("ValidPeriodUnits", .int, defaultValue: "0", rule: .atLeast(0)),
        install("ContainerName", .chr, required: "SCEP when KeyProtection=4"),
        install("CustomTextToShowInPrompt", .chr),
        node("SCEP/{UniqueID}/Install/Enroll", .null, .exec, required: "SCEP"),
        install("AADKeyIdentifierList", .chr, sinceBuild: "10.0.15063"),
    ]

    private static let scepResults: [NodeDefinition] = [
        node("SCEP/{UniqueID}/CertThumbprint", .chr, .get, .zeroOrOne),
        node("SCEP/{UniqueID}/Status", .int, .get, rule: .oneOf(["1", "2", "16", "32"]), required: "SCEP"),
        node("SCEP/{UniqueID}/ErrorCode", .int, .get, .zeroOrOne),
        node("SCEP/{UniqueID}/RespondentServerUrl", .chr, .get, required: "SCEP"),
    ]

    private static let settable: NodeDefinition.Access = [.add, .delete, .get, .replace]

    private static func node(
        _ path: String, _ format: MetaFormat, _ access: NodeDefinition.Access,
        _ occurrence: NodeDefinition.Occurrence = .one, isPermanent: Bool = false, rule: ValueRule = .any,
        required: String? = nil, sinceBuild: String = "10.0.10586"
    ) -> NodeDefinition {
        NodeDefinition(
            (root + [path]).joined(separator: "/"), format, access, occurrence, isPermanent: isPermanent, rule: rule,
            required: required, sinceBuild: sinceBuild, isAtomicRequired: atomicRequired.contains(path))
    }

    private static func pfx(
        _ name: String, _ format: MetaFormat, _ occurrence: NodeDefinition.Occurrence = .zeroOrOne,
        defaultValue: String? = nil, rule: ValueRule = .any, required: String? = nil,
        dependency: NodeDefinition.Dependency? = nil, isSecret: Bool = false
    ) -> NodeDefinition {
        NodeDefinition(
            (root + ["PFXCertInstall/{UniqueID}", name]).joined(separator: "/"), format, [.add, .get, .replace],
            occurrence, defaultValue: defaultValue, rule: rule, required: required, dependency: dependency,
            isSecret: isSecret)
    }

    private static func install(
        _ name: String, _ format: MetaFormat, _ occurrence: NodeDefinition.Occurrence = .zeroOrOne,
        defaultValue: String? = nil, rule: ValueRule = .any, required: String? = nil, isSecret: Bool = false,
        sinceBuild: String = "10.0.10586"
    ) -> NodeDefinition {
        NodeDefinition(
            (root + ["SCEP/{UniqueID}/Install", name]).joined(separator: "/"), format, settable, occurrence,
            defaultValue: defaultValue, rule: rule, required: required, isSecret: isSecret, sinceBuild: sinceBuild)
    }
}
