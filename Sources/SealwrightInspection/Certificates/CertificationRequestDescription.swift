// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A PKCS#10, told.
///
/// The text of a challenge is never shown, only that there is one.
struct CertificationRequestDescription {
    let request: CertificationRequest

    var report: InspectionReport {
        InspectionReport(.csr, summary: [meaning], findings: findings, sections: sections)
    }

    var sections: [InspectionSection] {
        [
            InspectionSection("", fields), InspectionSection("Windows", windowsFields),
            InspectionSection(
                "Requested extensions", request.requestedExtensions.map { ExtensionDescription(item: $0).field }),
        ]
    }

    /// Whether its own key signed it; `nil` when that cannot or should not be tried.
    private var isSelfSigned: Bool? {
        guard let key = request.publicKey, key.isCheapToCheckWith,
            request.signatureAlgorithm.signatureAlgorithm != nil
        else { return nil }
        return request.isSelfSigned
    }

    private var meaning: String {
        let name =
            request.subject.commonName ?? request.requestedExtension(SubjectAlternativeName.self)?.names.first?.text
        let holder = name.map { Printable.text($0, limit: 64) } ?? "a holder without a name"
        return
            "Asks for a certificate for \(holder), key \(PublicKeyDescription(key: request.subjectPublicKeyInfo).name)."
    }

    private var fields: [InspectionField] {
        [
            InspectionField("Subject", request.subject.rfc4514, note: request.subject.isEmpty ? "empty" : nil)
        ] + PublicKeyDescription(key: request.subjectPublicKeyInfo).fields + [
            InspectionField("Signature", request.signatureAlgorithm.signatureName, note: signatureNote),
            InspectionField("Challenge", request.challengePassword == nil ? "none" : "present", note: challengeNote),
            InspectionField("SHA-256", Printable.colons(DigestAlgorithm.sha256.hash(request.encoded))),
        ] + otherAttributes
    }

    private var challengeNote: String? { request.challengePassword == nil ? nil : "its text is not shown" }

    private var signatureNote: String {
        switch isSelfSigned {
        case true?: "made with its own key"
        case false?: "does not verify with its own key"
        case nil: "not checked"
        }
    }

    /// What Windows adds.
    private var windowsFields: [InspectionField] {
        let client = request.requestClientInfo
        let provider = request.cspProvider?.name
        let renewed = request.renewalCertificate
        return [
            InspectionField("Operating system", request.osVersion),
            InspectionField("Machine", client?.machineName), InspectionField("User", client?.userName),
            InspectionField("Process", client?.processName), InspectionField("Key provider", provider),
            InspectionField("Renews", renewed.map { "\($0.subject.rfc4514), serial number \($0.serialNumber.hex)" }),
            InspectionField("Validity", request.requestedValidity.map { "\($0.amount) \($0.unit.rawValue)" }),
        ].compactMap { $0 }
    }

    private var otherAttributes: [InspectionField] {
        let others = request.attributes.map(\.type).filter { !Self.shownElsewhere.contains($0) }
        guard !others.isEmpty else { return [] }
        return [InspectionField("Other attributes", others.map(\.nameOrDotted).joined(separator: ", "))]
    }

    private static let shownElsewhere: Set<OID> = [
        .challengePassword, .extensionRequest, .microsoftCertificateExtensions, .microsoftOSVersion,
        .microsoftRequestClientInfo, .microsoftEnrollmentCSPProvider, .microsoftRenewalCertificate,
        .microsoftEnrollmentNameValuePair,
    ]

    var findings: [InspectionFinding] {
        var findings = PublicKeyDescription(key: request.subjectPublicKeyInfo).findings
        findings += request.requestedExtensions.findings
        if let legacy = InspectionFinding.legacy(
            request.signatureAlgorithm.signatureAlgorithm?.digest, in: "Its signature")
        {
            findings.append(legacy)
        }
        switch isSelfSigned {
        case true?: break
        case false?:
            findings.append(
                InspectionFinding(
                    .error, .signatureInvalid,
                    "Its own key does not verify its signature; every authority will refuse it."))
        case nil:
            findings.append(InspectionFinding(.warning, .signatureUnchecked, "Its signature cannot be checked here."))
        }
        if request.challengePassword != nil {
            findings.append(
                InspectionFinding(
                    .note, .challengeReadable, "It carries a challenge that anybody who has this file can read."))
        }
        return findings
    }
}
