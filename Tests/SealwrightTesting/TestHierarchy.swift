// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
import PKIFormats
package import SealwrightCore

/// A root and an issuing authority in a store, opened in a registry.
package struct TestHierarchy: Sendable {
    package let registry: AuthorityRegistry
    package let keys: InMemoryKeys
    package let publication = Publication(baseURL: "http://ca.example.com:8080")

    package static let rootID = AuthorityID(rawValue: "root")
    package static let issuingID = AuthorityID(rawValue: "issuing")

    /// Makes both authorities at the clock's moment.
    package init(
        in store: any Store, clock: any Clock, issuing type: KeyType = .rsa2048, keys: InMemoryKeys = InMemoryKeys()
    ) async throws {
        self.keys = keys
        self.registry = AuthorityRegistry(store: store, keys: keys)
        let rootKey = try TestKeys.shared.key(.ecP256, 900)
        let issuingKey = try TestKeys.shared.key(type, 901)
        let rootName = try DistinguishedName(text: "CN=Test Root,O=Sealwright Tests")
        let root = try await Self.certificate(
            of: rootKey, named: rootName, profile: .root,
            issuer: .selfSigned(id: Self.rootID, name: rootName, key: rootKey), signedBy: rootKey, clock)
        let rootAuthority = Authority(
            id: Self.rootID, name: "Test Root", kind: .root, status: .active, certificate: root, keyID: rootKey.keyID,
            issuer: nil, createdAt: clock.now)
        let rootContext = AuthorityContext(
            authority: rootAuthority, certificate: try CertificateView(parsing: root), key: rootKey)
        let issuing = try await Self.certificate(
            of: issuingKey, named: try DistinguishedName(text: "CN=Test Issuing,O=Sealwright Tests"),
            profile: .issuingAuthority(), issuer: try PlanIssuer(rootContext, publication: publication),
            signedBy: rootKey, clock)
        let event = AuditEvent(action: "authority.created", at: clock.now, actor: "test", object: "hierarchy")
        try await store.save(rootAuthority, credential: nil, event: event)
        try await store.save(
            Authority(
                id: Self.issuingID, name: "Test Issuing", kind: .issuing, status: .active, certificate: issuing,
                keyID: issuingKey.keyID, issuer: Self.rootID, createdAt: clock.now), credential: nil, event: event)
        await keys.set(rootKey, for: rootKey.keyID)
        await keys.set(issuingKey, for: issuingKey.keyID)
        try await registry.reload()
    }

    private static func certificate(
        of key: SoftwareKey, named name: DistinguishedName, profile: CertificateProfile, issuer: PlanIssuer,
        signedBy signer: SoftwareKey, _ clock: any Clock
    ) async throws -> [UInt8] {
        let wish = RequestedCertificate(subject: name, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey))
        let plan = try IssuancePlanner(profile: profile, issuer: issuer).plan(wish, now: clock.now)
        return try await PlanSigner.sign(
            PreIssuanceLint.check(plan, profile: profile, issuer: issuer), with: signer)
    }
}
