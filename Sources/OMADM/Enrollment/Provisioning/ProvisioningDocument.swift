// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Everything a device needs to be managed: certificates, the server's account, how to behave.
///
/// ```
/// wap-provisioningdoc version="1.1"
///   CertificateStore
///   APPLICATION
///   DMClient?
/// ```
///
/// Source: MS-MDE2, section 3.4.4.1.1.2; OMA Provisioning Content 1.1.
public struct ProvisioningDocument: Hashable, Sendable {
    /// What the document answers.
    public enum Purpose: Sendable {
        /// A first certificate.
        case enrollment
        /// A renewal: the mark of the private key stands inside the certificate's node, and the account is only named.
        case renewal
    }

    /// The certificates; at most one root, one authority and one of the device are written.
    public var certificates: [ProvisionedCertificate]
    /// When and how the device renews.
    public var renew: RenewSettings?
    /// The server's account.
    public var account: ManagementAccount?
    /// How the device behaves.
    public var dmClient: DMClientSettings?
    /// Nodes at the top that are not known here, kept.
    public var others: [Characteristic]

    /// Makes a document.
    public init(
        certificates: [ProvisionedCertificate], renew: RenewSettings? = nil, account: ManagementAccount? = nil,
        dmClient: DMClientSettings? = nil
    ) {
        self.certificates = certificates
        self.renew = renew
        self.account = account
        self.dmClient = dmClient
        others = []
    }

    /// The answer to a renewal: the new certificate and the server's name.
    public static func renewal(
        of certificate: ProvisionedCertificate, providerID: String, renew: RenewSettings? = nil
    ) -> ProvisioningDocument {
        ProvisioningDocument(
            certificates: [certificate], renew: renew, account: ManagementAccount(reference: providerID))
    }

    /// The certificates of the device itself.
    public var ownCertificates: [ProvisionedCertificate] { certificates.filter { $0.store.isOwn } }

    /// What the document answers: a renewal only names the account.
    public var purpose: Purpose { account?.isReference ?? true ? .renewal : .enrollment }
}

// MARK: - Reading

extension ProvisioningDocument {
    /// Reads a document.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing octets: [UInt8]) throws(OMADMError) {
        let root = try MarkupElement(parsing: octets, limits: MDELimits.provisioning)
        guard root.name == "wap-provisioningdoc" else { throw .unexpectedElement(root.name) }
        self.init(certificates: [])
        for child in root.children { try read(Characteristic(parsing: child)) }
    }

    private mutating func read(_ node: Characteristic) throws(OMADMError) {
        switch node.type {
        case "CertificateStore":
            certificates += try ProvisionedCertificate.list(in: node)
            if let found = node.below("My").flatMap({ $0.below("WSTEP") }).flatMap({ $0.below("Renew") }).first {
                renew = try RenewSettings(parsing: found)
            }
        case "APPLICATION":
            guard account == nil else { throw .repeated("APPLICATION") }
            account = try ManagementAccount(parsing: node)
        case "DMClient":
            guard let provider = node.below("Provider").first?.characteristics.first else {
                others.append(node)
                return
            }
            guard dmClient == nil else { throw .repeated("DMClient") }
            dmClient = try DMClientSettings(parsing: provider)
        default: others.append(node)
        }
    }
}

// MARK: - Writing

extension ProvisioningDocument {
    /// Writes the document.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` when it holds two roots, two authorities or two own certificates,
    ///   when the DMClient node is of another server than the account, and for what its parts cannot be.
    public func serialize() throws(OMADMError) -> [UInt8] {
        try checkCertificates()
        if let dmClient, let account, dmClient.providerID != account.providerID {
            throw .unwritable("DMClient/Provider", reason: "is another server than PROVIDER-ID")
        }
        var nodes: [Characteristic] = []
        if let store = certificateStore { nodes.append(store) }
        if let account { nodes.append(try account.characteristic()) }
        if let dmClient { nodes.append(try dmClient.characteristic()) }
        let root = MarkupElement(
            "wap-provisioningdoc", attributes: [MarkupAttribute("version", "1.1")],
            content: (nodes + others).map { .element($0.markup) })
        return try root.serialize()
    }

    /// Windows takes one root, one authority and one certificate with a key.
    private func checkCertificates() throws(OMADMError) {
        for (stores, name) in [
            ([ProvisionedCertificate.Store.root], "root"), ([.authority], "authority"), ([.user, .system], "own"),
        ] where certificates.count(where: { stores.contains($0.store) }) > 1 {
            throw .unwritable("CertificateStore", reason: "holds more than one \(name) certificate")
        }
    }

    private var certificateStore: Characteristic? {
        var stores: [Characteristic] = []
        for (name, store) in [("Root", ProvisionedCertificate.Store.root), ("CA", .authority)] {
            let entries = nodes(in: store)
            if !entries.isEmpty {
                stores.append(
                    Characteristic(name, characteristics: [Characteristic("System", characteristics: entries)]))
            }
        }
        if let my { stores.append(my) }
        return stores.isEmpty ? nil : Characteristic("CertificateStore", characteristics: stores)
    }

    private var my: Characteristic? {
        var below: [Characteristic] = []
        for (name, store) in [("User", ProvisionedCertificate.Store.user), ("System", .system)] {
            var entries = nodes(in: store)
            guard !entries.isEmpty else { continue }
            if purpose == .enrollment { entries.append(ProvisionedCertificate.privateKeyContainer) }
            below.append(Characteristic(name, characteristics: entries))
        }
        if let renew { below.append(Characteristic("WSTEP", characteristics: [renew.characteristic])) }
        return below.isEmpty ? nil : Characteristic("My", characteristics: below)
    }

    private func nodes(in store: ProvisionedCertificate.Store) -> [Characteristic] {
        certificates.filter { $0.store == store }
            .map { $0.characteristic(holdsKeyContainer: store.isOwn && purpose == .renewal) }
    }
}
