// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

/// A temporary folder in which programs nobody here wrote read and write certificates and requests.
final class ToolFolder: Sendable {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes a file.
    func write(_ bytes: [UInt8], _ name: String) throws { try folder.write(bytes, name) }

    /// Writes a text file.
    func write(_ text: String, _ name: String) throws { try folder.write(text, name) }

    /// Reads a file.
    func read(_ name: String) throws -> [UInt8] { try folder.read(name) }

    /// Runs a command line, its words divided by single spaces, or given as a list.
    ///
    /// - Returns: what it printed on both streams.
    /// - Throws: ``ForeignProgram/Failure`` unless it ended with 0.
    @discardableResult
    func run(_ line: String, _ more: [String] = []) throws -> String {
        let words = line.split(separator: " ").map(String.init) + more
        return try ForeignProgram.succeed(words.first ?? "", Array(words.dropFirst()), in: folder.url).text
    }

    /// A self-signed certificate made by OpenSSL, as DER.
    func selfSigned(_ key: String, _ more: [String] = [], subject: String = "/C=DE/O=Example/CN=judge") throws
        -> [UInt8]
    {
        let line = "openssl req -x509 -nodes -newkey \(key) -keyout k.pem -outform DER -out c.der -days 30 -subj"
        try run(line, [subject] + more)
        return try read("c.der")
    }

    /// A request made by OpenSSL, as DER.
    func request(_ key: String, _ more: [String] = [], subject: String = "/C=DE/O=Example/CN=judge") throws -> [UInt8] {
        let line = "openssl req -new -nodes -newkey \(key) -keyout k.pem -outform DER -out r.der -subj"
        try run(line, [subject] + more)
        return try read("r.der")
    }
}

/// A key with what tests need around it.
struct TestKey {
    let key: SoftwareKey
    private static let pool = CryptoPool(threads: 1)

    init(_ type: KeyType = .ecP256) throws {
        key = try SoftwareKey.generate(type, id: KeyID(rawValue: "test"), pool: Self.pool)
    }

    var info: SubjectPublicKeyInfo { SubjectPublicKeyInfo(key.publicKey) }

    /// A certificate signed by this key.
    func sign(_ tbs: TBSCertificate) throws -> [UInt8] {
        let bytes = tbs.derBytes
        let signature = try key.signSynchronously(bytes, algorithm: tbs.signature)
        return TBSCertificate.certificate(tbs: bytes, signature: signature, algorithm: tbs.signature)
    }

    /// A request signed by this key.
    func request(_ subject: DistinguishedName, _ attributes: [Attribute] = []) throws -> [UInt8] {
        let info = CertificationRequest.prepare(
            subject: subject, subjectPublicKeyInfo: info, attributes: attributes)
        let algorithm = key.defaultSignatureAlgorithm
        let signature = try key.signSynchronously(info.derBytes, algorithm: algorithm)
        return info.finish(signature: signature, algorithm: algorithm)
    }

    /// A to-be-signed certificate for this key, self-issued unless changed.
    func tbs(_ subject: String = "CN=test,O=Example,C=DE", _ extensions: [CertificateExtension] = []) throws
        -> TBSCertificate
    {
        let name = try DistinguishedName(rfc4514: subject)
        let start = try #require(Timestamp(year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5))
        let end = try #require(Timestamp(year: 2046, month: 1, day: 1))
        return TBSCertificate(
            serialNumber: .random(), signature: key.defaultSignatureAlgorithm, issuer: name, notBefore: start,
            notAfter: end, subject: name, subjectPublicKeyInfo: info, extensions: extensions)
    }
}
