// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Certificates, and a private key if there is one, out of files in any of the forms authorities and tools answer in.
///
/// What `CertificateBundle` reads, and files that hold a key alone. Doubles are dropped.
struct UploadedIdentity: Sendable {
    private(set) var certificates: [CertificateView] = []
    private(set) var key: PrivateKeyMaterial?

    /// Certificates one upload may have.
    ///
    /// A chain has three or four; bundles of a whole public trust store are not wanted here.
    private static let limit = 64

    /// Reads files.
    ///
    /// - Throws: `FormatError` for the first that holds nothing that can be read, or needs another password.
    init(_ files: [[UInt8]], password: String?) throws(FormatError) {
        let password = password.map { Array($0.utf8) }
        for file in files {
            if let material = try Self.loneKey(file, password) {
                key = material
            } else {
                try take(try CertificateBundle(reading: file, password: password))
            }
        }
    }

    private mutating func take(_ bundle: CertificateBundle) throws(FormatError) {
        for certificate in bundle.certificates where !certificates.contains(certificate) {
            guard certificates.count < Self.limit else {
                throw .limitExceeded("certificates of an upload", limit: Self.limit)
            }
            certificates.append(certificate)
        }
        guard !bundle.hasLockedKey else {
            throw .invalidText(reason: "the private key in the file is locked; give its password")
        }
        if let found = bundle.privateKey { key = found.material }
    }

    /// The key of a PEM file without any certificate; `nil` for every other file.
    private static func loneKey(_ file: [UInt8], _ password: [UInt8]?) throws(FormatError) -> PrivateKeyMaterial? {
        guard let blocks = try? PEM.decode(file),
            let block = blocks.first(where: { $0.label.hasSuffix("PRIVATE KEY") }),
            !blocks.contains(where: { $0.label.hasSuffix("CERTIFICATE") })
        else { return nil }
        guard block.label == "ENCRYPTED PRIVATE KEY" else { return try PrivateKeyInfo(parsing: block.der).material }
        guard let password else { throw .invalidText(reason: "the key is encrypted and no password was given") }
        return try EncryptedPrivateKeyInfo(parsing: block.der).decrypt(password: password).material
    }
}
