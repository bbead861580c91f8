// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import PKIFormats

/// One try to recover the content key of a request with one of our keys.
public struct UnwrapAttempt: Hashable, Sendable {
    /// Which of the certificates the transaction was made with; the caller holds the key.
    public let recipient: Int
    /// The encrypted content key.
    public let encryptedKey: [UInt8]
    /// How it is encrypted.
    public let transport: KeyTransport
    /// How many octets the content key has.
    ///
    /// Unwrapping with a wrong key must give that many pseudo-random octets.
    public let keyLength: Int
}

extension UnwrapAttempt {
    /// RSA decryptions one message may cost.
    static let maximum = 2

    /// The tries for an envelope: the recipient that names a certificate of ours, else a guess.
    ///
    /// Clients that cannot find the RA's certificate encrypt to a name they made up. Then each of our keys is tried
    /// whose length fits, current one first, up to ``maximum`` decryptions.
    static func attempts(
        for recipients: [KeyTransRecipient], certificates: [CertificateView], keyLength: Int
    ) -> [UnwrapAttempt] {
        let named = recipients.map { (recipient: $0, identifier: ComparedIdentifier($0.rid)) }
        for (index, certificate) in certificates.enumerated() {
            for (recipient, identifier) in named where identifier.identifies(certificate) {
                guard let attempt = UnwrapAttempt(recipient, index: index, keyLength: keyLength) else { continue }
                return [attempt]
            }
        }
        let keys = distinctKeys(of: certificates)
        let guesses = recipients.flatMap { recipient in
            keys.compactMap { key -> UnwrapAttempt? in
                guard key.modulus.count == recipient.encryptedKey.count else { return nil }
                return UnwrapAttempt(recipient, index: key.index, keyLength: keyLength)
            }
        }
        return Array(guesses.prefix(maximum))
    }

    /// The RSA keys, each with the first certificate that has it: an RA may hold two certificates for one key.
    private static func distinctKeys(of certificates: [CertificateView]) -> [(index: Int, modulus: [UInt8])] {
        var keys: [(index: Int, modulus: [UInt8])] = []
        for (index, certificate) in certificates.enumerated() {
            guard case .rsa(let key) = certificate.publicKey else { continue }
            if !keys.contains(where: { $0.modulus == key.modulus }) { keys.append((index, key.modulus)) }
        }
        return keys
    }

    private init?(_ recipient: KeyTransRecipient, index: Int, keyLength: Int) {
        guard let transport = recipient.transport else { return nil }
        self.recipient = index
        self.encryptedKey = recipient.encryptedKey
        self.transport = transport
        self.keyLength = keyLength
    }
}
