// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import Testing

/// A reply taken apart for a test, with its signature verified.
struct Reply {
    let message: PKIMessage

    init(_ bytes: [UInt8]?, signedBy identity: Identity) throws {
        message = try PKIMessage(parsing: try #require(bytes))
        try message.verifySignature(with: identity.certificate)
    }

    /// The encoded values of a signed attribute.
    func values(of type: OID) -> [[UInt8]] {
        message.signerInfo.signedAttributes.filter { $0.type == type }.flatMap(\.values)
    }

    /// The certs-only message inside the envelope.
    func content(_ key: SoftwareKey) throws -> SignedData {
        let envelope = try #require(try message.envelope())
        let recipient = try #require(envelope.recipients.first)
        let contentKey = try key.unwrapSynchronously(
            recipient.encryptedKey, transport: try #require(recipient.transport),
            keyLength: try #require(envelope.cipher).keyByteCount)
        return try SignedData(parsing: envelope.open(contentKey))
    }
}

extension TestServer.Ending {
    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var request: Request? {
        if case .decided(let request) = self { request } else { nil }
    }

    var unreadable: SCEPError? {
        if case .unreadable(let error) = self { error } else { nil }
    }
}
