// SPDX-License-Identifier: Apache-2.0

/// The name of a certificate store.
///
/// Windows' names are read too: `My`, `Root`, `CA`, `TrustedPeople`, `Disallowed`.
///
/// Source: Microsoft, system store locations; CertificateStore CSP.
public enum StoreName: String, CaseIterable, Sendable, Hashable, Codable {
    /// Certificates of the scope itself, with their keys.
    case my
    /// Authorities that are trusted.
    case root
    /// Authorities in between, trusted through a root.
    case ca
    /// Certificates trusted by themselves.
    case trusted
    /// Revocation lists.
    case crl
    /// Certificates that are good for nothing, whoever else trusts them.
    case untrusted

    /// Reads a name in any case.
    ///
    /// - Returns: `nil` for any other text.
    public init?(_ text: some StringProtocol) {
        switch text.lowercased() {
        case "trustedpeople", "trustedpublisher": self = .trusted
        case "untrustedcertificates", "disallowed": self = .untrusted
        case let name:
            guard let value = Self(rawValue: name) else { return nil }
            self = value
        }
    }
}

/// One store of one scope.
public struct StoreLocation: Hashable, Sendable, Codable {
    /// Whose store.
    public var scope: ManagementScope
    /// Which store.
    public var name: StoreName

    /// Names a store.
    public init(_ scope: ManagementScope, _ name: StoreName) {
        self.scope = scope
        self.name = name
    }

    /// Its folder within the agent's folder.
    public var folder: String { scope.folder + "/" + name.rawValue }
}

/// One certificate or CRL of one store.
public struct StoreReference: Hashable, Sendable, Codable {
    /// The store.
    public var location: StoreLocation
    /// The certificate or CRL.
    public var thumbprint: Thumbprint

    /// Names a certificate or CRL.
    public init(_ location: StoreLocation, _ thumbprint: Thumbprint) {
        self.location = location
        self.thumbprint = thumbprint
    }

    /// The file of its private key.
    public var keyPath: String { location.folder + "/" + thumbprint.text + ".key" }

    /// The file of the certificate or CRL in PEM.
    public var path: String { location.folder + "/" + thumbprint.text + ".pem" }
}
