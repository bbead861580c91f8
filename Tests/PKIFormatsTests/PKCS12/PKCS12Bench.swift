// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import Testing

/// A temporary folder with a small hierarchy, in which `openssl`, `certtool`, `keytool` and `pk12util` write and read.
///
/// Made once for the whole test run and removed at its end: a root, an issuing authority and three leaves, `leaf` (RSA),
/// `ec` and `lone` (self-signed), each with `NAME.key`, `NAME.p8`, `NAME.crt` and `NAME.der`.
struct PKCS12Bench: ToolBench {
    let folder: URL

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
}
