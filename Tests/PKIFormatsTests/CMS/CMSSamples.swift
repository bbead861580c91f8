// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

/// Messages of our own making for the tests that distort them.
enum CMSSamples {
    static let text = Array("The quick brown fox jumps over the lazy dog.\n".utf8)

    /// Octets without a pattern that a padding or a segment boundary could hide behind.
    static func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ ($0 >> 8) &* 31) }
    }

    /// A message signed by the given identities with their default algorithms.
    static func signed(
        _ content: EncapsulatedContent = .octets(text), by identities: [CMSBench.Identity] = [.rsa],
        attributes: [Attribute] = [], on bench: CMSBench
    ) throws -> [UInt8] {
        let templates = try identities.map {
            SignerTemplate(
                certificate: try bench.certificate($0), signatureAlgorithm: try bench.key($0).defaultSignatureAlgorithm,
                signedAttributes: attributes)
        }
        return try signed(content, templates, identities, on: bench)
    }

    static func signed(
        _ content: EncapsulatedContent, contentType: OID = .data, _ templates: [SignerTemplate],
        _ identities: [CMSBench.Identity], on bench: CMSBench
    ) throws -> [UInt8] {
        let prepared = try SignedData.prepare(
            content: content, contentType: contentType,
            certificates: identities.map { try bench.certificate($0).encoded }, signers: templates)
        var signatures: [[UInt8]] = []
        for (index, identity) in identities.enumerated() {
            signatures.append(
                try bench.key(identity).signSynchronously(
                    prepared.bytesToSign[index], algorithm: templates[index].signatureAlgorithm))
        }
        return try prepared.finish(signatures: signatures)
    }

    static func sealed(
        _ content: [UInt8] = text, cipher: ContentCipher = .aes256CBC, for identity: CMSBench.Identity = .rsa,
        on bench: CMSBench
    ) throws -> [UInt8] {
        try EnvelopedData.seal(
            content, cipher: cipher, for: [EnvelopedData.Recipient(certificate: bench.certificate(identity))])
    }

    /// Opens a message with the key of an identity, as an endpoint does.
    static func open(
        _ message: EnvelopedData, as identity: CMSBench.Identity = .rsa, on bench: CMSBench
    ) throws -> [UInt8] {
        let certificate = try bench.certificate(identity)
        let recipient = try #require(message.recipients(matching: certificate).first)
        let transport = try #require(recipient.transport)
        let cipher = try #require(message.cipher)
        let contentKey = try bench.key(identity).unwrapSynchronously(
            recipient.encryptedKey, transport: transport, keyLength: cipher.keyByteCount)
        return try message.open(contentKey)
    }
}
