// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting
import Testing
import TrustEvaluation

/// One test of NIST's suite: what is handed to path validation, and what must come out.
struct PKITSCase: Sendable, CustomTestStringConvertible {
    let number: String
    let title: String
    let isValid: Bool
    let certificates: [String]
    let lists: [String]
    let policies: [String]
    let settings: Set<String>

    var testDescription: String { "\(number) \(title)" }

    /// All 249 tests, transcribed into a table.
    static let all: [PKITSCase] = {
        let table = (try? Repository.octets("Tests/TrustEvaluationTests/Fixtures/pkits.tsv")) ?? []
        return String(decoding: table, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            PKITSCase(line: $0)
        }
    }()

    /// Tests whose signatures are DSA's, which this library does not calculate: the two valid ones are refused.
    static let refusedByPolicy: Set<String> = ["4.1.4", "4.1.5"]

    private init?(line: Substring) {
        let fields = line.split(separator: "\t").map(String.init)
        guard fields.count == 7 else { return nil }
        number = fields[0]
        title = fields[1]
        isValid = fields[2] == "valid"
        certificates = fields[3].split(separator: " ").map(String.init)
        lists = fields[4].split(separator: " ").map(String.init)
        policies = fields[5].split(separator: " ").map(String.init)
        settings = Set(fields[6].split(separator: " ").map(String.init))
    }

    /// The question as the suite asks it; CRLs are required, and the moment lies inside the suite's own validity.
    func query(_ files: PKITSFiles) throws -> TrustQuery {
        let path = try certificates.map { try files.certificate($0) }
        var query = TrustQuery(
            leaf: try #require(path.last), intermediates: Array(path.dropLast()),
            anchors: [TrustAnchor(try files.certificate("TrustAnchorRootCertificate"))],
            time: try #require(Timestamp(year: 2012, month: 1, day: 1)))
        query.revocation = RevocationSettings(mode: .required, lists: try lists.map { try files.list($0) })
        query.policies = PolicySettings(
            acceptable: Set(policies.compactMap(Self.policy)),
            requiresExplicitPolicy: settings.contains("explicit"),
            inhibitsAnyPolicy: settings.contains("inhibit-any"), inhibitsMapping: settings.contains("inhibit-map"))
        return query
    }

    /// `NIST-test-policy-n` is 2.16.840.1.101.3.2.1.48.n.
    private static func policy(_ name: String) -> OID? {
        if name == "anyPolicy" { return .anyPolicy }
        return name.split(separator: "-").last.flatMap { UInt64($0) }.map { OID(2, 16, 840, 1, 101, 3, 2, 1, 48, $0) }
    }
}

/// The suite's certificates and CRLs, as the Python package `cryptography-vectors` carries them.
struct PKITSFiles: Sendable {
    private let folder: URL

    /// `nil` where `scripts/bootstrap` has not installed the package.
    static let installed = Repository.cryptographyVectors.map {
        PKITSFiles(folder: $0.appendingPathComponent("x509/PKITS_data"))
    }

    func certificate(_ name: String) throws -> CertificateView {
        try CertificateView(parsing: Array(try Data(contentsOf: folder.appendingPathComponent("certs/\(name).crt"))))
    }

    func list(_ name: String) throws -> RevocationList {
        try RevocationList(parsing: Array(try Data(contentsOf: folder.appendingPathComponent("crls/\(name).crl"))))
    }
}
