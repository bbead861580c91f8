// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP

/// The answer to GetCACaps, told.
struct CapabilitiesDescription {
    let capabilities: CACapabilities

    /// Whether a text looks like such an answer: short words, one a line, at least one of them known.
    static func isList(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= 4_096, !bytes.isEmpty else { return false }
        let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }
        guard lines.count <= 64, lines.allSatisfy(isWord) else { return false }
        let list = CACapabilities(parsing: bytes)
        return list.list.contains { word in meanings.contains { $0.capability.matches(word) } }
    }

    var report: InspectionReport {
        InspectionReport(
            .capabilities, summary: [meaning], findings: findings,
            sections: [
                InspectionSection("", capabilities.list.prefix(InspectionLimits.values).map(Self.field))
            ])
    }

    private var meaning: String {
        let renewal =
            capabilities.contains(.renewal) ? "renews certificates" : "does not say that it renews certificates"
        let post = capabilities.usesPost ? "takes messages by POST" : "takes messages by GET only"
        return "A SCEP server that \(post) and \(renewal)."
    }

    private var findings: [InspectionFinding] {
        func missing(_ sentence: String, unless isThere: Bool) -> [InspectionFinding] {
            isThere ? [] : [InspectionFinding(.warning, .capabilityMissing, sentence)]
        }
        let modern = (try? capabilities.digest()) != nil
        return missing("It announces no digest better than SHA-1; clients fall back to that.", unless: modern)
            + missing(
                "It does not announce AES; clients fall back to triple DES or DES.",
                unless: (try? capabilities.cipher()) != nil)
            + missing(
                "It does not announce POST; long messages in a URL are cut off by proxies.",
                unless: capabilities.usesPost)
    }

    private static func field(_ word: Capability) -> InspectionField {
        InspectionField(word.rawValue, meanings.first { $0.capability.matches(word) }?.words ?? "not known here")
    }

    private static func isWord(_ line: ArraySlice<UInt8>) -> Bool {
        line.count <= 40 && line.allSatisfy { $0.isWordCharacter || ". \t".utf8.contains($0) }
    }

    private static let meanings: [(capability: Capability, words: String)] = [
        (.scepStandard, "implements RFC 8894: AES, SHA-256 and POST"), (.aes, "takes AES"), (.des3, "takes triple DES"),
        (.getNextCACert, "tells its successor's certificate"), (.postPKIOperation, "takes messages by POST"),
        (.renewal, "renews certificates"), (.update, "updates certificates, the old word for renewal"),
        (.sha1, "takes SHA-1"), (.sha224, "takes SHA-224"), (.sha256, "takes SHA-256"), (.sha384, "takes SHA-384"),
        (.sha512, "takes SHA-512"),
    ]
}
