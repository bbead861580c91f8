// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import Testing

/// A temporary folder in which `openssl` and `certtool` judge what we write and make what we read.
///
/// The folder and the identities in it are made once for the whole test run and removed at its end.
struct CMSBench: ToolBench {
    /// Two RSA keys, one EC key and one Ed25519 key with self-signed certificates.
    enum Identity: String, CaseIterable {
        case rsa, rsa2, ec, ed
    }

    let folder: URL

    private static let made = Result { try CMSBench() }

    /// The bench of this test run.
    static func shared() throws -> CMSBench { try made.get() }

    private static var folderOfThisProcess: URL {
        FileManager.default.temporaryDirectory.appendingPathComponent(
            "sealwright-cms-\(ProcessInfo.processInfo.processIdentifier)")
    }

    private init() throws {
        folder = Self.folderOfThisProcess
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: CMSBench.folderOfThisProcess) }
        try makeIdentity(.rsa, ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"])
        try makeIdentity(.rsa2, ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"])
        try makeIdentity(.ec, ["-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        try makeIdentity(.ed, ["-algorithm", "ed25519"])
    }

    private func makeIdentity(_ identity: Identity, _ keyOptions: [String]) throws {
        let name = identity.rawValue
        try openssl(["genpkey"] + keyOptions + ["-out", "\(name).key"])
        try openssl([
            "req", "-x509", "-new", "-key", "\(name).key", "-out", "\(name).crt", "-days", "30", "-utf8",
            "-subj", "/C=DE/O=Müller & Söhne/CN=\(name)",
        ])
        try openssl(["x509", "-in", "\(name).crt", "-outform", "DER", "-out", "\(name).crt.der"])
        try openssl(["pkcs8", "-topk8", "-nocrypt", "-in", "\(name).key", "-outform", "DER", "-out", "\(name).p8"])
    }

    // MARK: - Files

    func certificate(_ identity: Identity) throws -> CertificateView {
        try CertificateView(parsing: read("\(identity.rawValue).crt.der"))
    }

    func key(_ identity: Identity) throws -> SoftwareKey {
        let material = try PrivateKeyInfo(parsing: read("\(identity.rawValue).p8")).material
        return try SoftwareKey(material, id: KeyID(rawValue: identity.rawValue), pool: CryptoPool(threads: 1))
    }

    func publicKey(_ identity: Identity) throws -> PublicKey { try #require(try certificate(identity).publicKey) }
}
