// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// An encrypted CMS message, told: for whom and how, as far as that shows without a key.
struct EnvelopedDataDescription {
    let data: EnvelopedData

    var report: InspectionReport {
        InspectionReport(.cms, summary: [meaning], findings: findings, sections: [section("")])
    }

    func section(_ title: String) -> InspectionSection {
        InspectionSection(title, fields, sections: data.recipients.map(Self.section))
    }

    private var meaning: String {
        let recipients = Printable.count(data.recipients.count + data.otherRecipients.count, "recipient")
        return "\(data.encryptedContent.count) octets, encrypted with \(cipherName) for \(recipients)."
    }

    private var fields: [InspectionField] {
        [
            InspectionField("Message", data.mac.isEmpty ? "EnvelopedData" : "AuthEnvelopedData"),
            InspectionField("Cipher", cipherName),
            InspectionField("Content type", data.contentType.nameOrDotted),
            InspectionField("Content", "\(data.encryptedContent.count) octets, encrypted"),
            InspectionField(
                "Other recipients", data.otherRecipients.isEmpty ? nil : String(data.otherRecipients.count),
                note: "not by key transport"),
        ].compactMap { $0 }
    }

    private static func section(_ recipient: KeyTransRecipient) -> InspectionSection {
        InspectionSection(
            "Recipient",
            [
                InspectionField("For", SignerDescription.words(recipient.rid)),
                InspectionField("Key transport", transportName(recipient)),
                InspectionField("Encrypted key", "\(recipient.encryptedKey.count) octets"),
            ])
    }

    private static func transportName(_ recipient: KeyTransRecipient) -> String {
        switch recipient.transport {
        case .pkcs1v15?: "RSA, PKCS#1 v1.5"
        case .oaep(let digest, _)?: "RSA, OAEP with \(digest.displayName)"
        case nil: recipient.keyEncryptionAlgorithm.oid.nameOrDotted
        }
    }

    private var cipherName: String {
        data.cipher?.displayName ?? data.contentEncryptionAlgorithm.oid.nameOrDotted
    }

    var findings: [InspectionFinding] {
        guard let cipher = data.cipher, cipher.isLegacy else { return [] }
        return [
            InspectionFinding(
                .warning, .legacyAlgorithm,
                "It is encrypted with \(cipher.displayName), which should no longer be used.")
        ]
    }
}

extension ContentCipher {
    /// `AES-256-CBC`.
    var displayName: String {
        switch self {
        case .aes128CBC: "AES-128-CBC"
        case .aes192CBC: "AES-192-CBC"
        case .aes256CBC: "AES-256-CBC"
        case .aes128GCM: "AES-128-GCM"
        case .aes192GCM: "AES-192-GCM"
        case .aes256GCM: "AES-256-GCM"
        case .tripleDESCBC: "triple DES"
        case .desCBC: "DES"
        }
    }
}
