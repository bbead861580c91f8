// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider

/// What the caller of a ``ClientTransaction`` does next.
public enum ClientAction: Sendable {
    /// Sign, then call ``ClientTransaction/signed(_:)``.
    case sign(SigningTask)
    /// Send this PKIOperation, then hand the body of the answer to ``ClientTransaction/received(_:)``.
    case send([UInt8])
    /// Unwrap, then call ``ClientTransaction/keyUnwrapped(_:)``.
    case unwrap(UnwrappingTask)
    /// The request is pending. Save the transaction, wait, then call ``ClientTransaction/start(at:)``.
    case wait(seconds: Int64)
    /// Done.
    case finished(ClientOutcome)
    /// Over, without a certificate.
    case failed(SCEPError)
}

/// A signature the caller makes with one of its keys.
public struct SigningTask: Hashable, Sendable {
    /// Which key.
    public let key: KeyID
    /// What is signed.
    public let bytes: [UInt8]
    /// How.
    public let algorithm: SignatureAlgorithm
}

/// A content key the caller unwraps with one of its keys.
public struct UnwrappingTask: Hashable, Sendable {
    /// Which key.
    public let key: KeyID
    /// The encrypted content key.
    public let encryptedKey: [UInt8]
    /// How it is encrypted.
    public let transport: KeyTransport
    /// How many octets it has.
    public let keyLength: Int
}

/// What a client came for.
public enum ClientOutcome: Hashable, Sendable {
    /// The certificate for the requested key (or the one GetCert asked for), and whatever came with it, DER.
    case certificate([UInt8], others: [[UInt8]])
    /// The CRL, DER.
    case crl([UInt8])
}
