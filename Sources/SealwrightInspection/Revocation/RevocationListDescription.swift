// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A CRL, told: how many are on it and the first few of them.
struct RevocationListDescription {
    let list: CertificateList
    let now: Timestamp

    var report: InspectionReport {
        InspectionReport(
            .crl, summary: [meaning], findings: findings,
            sections: [
                InspectionSection("", fields), list.extensions.section, InspectionSection(entriesTitle, entryFields),
            ])
    }

    private var meaning: String {
        let kind = list.isDelta ? "changes the list of" : "lists"
        let made = list.thisUpdate.map { " as of \(PlainTime.day($0))" } ?? ""
        return "\(issuerName) \(kind) \(Printable.count(list.entries.count, "revoked certificate"))\(made)."
    }

    private var issuerName: String { Printable.text(list.issuer.commonName ?? list.issuer.rfc4514, limit: 64) }

    private var fields: [InspectionField] {
        [
            InspectionField("Issuer", list.issuer.rfc4514),
            InspectionField("Made", list.thisUpdate, now: now) ?? InspectionField("Made", "unreadable"),
            InspectionField("Next", list.nextUpdate, now: now) ?? InspectionField("Next", "not said"),
            InspectionField("Entries", String(list.entries.count)),
            InspectionField("Signature", list.signatureAlgorithm.signatureName, note: "its issuer's key is not in it"),
            InspectionField("Version", String(list.version)),
        ]
    }

    private var entriesTitle: String {
        let hidden = list.entries.count - InspectionLimits.revocations
        return hidden > 0 ? "The first \(InspectionLimits.revocations) of \(list.entries.count) entries" : "Entries"
    }

    private var entryFields: [InspectionField] {
        list.entries.prefix(InspectionLimits.revocations).map { entry in
            let moment = entry.revocationDate?.iso8601 ?? "at an unreadable time"
            let reason = entry.reason?.name ?? entry.reasonCode.map { "reason \($0)" }
            return InspectionField(entry.serialNumber.hex, [moment, reason].compactMap { $0 }.joined(separator: " "))
        }
    }

    private var findings: [InspectionFinding] {
        var findings = list.findings.map { InspectionFinding(.warning, .deviation, $0.asSentence) }
        findings += list.extensions.findings
        if let next = list.nextUpdate, now > next {
            findings.append(
                InspectionFinding(
                    .error, .stale,
                    "A newer one was due \(PlainTime.distance(next, from: now)); this one no longer counts."))
        }
        if let made = list.thisUpdate, now < made {
            findings.append(InspectionFinding(.error, .notYetValid, "It counts from \(PlainTime.day(made)) on."))
        }
        let digest = list.signatureAlgorithm.signatureAlgorithm?.digest
        if let legacy = InspectionFinding.legacy(digest, in: "Its signature") { findings.append(legacy) }
        return findings
    }
}
