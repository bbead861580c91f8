// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightAgent
import SealwrightTesting

/// Certificates, keys and PKCS#12 files that openssl made, once for all tests.
///
/// A root, an authority under it, and leaves of that: nothing of it was written by the code under test.
struct OpenSSLMaterial: Sendable {
    /// A leaf with its key in a PKCS#12 that brings authority and root along.
    struct Leaf: Sendable {
        let name: String
        let certificate: [UInt8]
        let key: PrivateKeyMaterial
        let pfx: [UInt8]
        let password = "päss word"
        var thumbprint: String { Hex.encode(DigestAlgorithm.sha1.hash(certificate)).uppercased() }
    }

    let root: [UInt8]
    let authority: [UInt8]
    let crl: [UInt8]
    let rsa: Leaf
    let other: Leaf
    /// A leaf that the CRL lists.
    let revoked: Leaf

    static let shared = Result { try OpenSSLMaterial() }

    private init() throws {
        let tool = try Tool()
        root = try tool.authority("root", subject: "/O=Ünïcode  Corp/CN=Root CA", issuer: nil)
        authority = try tool.authority("sub", subject: "/O=Ünïcode  Corp/CN=Sub CA", issuer: "root")
        rsa = try tool.leaf("rsa", key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        other = try tool.leaf("other", key: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
        revoked = try tool.leaf("revoked", key: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
        crl = try tool.revocationList(of: "revoked")
    }

    /// What the conformance suite sends.
    var conformance: ConformanceMaterial {
        func file(_ leaf: Leaf) -> ConformanceMaterial.PFXFile {
            .init(base64: Base64.encode(leaf.pfx), password: leaf.password, thumbprint: leaf.thumbprint)
        }
        return ConformanceMaterial(
            pfx: file(other), replacement: file(revoked),
            certificates: [root, authority].map { (Thumbprint(of: $0).text, Base64.encode($0)) },
            container: .init(name: TestContainer.name, pfx: file(rsa)))
    }
}

/// openssl in a folder.
private struct Tool {
    let openssl: OpenSSL

    init() throws {
        openssl = try OpenSSL()
        let configuration = """
            [ca]
            default_ca = d
            [d]
            database = index.txt
            crlnumber = crlnumber
            default_md = sha256
            default_crl_days = 30
            """
        try openssl.write(Array(configuration.utf8), to: "ca.cnf")
        try openssl.write([], to: "index.txt")
        try openssl.write(Array("01\n".utf8), to: "crlnumber")
        try openssl.write(Array("basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n".utf8), to: "ca.ext")
        try openssl.write(
            Array("keyUsage=digitalSignature,keyEncipherment\nsubjectAltName=DNS:localhost\n".utf8), to: "leaf.ext")
    }

    func run(_ arguments: String...) throws {
        let result = try openssl.run(arguments)
        guard result.status == 0 else { throw AgentError.unreadable(result.output) }
    }

    func authority(_ name: String, subject: String, issuer: String?) throws -> [UInt8] {
        try run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "\(name).key")
        try certificate(name, subject: subject, issuer: issuer, extensions: "ca.ext")
        return try der(name)
    }

    func leaf(_ name: String, key: [String]) throws -> OpenSSLMaterial.Leaf {
        let made = try openssl.run(["genpkey"] + key + ["-out", "\(name).key"])
        guard made.status == 0 else { throw AgentError.unreadable(made.output) }
        try certificate(name, subject: "/CN=\(name)", issuer: "sub", extensions: "leaf.ext")
        try openssl.write(try openssl.read("sub.pem") + openssl.read("root.pem"), to: "chain.pem")
        let leaf = OpenSSLMaterial.Leaf(
            name: name, certificate: try der(name),
            key: try PrivateKeyFile(reading: openssl.read("\(name).key")).key.material, pfx: [])
        // Few rounds: the tests open it thousands of times.
        try run(
            "pkcs12", "-export", "-inkey", "\(name).key", "-in", "\(name).pem", "-certfile", "chain.pem", "-iter", "10",
            "-passout", "pass:\(leaf.password)", "-out", "\(name).p12")
        return OpenSSLMaterial.Leaf(
            name: name, certificate: leaf.certificate, key: leaf.key, pfx: try openssl.read("\(name).p12"))
    }

    func revocationList(of name: String) throws -> [UInt8] {
        try run("ca", "-config", "ca.cnf", "-cert", "sub.pem", "-keyfile", "sub.key", "-revoke", "\(name).pem")
        try run("ca", "-config", "ca.cnf", "-cert", "sub.pem", "-keyfile", "sub.key", "-gencrl", "-out", "crl.pem")
        try run("crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der")
        return try openssl.read("crl.der")
    }

    private func certificate(_ name: String, subject: String, issuer: String?, extensions: String) throws {
        try run("req", "-new", "-utf8", "-key", "\(name).key", "-subj", subject, "-out", "\(name).csr")
        var arguments = [
            "x509", "-req", "-in", "\(name).csr", "-days", "30", "-extfile", extensions, "-out", "\(name).pem",
        ]
        arguments += issuer.map { ["-CA", "\($0).pem", "-CAkey", "\($0).key"] } ?? ["-key", "\(name).key"]
        let result = try openssl.run(arguments)
        guard result.status == 0 else { throw AgentError.unreadable(result.output) }
        try run("x509", "-in", "\(name).pem", "-outform", "DER", "-out", "\(name).der")
    }

    private func der(_ name: String) throws -> [UInt8] { try openssl.read("\(name).der") }
}
