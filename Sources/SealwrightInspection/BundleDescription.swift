// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A PEM text of several blocks, told block by block.
struct BundleDescription {
    let blocks: [PEMBlock]
    let read: (PEMBlock) throws(InspectionError) -> InspectionReport

    /// A block that cannot be read is a finding, unless none can.
    func report() throws(InspectionError) -> InspectionReport {
        var sections: [InspectionSection] = []
        var findings: [InspectionFinding] = []
        var counts: [InspectionType: Int] = [:]
        var firstError: InspectionError?
        for (index, block) in blocks.prefix(InspectionLimits.blocks).enumerated() {
            let number = "Block \(index + 1)"
            do throws(InspectionError) {
                let report = try read(block)
                counts[report.type, default: 0] += 1
                findings += report.findings.map { $0.about(number) }
                sections.append(report.section("\(number): \(report.type.name)"))
            } catch {
                firstError = firstError ?? error
                findings.append(InspectionFinding(.error, code: error.code, "\(error)".asSentence).about(number))
            }
        }
        if let firstError, counts.isEmpty { throw firstError }
        findings += InspectionFinding.notShown(blocks.count - InspectionLimits.blocks, "block")
        return InspectionReport(.bundle, summary: [meaning(counts)], findings: findings, sections: sections)
    }

    private func meaning(_ counts: [InspectionType: Int]) -> String {
        let kinds = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { Printable.count($0.value, $0.key.name) }
        return "\(Printable.count(blocks.count, "PEM block")): \(Printable.list(kinds))."
    }
}

/// What a PEM block says of itself.
///
/// Source: RFC 7468, section 4, and OpenSSL's `pem.h` for the older words.
struct PEMLabel {
    private let label: String

    init(_ label: String) { self.label = label }

    /// Says that the label does not fit; nothing for one that fits, is unknown or absent.
    func finding(for type: InspectionType) -> InspectionFinding? {
        guard let meant = Self.types[label], meant != type, !(meant == .cms && type == .scep) else { return nil }
        return InspectionFinding(
            .warning, .labelWrong, "It is labelled '\(label)', but it is a \(type.name); strict programs refuse it.")
    }

    private static let types: [String: InspectionType] = [
        "CERTIFICATE": .certificate, "X509 CERTIFICATE": .certificate, "CERTIFICATE REQUEST": .csr,
        "NEW CERTIFICATE REQUEST": .csr, "X509 CRL": .crl, "CRL": .crl, "PKCS7": .cms, "CMS": .cms,
        "PRIVATE KEY": .privateKey, "RSA PRIVATE KEY": .privateKey, "EC PRIVATE KEY": .privateKey,
        "ENCRYPTED PRIVATE KEY": .encryptedPrivateKey, "PUBLIC KEY": .publicKey, "OCSP REQUEST": .ocspRequest,
        "OCSP RESPONSE": .ocspResponse, "PKCS12": .pkcs12,
    ]
}
