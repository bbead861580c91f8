// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

/// A SCEP message, told as far as that is possible without the authority's key.
struct SCEPMessageDescription {
    let message: PKIMessage
    let now: Timestamp

    var report: InspectionReport {
        let isSealed = type?.asksForCertificate == true && message.hasEnvelope
        let summary = [meaning] + (isSealed ? ["What it asks for is encrypted."] : [])
        return InspectionReport(.scep, summary: summary, findings: findings, sections: sections)
    }

    var type: MessageType? { try? message.attributes.messageType() }
    var status: PKIStatus? { try? message.attributes.pkiStatus() }
    var failInfo: FailInfo? { try? message.attributes.failInfo() }

    var sections: [InspectionSection] {
        [InspectionSection("", fields), signerSection, envelopeSection].compactMap { $0 }
    }

    private var fields: [InspectionField] {
        let attributes = message.attributes
        let identifier = (try? attributes.transactionID()) ?? attributes.answerableTransactionID
        let sender = try? attributes.senderNonce()
        let recipient = try? attributes.recipientNonce()
        return [
            InspectionField("messageType", type.map { "\($0.name) (\($0.rawValue))" } ?? "missing or unreadable"),
            InspectionField("transactionID", identifier?.text ?? "missing or unreadable"),
            InspectionField("pkiStatus", status.map { "\($0.name) (\($0.rawValue))" }),
            InspectionField("failInfo", failInfo.map { "\($0.name) (\($0.rawValue))" }),
            InspectionField("failInfoText", attributes.failInfoText),
            InspectionField("senderNonce", sender.map { Printable.hex($0.octets) }),
            InspectionField("recipientNonce", recipient.map { Printable.hex($0.octets) }),
            InspectionField("signingTime", attributes.signingTime, now: now),
        ].compactMap { $0 }
    }

    private var signerSection: InspectionSection {
        var fields = [InspectionField("Signature", signatureWords)]
        guard let signer = message.signer else { return InspectionSection("Signer", fields) }
        let description = CertificateDescription(certificate: signer, now: now)
        fields.append(
            InspectionField(
                "Digest", message.digest?.displayName ?? message.signerInfo.digestAlgorithm.oid.nameOrDotted))
        let isOwn = description.selfSignature == .valid
        fields.append(InspectionField("Kind", isOwn ? "made by itself" : "issued by another"))
        return InspectionSection("Signer", fields + description.section("").fields)
    }

    private var envelopeSection: InspectionSection? {
        guard message.hasEnvelope else { return nil }
        guard let envelope = try? message.envelope() else {
            return InspectionSection("Envelope", [InspectionField("Contents", "unreadable")])
        }
        return EnvelopedDataDescription(data: envelope).section("Envelope")
    }

    private var signatureWords: String {
        guard let signer = message.signer else { return "not checked: the signer's certificate is not in the message" }
        guard signer.publicKey?.isCheapToCheckWith == true else { return "not checked: the key cannot be used here" }
        return (try? message.verifySignature()) == nil ? "invalid" : "valid"
    }

    private var meaning: String {
        guard let type else { return "A SCEP message of an unknown type." }
        return type == .certRep ? replyMeaning : requestMeaning(type)
    }

    private func requestMeaning(_ type: MessageType) -> String {
        let sender = message.signer.map { $0.subject.commonName ?? $0.subject.rfc4514 } ?? "an unknown device"
        let holder = sender.isEmpty ? "a device without a name" : Printable.text(sender, limit: 64)
        switch type {
        case .pkcsReq: return "\(type.name): \(holder) asks for a certificate."
        case .renewalReq, .updateReq: return "\(type.name): \(holder) asks to renew its certificate."
        case .certPoll: return "\(type.name): \(holder) asks what became of its request."
        case .getCert: return "\(type.name): \(holder) asks for a certificate that was issued before."
        case .getCRL: return "\(type.name): \(holder) asks for the CRL."
        default: return "\(type.name): a message that no server knows."
        }
    }

    var replyMeaning: String {
        switch status {
        case .success: return "CertRep: the request was granted; the certificate is encrypted for the device."
        case .pending: return "CertRep: the request waits for a person's approval."
        case .failure:
            let reason = failInfo.map { ": \($0.name)" } ?? ""
            let text = message.attributes.failInfoText.map { ", \"\(Printable.text($0, limit: 300))\"" } ?? ""
            return "CertRep: the request was refused\(reason)\(text)."
        case nil: return "CertRep without a pkiStatus that can be read."
        }
    }

    var findings: [InspectionFinding] {
        var findings: [InspectionFinding] = []
        if signatureWords == "invalid" {
            findings.append(InspectionFinding(.error, .signatureInvalid, "The message's signature does not verify."))
        }
        if let legacy = InspectionFinding.legacy(message.digest, in: "The message's signature", severity: .warning) {
            findings.append(legacy)
        }
        do throws(SCEPError) { try message.attributes.checkMultiplicity() } catch {
            findings.append(InspectionFinding(.error, .deviation, "\(error)".asSentence))
        }
        let envelope = try? message.envelope()
        return findings + (envelope.map { EnvelopedDataDescription(data: $0).findings } ?? [])
    }
}
