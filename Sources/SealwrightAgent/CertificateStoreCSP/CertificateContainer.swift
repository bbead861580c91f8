// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// A store as an interior node with a node for each certificate, named by its thumbprint.
///
/// The whole store is shown, whoever installed what, since a server wants to know what is trusted. What an
/// administrator installed, and the certificate the device proves itself with, cannot be deleted from here.
///
/// Source: Microsoft, CertificateStore CSP and RootCATrustedCertificates CSP, "CertHash".
struct CertificateContainer: Hashable, Sendable {
    /// The names from the root of the scope.
    let path: [String]
    /// The store behind it.
    let store: StoreName
    /// Whose trees have it.
    let scopes: NodeDefinition.Scopes
    /// The first build of Windows that has it.
    let sinceBuild: String

    init(
        _ path: String, _ store: StoreName, scopes: NodeDefinition.Scopes = .device,
        sinceBuild: String = "10.0.10240"
    ) {
        self.path = path.split(separator: "/").map(String.init)
        self.store = store
        self.scopes = scopes
        self.sinceBuild = sinceBuild
    }

    /// The name of a certificate's node in the definitions.
    static let certHash = "{CertHash}"

    /// The nodes, the container first.
    var definitions: [NodeDefinition] {
        let root = path.joined(separator: "/")
        let node = root + "/" + Self.certHash
        func leaf(_ name: String) -> NodeDefinition {
            NodeDefinition(node + "/" + name, .chr, .get, sinceBuild: sinceBuild, scopes: scopes)
        }
        return [
            NodeDefinition(root, .node, .get, isPermanent: true, sinceBuild: sinceBuild, scopes: scopes),
            NodeDefinition(node, .node, [.delete, .get], .zeroOrMore, sinceBuild: sinceBuild, scopes: scopes),
            NodeDefinition(
                node + "/EncodedCertificate", .b64, [.add, .get, .replace], sinceBuild: sinceBuild, scopes: scopes),
            leaf("IssuedBy"), leaf("IssuedTo"), leaf("ValidFrom"), leaf("ValidTo"), leaf("TemplateName"),
        ]
    }

    /// Who a certificate belongs to that was written here.
    var owner: StoreOwner { .tree(NodeCatalog.key(path)) }
}

extension CertificateContainer {
    private func location(_ scope: ManagementScope) -> StoreLocation { StoreLocation(scope, store) }

    /// TrustedPublisher and TrustedPeople are one store; a publisher is told by who owns it.
    private static let publisher = StoreOwner.tree(
        NodeCatalog.key(RootCATrustedCertificatesNodes.root + ["TrustedPublisher"]))

    private func shows(_ entry: CertificateStore.Entry) -> Bool {
        guard store == .trusted else { return true }
        return owner == Self.publisher ? entry.owners.contains(owner) : entry.owners != [Self.publisher]
    }

    /// The thumbprints to be shown, sorted.
    func names(_ scope: ManagementScope, _ draft: AgentDraft) -> [String] {
        draft.state.store(location(scope)).entries.filter { shows($0.value) }.map(\.key.text).sorted()
    }

    /// The certificate of a node; `nil` when it is not there.
    func entry(_ name: String, _ scope: ManagementScope, _ draft: AgentDraft) -> CertificateStore.Entry? {
        guard let thumbprint = Thumbprint(name) else { return nil }
        return draft.state.store(location(scope)).entries[thumbprint].flatMap { shows($0) ? $0 : nil }
    }

    /// The value of a leaf.
    func value(of leaf: String, _ entry: CertificateStore.Entry) -> String? {
        if leaf == "EncodedCertificate" { return Base64.encode(entry.encoded.octets) }
        guard let certificate = try? CertificateView(parsing: entry.encoded.octets) else { return nil }
        switch leaf {
        case "IssuedBy": return certificate.issuer.rfc4514
        case "IssuedTo": return certificate.subject.rfc4514
        case "ValidFrom": return certificate.notBefore?.iso8601
        case "ValidTo": return certificate.notAfter?.iso8601
        default:
            return certificate.certificateTemplateName?.name
                ?? certificate.certificateTemplate.map { "\($0.templateID)" } ?? ""
        }
    }

    /// Installs a certificate.
    ///
    /// - Throws: ``CommandFailure`` with status 500 when it is none or its thumbprint is not the name of the node.
    func install(_ base64: String, as name: String, _ scope: ManagementScope, _ draft: inout AgentDraft)
        throws(CommandFailure)
    {
        guard let der = Base64.decode(base64, tolerance: .tolerant), (try? CertificateView(parsing: der)) != nil else {
            throw CommandFailure(.commandFailed, "\(name): not a certificate")
        }
        guard Thumbprint(name) == Thumbprint(of: der) else {
            throw CommandFailure(.commandFailed, "\(name): the certificate has another thumbprint")
        }
        draft.install(der, in: location(scope), owner: owner)
    }

    /// Removes a certificate for everybody but the owners of the other container of the same store.
    ///
    /// - Throws: ``CommandFailure`` with status 403 for one that servers may not remove.
    func remove(_ name: String, _ scope: ManagementScope, _ draft: inout AgentDraft) throws(CommandFailure) {
        guard let thumbprint = Thumbprint(name), let entry = entry(name, scope, draft) else {
            throw CommandFailure(.notFound, "\(name): is not there")
        }
        let reference = StoreReference(location(scope), thumbprint)
        guard !entry.owners.contains(.administrator) else {
            throw CommandFailure(.forbidden, "\(name): an administrator installed it")
        }
        guard draft.state.managementCertificate != reference else {
            throw CommandFailure(.forbidden, "\(name): the device proves itself with it")
        }
        var remaining: Set<StoreOwner> = []
        if store == .trusted {
            remaining =
                owner == Self.publisher
                ? entry.owners.subtracting([owner]) : entry.owners.intersection([Self.publisher])
        }
        draft.setOwners(remaining, of: reference)
    }
}
