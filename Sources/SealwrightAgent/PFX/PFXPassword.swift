// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// Decrypts a PFXCertPassword that was encrypted to a certificate of the device.
///
/// An EnvelopedData in Base64, with a recipient by key transport. The text inside is UTF-8, or UTF-16 with the least
/// significant octet first when every second octet is zero, with or without a closing NUL.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "PFXCertPasswordEncryptionType"; RFC 5652, section 6. The form is not
/// published; it is what `CryptEncryptMessage` writes.
struct PFXPassword {
    /// Certificates with their private keys.
    let candidates: [(certificate: CertificateView, key: AgentKey)]
    let pool: CryptoPool
    let tpm: (any KeyTPM)?

    /// The password in UTF-8.
    ///
    /// - Throws: ``HResult/badEncoding`` when it is no EnvelopedData, ``HResult/noDecryptCertificate`` when no candidate
    ///   opens it.
    func decrypt(_ text: String) throws(HResult) -> [UInt8] {
        guard let der = Base64.decode(text, tolerance: .tolerant), let envelope = try? EnvelopedData(parsing: der),
            let cipher = envelope.cipher
        else { throw .badEncoding }
        for candidate in candidates {
            for recipient in envelope.recipients(matching: candidate.certificate) {
                guard let transport = recipient.transport,
                    let contentKey = try? candidate.key.unwrapSynchronously(
                        recipient.encryptedKey, transport: transport, keyLength: cipher.keyByteCount, pool: pool,
                        tpm: tpm),
                    let content = try? envelope.open(contentKey)
                else { continue }
                return Self.text(content)
            }
        }
        throw .noDecryptCertificate
    }

    /// Content as UTF-8 without the closing NUL.
    static func text(_ content: [UInt8]) -> [UInt8] {
        var octets = content
        let isWide =
            content.count >= 2 && content.count.isMultiple(of: 2)
            && content.indices.allSatisfy { $0.isMultiple(of: 2) || content[$0] == 0 }
        if isWide { octets = content.indices.filter { $0.isMultiple(of: 2) }.map { content[$0] } }
        while octets.last == 0 { octets.removeLast() }
        // Characters up to U+00FF are one octet here and two in UTF-8.
        return isWide ? Array(String(String.UnicodeScalarView(octets.map { Unicode.Scalar($0) })).utf8) : octets
    }
}
