// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightTesting
import Testing

/// A temporary folder with a small hierarchy, in which `openssl`, `certtool`, `keytool` and `pk12util` write and read.
///
/// Made once for the whole test run and removed at its end: a root, an issuing authority and three leaves, `leaf` (RSA),
/// `ec` and `lone` (self-signed), each with `NAME.key`, `NAME.p8`, `NAME.crt` and `NAME.der`.
struct PKCS12Bench: Sendable {
    private let folder: URL

    private static let made = Result { try PKCS12Bench() }

    /// The bench of this test run.
    static func shared() throws -> PKCS12Bench { try made.get() }

    private static var folderOfThisProcess: URL {
        FileManager.default.temporaryDirectory.appendingPathComponent(
            "sealwright-pkcs12-\(ProcessInfo.processInfo.processIdentifier)")
    }

    private init() throws {
        folder = Self.folderOfThisProcess
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: PKCS12Bench.folderOfThisProcess) }
        try makeIdentity("root", issuer: nil, isAuthority: true)
        try makeIdentity("issuing", issuer: "root", isAuthority: true)
        try makeIdentity("leaf", issuer: "issuing", isAuthority: false)
        try makeIdentity("ec", issuer: "issuing", isAuthority: false, key: Self.ecKey)
        try makeIdentity("lone", issuer: nil, isAuthority: false, key: Self.ecKey)
        try file(Array((try text("issuing.crt") + text("root.crt")).utf8), named: "chain.pem")
        try file(Array((try text("leaf.crt") + text("issuing.crt") + text("root.crt")).utf8), named: "full.pem")
    }

    private static let rsaKey = ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"]
    private static let ecKey = ["-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

    private func makeIdentity(
        _ name: String, issuer: String?, isAuthority: Bool, key: [String] = Self.rsaKey
    ) throws {
        try openssl(["genpkey"] + key + ["-out", "\(name).key"])
        var request = [
            "req", "-x509", "-new", "-key", "\(name).key", "-days", "300", "-subj", "/O=Sealwright/CN=\(name)",
        ]
        if let issuer { request += ["-CA", "\(issuer).crt", "-CAkey", "\(issuer).key"] }
        request += ["-addext", "basicConstraints=critical,CA:\(isAuthority ? "TRUE" : "FALSE")"]
        try openssl(request + ["-out", "\(name).crt"])
        try openssl(["x509", "-in", "\(name).crt", "-outform", "DER", "-out", "\(name).der"])
        try openssl(["pkcs8", "-topk8", "-nocrypt", "-in", "\(name).key", "-outform", "DER", "-out", "\(name).p8"])
    }

    // MARK: - Files

    /// A name no other test uses.
    func fresh(_ suffix: String) -> String { UUID().uuidString + suffix }

    /// Writes a file and gives its name.
    @discardableResult
    func file(_ bytes: [UInt8], _ suffix: String = ".bin", named: String? = nil) throws -> String {
        let name = named ?? fresh(suffix)
        try Data(bytes).write(to: folder.appendingPathComponent(name))
        return name
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    func text(_ name: String) throws -> String { String(decoding: try read(name), as: UTF8.self) }

    func certificate(_ name: String) throws -> CertificateView { try CertificateView(parsing: read("\(name).der")) }

    func key(_ name: String) throws -> PrivateKeyInfo { try PrivateKeyInfo(parsing: read("\(name).p8")) }

    // MARK: - Tools

    /// What openssl finds in a PKCS#12: the certificates encoded, and the keys.
    func opensslContents(
        _ file: String, password: String, options: [String] = ["-legacy"]
    ) throws -> (certificates: Set<[UInt8]>, keys: Set<PrivateKeyInfo>) {
        let pem = try opensslOutput(["pkcs12", "-in", file, "-passin", "pass:\(password)", "-nodes"] + options)
        let blocks = try PEM.decode(pem)
        return (
            Set(blocks.filter { $0.label == "CERTIFICATE" }.map(\.der)),
            Set(try blocks.filter { $0.label == "PRIVATE KEY" }.map { try PrivateKeyInfo(parsing: $0.der) })
        )
    }

    @discardableResult
    func openssl(_ arguments: [String]) throws -> String { try run("openssl", arguments) }

    /// Runs `openssl` with the name of an output file appended and gives the contents of that file.
    func opensslOutput(_ arguments: [String]) throws -> [UInt8] {
        let output = fresh(".out")
        try openssl(arguments + ["-out", output])
        return try read(output)
    }

    /// Runs a tool in the folder.
    ///
    /// - Returns: what it wrote to standard output and standard error.
    /// - Throws: ``ForeignProgram/Failure`` unless it ended with 0.
    @discardableResult
    func run(_ tool: String, _ arguments: [String]) throws -> String {
        try ForeignProgram.succeed(tool, arguments, in: folder).text
    }
}
