// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightInspection
import SealwrightTesting
import Testing

/// Files that other programs made, and what is to be said about them.
enum Fixture: String, CaseIterable {
    case certificate = "certificate.pem"
    case root = "root.pem"
    case csr = "csr.pem"
    case crl = "crl.pem"
    case ocspRequest = "ocsp-request.der"
    case ocspResponse = "ocsp-response.der"
    case scepRequest = "scep-request.der"
    case chain = "chain.p7b"

    /// The moment all reports are made for: 2026-06-01T12:00:00Z.
    static let now = Timestamp(seconds: 1_780_315_200)

    static let folder = Repository.root.appendingPathComponent("Tests/SealwrightInspectionTests/Fixtures")

    var file: URL { Self.folder.appendingPathComponent(rawValue) }
    var goldenFile: URL { Self.folder.appendingPathComponent(rawValue + ".txt") }

    var bytes: [UInt8] {
        get throws { Array(try Data(contentsOf: file)) }
    }

    /// The structure without its PEM armour.
    var der: [UInt8] {
        get throws { try #require(try PEM.sniff(bytes).first?.der) }
    }

    /// What it must turn out to be.
    var type: InspectionType {
        switch self {
        case .certificate, .root: .certificate
        case .csr: .csr
        case .crl: .crl
        case .ocspRequest: .ocspRequest
        case .ocspResponse: .ocspResponse
        case .scepRequest: .scep
        case .chain: .cms
        }
    }
}

extension Inspector {
    /// An inspector at the moment of the fixtures.
    static let fixed = Inspector(now: Fixture.now)
}

extension InspectionReport {
    /// The value of the first field of a label, wherever it stands.
    func value(_ label: String) -> String? {
        func find(_ sections: [InspectionSection]) -> String? {
            for section in sections {
                if let field = section.fields.first(where: { $0.label == label }) { return field.value }
                if let value = find(section.sections) { return value }
            }
            return nil
        }
        return find(sections)
    }

    var codes: [String] { findings.map(\.code) }
}
