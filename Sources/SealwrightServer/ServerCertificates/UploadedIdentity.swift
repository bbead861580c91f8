// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Certificates, and a private key if there is one, out of files in any of the forms authorities and tools answer in.
///
/// PEM with blocks in any order, DER, PKCS#7, PKCS#12, and the same in bare Base64. Doubles are dropped.
struct UploadedIdentity: Sendable {
    private(set) var certificates: [CertificateView] = []
    private(set) var key: PrivateKeyMaterial?

    /// Certificates one upload may have.
    ///
    /// A chain has three or four; bundles of a whole public trust store are not wanted here.
    private static let limit = 64

    /// Reads files.
    ///
    /// - Throws: `FormatError` for the first that holds nothing that can be read, or needs a password.
    init(_ files: [[UInt8]], password: String?) throws(FormatError) {
        for file in files { try take(file, password) }
        guard !certificates.isEmpty || key != nil else { throw .missing("a certificate") }
    }

    private mutating func take(_ file: [UInt8], _ password: String?) throws(FormatError) {
        for block in try PEM.sniff(file) {
            switch block.label {
            case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE": try add(block.der)
            case "PKCS7", "CMS", "CERTIFICATE CHAIN": try addMembers(block.der)
            case "": try takeUnlabelled(block.der, password)
            case "ENCRYPTED PRIVATE KEY": try setKey(encrypted: block.der, password)
            case let label where label.hasSuffix("PRIVATE KEY"):
                guard !block.headers.contains(where: { $0.contains("ENCRYPTED") }) else {
                    throw .invalidText(reason: "the key is in OpenSSL's old encrypted form; write it as PKCS#8")
                }
                key = try PrivateKeyInfo(parsing: block.der).material
            // A request, parameters or a CRL beside the certificates harm nobody.
            default: continue
            }
        }
    }

    private mutating func takeUnlabelled(_ der: [UInt8], _ password: String?) throws(FormatError) {
        if (try? CertificateView(parsing: der)) != nil { return try add(der) }
        if (try? ContentInfo(parsing: der))?.contentType == .signedData { return try addMembers(der) }
        if let material = try? PrivateKeyInfo(parsing: der).material {
            key = material
            return
        }
        throw .invalidText(reason: "the file is neither a certificate, PKCS#7, PKCS#12 nor a private key")
    }

    private mutating func setKey(encrypted der: [UInt8], _ password: String?) throws(FormatError) {
        guard let password else { throw .invalidText(reason: "the key is encrypted and no password was given") }
        key = try EncryptedPrivateKeyInfo(parsing: der).decrypt(password: Array(password.utf8)).material
    }

    private mutating func addMembers(_ der: [UInt8]) throws(FormatError) {
        for member in try SignedData(parsing: der).certificates { try add(member) }
    }

    private mutating func add(_ der: [UInt8]) throws(FormatError) {
        let certificate = try CertificateView(parsing: der)
        guard !certificates.contains(certificate) else { return }
        guard certificates.count < Self.limit else { throw .limitExceeded("certificates of an upload", limit: Self.limit) }
        certificates.append(certificate)
    }
}
