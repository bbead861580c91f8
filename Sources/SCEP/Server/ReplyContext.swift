// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What a reply repeats of its request.
///
/// A reply mirrors the algorithms of the request: a client that sent them can read them. Servers with a fixed
/// choice break clients in both directions, DES against OpenSSL 3 and AES against old IOS.
///
/// Source: RFC 8894, section 3.2.1.
struct ReplyContext: Sendable {
    let transactionID: TransactionID
    /// The request's senderNonce; `nil` when it had none that could be read.
    let recipientNonce: Nonce?
    /// The request's digest when it is allowed here, SHA-256 otherwise.
    let digest: DigestAlgorithm
    /// The request's content encryption; AES-128-CBC for a request without an envelope.
    var cipher = ContentCipher.aes128CBC
    /// The request's key transport where the requester's key has room for it, PKCS#1 v1.5 otherwise.
    private(set) var transport = KeyTransport.pkcs1v15
    /// Whose key a SUCCESS is encrypted to.
    let requester: CertificateView?

    init(to message: PKIMessage, transactionID: TransactionID, settings: ServerSettings) {
        self.transactionID = transactionID
        recipientNonce = (try? message.attributes.senderNonce()) ?? nil
        digest = message.digest.flatMap { settings.digests.contains($0) ? $0 : nil } ?? .sha256
        requester = message.signer
    }

    /// Octets of the smallest modulus that any content key fits into.
    ///
    /// Whether a key that is this small may be certified is the profile's matter.
    static let smallestModulus = 64

    /// Answers with the key transport of the request, unless its padding leaves too little of the requester's key:
    /// the RA's may be longer.
    mutating func mirror(_ transport: KeyTransport) {
        guard case .rsa(let key)? = requester?.publicKey else { return }
        if key.modulus.count >= cipher.keyByteCount + transport.paddingByteCount { self.transport = transport }
    }
}

extension KeyTransport {
    /// The octets of the modulus that are not the content key's.
    ///
    /// Source: RFC 8017, sections 7.1.1 and 7.2.1.
    fileprivate var paddingByteCount: Int {
        switch self {
        case .pkcs1v15: 11
        case .oaep(let digest, _): 2 * digest.byteCount + 2
        }
    }
}
