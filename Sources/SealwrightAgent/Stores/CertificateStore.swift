// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// The certificates or CRLs of one store, as a value; ``StoreFiles`` gives the files they become.
public struct CertificateStore: Hashable, Sendable, Codable {
    /// What is kept about one certificate or CRL.
    public struct Entry: Hashable, Sendable, Codable {
        /// DER.
        public var encoded: EncodedBytes
        /// Whether its private key is in the store too.
        public var hasKey = false
        /// Whether the agent gives the private key away.
        public var isKeyExportable = false
        /// The container that its private key is sealed to; `nil` for a key that needs no PIN.
        public var container: String?
        /// Who installed it; it goes when nobody is left.
        public var owners: Set<StoreOwner>
    }

    /// The entries by thumbprint.
    public internal(set) var entries: [Thumbprint: Entry] = [:]

    /// Makes an empty store.
    public init() {}

    /// The certificates; entries that are none are passed over.
    public var certificates: [CertificateView] {
        entries.values.compactMap { try? CertificateView(parsing: $0.encoded.octets) }
    }

    /// The certificate of a thumbprint.
    public func certificate(_ thumbprint: Thumbprint) -> CertificateView? {
        entries[thumbprint].flatMap { try? CertificateView(parsing: $0.encoded.octets) }
    }
}

/// Who installed a certificate.
public enum StoreOwner: Hashable, Sendable, Codable {
    /// An administrator, by hand.
    case administrator
    /// The enrolment of the device with its management server.
    case management
    /// An installation by PFX or SCEP.
    case node(InstallationID)
    /// A node of the management tree that a server wrote the certificate to, named by the store it is below.
    case tree(String)
}
