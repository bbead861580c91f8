// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A certificate that a device shall trust, or know for building chains.
///
/// ```
/// RootCATrustedCertificates / Root | CA | … / <SHA-1, upper case> / EncodedCertificate   Base64 without line breaks
/// ```
///
/// Source: Microsoft, RootCATrustedCertificates CSP.
public struct TrustedRootPayload: Hashable, Sendable {
    /// Where the certificate goes.
    public enum Store: String, CaseIterable, Sendable {
        /// Trusted roots; of the device only.
        case root = "Root"
        /// Authorities below a root.
        case ca = "CA"
        /// Publishers whose signed programs are trusted.
        case trustedPublisher = "TrustedPublisher"
        /// Certificates of others that are trusted themselves.
        case trustedPeople = "TrustedPeople"
        /// Certificates that are trusted in no case; from build 17134 on.
        case untrustedCertificates = "UntrustedCertificates"
    }

    /// Where the certificate goes.
    public var store: Store
    /// Whose store it is.
    public var scope: TreeScope
    /// The certificate, DER.
    public var encoded: [UInt8]

    /// Makes a payload.
    ///
    /// - Parameters:
    ///   - store: where the certificate goes.
    ///   - scope: whose store it is.
    ///   - encoded: the certificate, DER.
    public init(_ store: Store, scope: TreeScope = .device, encoded: [UInt8]) {
        self.store = store
        self.scope = scope
        self.encoded = encoded
    }

    /// The name of the node: SHA-1 over the certificate, 40 digits, upper case.
    public var thumbprint: String { Hex.encode(DigestAlgorithm.sha1.hash(encoded)).uppercased() }

    /// The address of the node.
    public var locURI: String { scope.locURI("RootCATrustedCertificates/\(store.rawValue)/\(thumbprint)") }

    /// The commands: an Add of the certificate, which creates the node.
    public var commands: [Command] {
        [NodeCommand.add(locURI + "/EncodedCertificate", .b64, Base64.encode(encoded))]
    }

    /// The commands as a batch; that the certificate is there already counts as success.
    ///
    /// - Parameter id: the name of the batch.
    /// - Returns: the batch.
    public func batch(id: String) -> CommandBatch {
        CommandBatch(id: id, commands: commands, toleratedCodes: [.alreadyExists])
    }

    /// Asks whether the certificate is there.
    ///
    /// - Parameter id: the name of the batch; read its outcome with ``isInstalled(_:)``.
    /// - Returns: the batch.
    public func query(id: String) -> CommandBatch {
        CommandBatch(
            id: id, commands: [NodeCommand.get(locURI + "/EncodedCertificate")], toleratedCodes: [.notFound])
    }

    /// Whether the device brought this very certificate.
    ///
    /// - Parameter outcome: the outcome of ``query(id:)``.
    /// - Returns: whether it is so.
    public func isInstalled(_ outcome: BatchOutcome) -> Bool {
        guard let text = outcome.value(of: locURI + "/EncodedCertificate")?.text else { return false }
        return Base64.decode(text, tolerance: .tolerant) == encoded
    }
}
