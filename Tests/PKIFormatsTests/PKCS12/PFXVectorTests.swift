// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting
import Testing

@Suite("RFC 7292: the PKCS#12 files of cryptography-vectors", .enabled(if: VectorFiles.areVectorsExpected))
struct PFXVectorTests {
    /// What a file holds, as `openssl pkcs12 -legacy` shows it.
    struct Expectation: CustomTestStringConvertible, Sendable {
        let file: String
        let password: String
        let certificates: Int
        let keys: Int
        /// Of the certificates.
        let names: [String]

        var testDescription: String { file }
    }

    private static func named(_ prefix: String, _ keys: Int, _ certificates: Int, _ names: [String]) -> [Expectation] {
        [("no-pwd", ""), ("pwd", "password")].map { suffix, password in
            Expectation(
                file: "\(prefix)-\(suffix).p12", password: password, certificates: certificates, keys: keys,
                names: names)
        }
    }

    private static func single(_ file: String, _ certificates: Int, _ keys: Int) -> Expectation {
        Expectation(
            file: file, password: "cryptography", certificates: certificates, keys: keys, names: [])
    }

    static let expectations: [Expectation] =
        named("name-1", 1, 3, ["name"]) + named("name-2", 1, 3, ["name2"]) + named("name-3", 1, 3, ["name3"])
        + named("name-2-3", 1, 3, ["name2", "name3"]) + named("name-all", 1, 3, ["name", "name2", "name3"])
        + named("name-unicode", 1, 3, ["☺"]) + named("no-name", 1, 3, [])
        + named("no-cert-name-2", 0, 2, ["name2"]) + named("no-cert-name-3", 0, 2, ["name3"])
        + named("no-cert-name-all", 0, 2, ["name2", "name3"]) + named("no-cert-name-unicode", 0, 2, ["☹"])
        + named("no-cert-no-name", 0, 2, [])
        + [
            single("cert-aes256cbc-no-key.p12", 1, 0), single("cert-key-aes256cbc.p12", 1, 1),
            single("cert-none-key-none.p12", 1, 1), single("cert-rc2-key-3des.p12", 1, 1),
            single("no-cert-key-aes256cbc.p12", 0, 1),
            Expectation(
                file: "no-password.p12", password: "", certificates: 1, keys: 1, names: ["cryptography CA"]),
            Expectation(
                file: "java-truststore.p12", password: "", certificates: 2, keys: 0, names: ["cert1"]),
        ]

    @Test func `every file of the package is in the table`() throws {
        let folder = try #require(Repository.cryptographyVectors).appendingPathComponent("pkcs12")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".p12") }
        #expect(Set(files) == Set(Self.expectations.map(\.file)))
    }

    @Test(arguments: expectations)
    func `a file holds what openssl finds in it`(expected: Expectation) throws {
        let bench = try PKCS12Bench.shared()
        let bytes = try VectorFiles.cryptographyVector("pkcs12/\(expected.file)")
        let contents = try PFX(parsing: bytes).open(password: Array(expected.password.utf8))
        #expect(contents.certificates.count == expected.certificates)
        #expect(contents.keys.count == expected.keys)
        #expect(contents.isAuthenticated && !contents.hasLockedKey)
        let judged = try bench.opensslContents(bench.file(bytes, ".p12"), password: expected.password)
        #expect(Set(contents.certificates.map(\.certificate.encoded)) == judged.certificates)
        #expect(Set(contents.keys.map(\.info)) == judged.keys)
        let names = contents.certificates.compactMap(\.bag.friendlyName)
        for name in expected.names { #expect(names.contains(name), "\(name) in \(names)") }
    }

    @Test(arguments: expectations.filter { !$0.password.isEmpty })
    func `a wrong password, and none, are told as such`(expected: Expectation) throws {
        let pfx = try PFX(parsing: VectorFiles.cryptographyVector("pkcs12/\(expected.file)"))
        for password in ["", "Password", "cryptographie"] {
            #expect(throws: FormatError.passwordWrong("the PKCS#12")) { try pfx.open(password: Array(password.utf8)) }
        }
    }

    @Test func `every PKCS#12 of PKITS opens with its password`() throws {
        let folder = try #require(Repository.cryptographyVectors).appendingPathComponent("x509/PKITS_data/pkcs12")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".p12") }
        #expect(files.count >= 400)
        for file in files {
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(file)))
            let bundle = try CertificateBundle(reading: bytes, password: Array("password".utf8))
            #expect(bundle.isKeyMatching || bundle.hasLockedKey, "\(file)")
        }
    }
}
