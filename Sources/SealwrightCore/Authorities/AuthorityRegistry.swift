// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats
import Synchronization

/// The authorities and service keys of this server, opened and in memory.
///
/// Readers take an immutable snapshot; `reload()` reads the store and replaces it as a whole, so nobody ever sees a
/// new authority with an old RA.
package final class AuthorityRegistry: Sendable {
    private let store: any AuthorityStore & CredentialStore
    private let keys: any KeyProvider
    /// Guards the reference to the newest snapshot; the snapshot itself never changes.
    private let snapshot = Mutex(Snapshot())
    /// Counts the readings that began: one that takes long must not replace what a later one found.
    private let readings = Mutex(0)

    /// Makes an empty registry; call ``reload()`` before use.
    package init(store: any AuthorityStore & CredentialStore, keys: any KeyProvider) {
        self.store = store
        self.keys = keys
    }

    /// One authority.
    package func context(_ id: AuthorityID) -> AuthorityContext? { current.context(id) }

    /// All authorities, oldest first.
    package var all: [AuthorityContext] { current.contexts }

    /// Grows with every ``reload()``, so that what was computed from a snapshot can be kept.
    package var revision: Int { current.revision }

    /// The authority that issues now.
    package func issuing() -> AuthorityContext? { newest(.active) }

    /// The prepared successor.
    package func staged() -> AuthorityContext? { newest(.staged) }

    /// An authority with those above it: issuing first, root last.
    package func chain(of id: AuthorityID) -> [AuthorityContext] {
        let snapshot = current
        var chain: [AuthorityContext] = []
        var next: AuthorityID? = id
        while let id = next, chain.count < Self.longestChain, let context = snapshot.context(id) {
            chain.append(context)
            next = context.authority.issuer
        }
        return chain
    }

    /// The authority of ours that issued a certificate, told by issuer name and authority key identifier.
    ///
    /// This says who claims to have issued it; the signature is for the caller to check.
    package func authority(issuing certificate: CertificateView) -> AuthorityContext? {
        // A stranger's name may have a hundred kilobytes, and this is asked for each request of his connection.
        guard certificate.issuer.derBytes.count <= Self.longestName else { return nil }
        let keyIdentifier = certificate.authorityKeyIdentifier?.keyIdentifier
        let issuer = ComparedName(certificate.issuer)
        return current.contexts.last { context in
            guard ComparedName(context.certificate.subject).matches(issuer) else { return false }
            guard let keyIdentifier else { return true }
            return context.certificate.keyIdentifier == keyIdentifier
        }
    }

    /// The service keys of a purpose that work for an authority, the current one first.
    package func identities(_ purpose: ServiceIdentity.Purpose, for authority: AuthorityID) -> [ServiceKey] {
        current.serviceKeys.filter { $0.identity.purpose == purpose && $0.identity.authority == authority }
    }

    /// Reads authorities and identities from the store, opens their keys and replaces the snapshot.
    ///
    /// A key that is not here leaves its authority without one; a service identity without its key is left out.
    ///
    /// - Throws: ``StoreError``, or ``StoreError/corrupted(_:)`` when a stored certificate cannot be read.
    package func reload() async throws(StoreError) {
        let reading = readings.withLock { count in
            count += 1
            return count
        }
        var contexts: [AuthorityContext] = []
        for authority in try await store.authorities() {
            let certificate = try Self.certificate(authority.certificate, of: "authority \(authority.id)")
            let key = try? await keys.open(authority.keyID)
            contexts.append(
                AuthorityContext(
                    authority: authority, certificate: certificate, key: key,
                    revocation: try await revocation(of: certificate, from: authority.issuer)))
        }
        var serviceKeys: [ServiceKey] = []
        for identity in try await store.serviceIdentities() {
            let name = "\(identity.purpose.rawValue) of \(identity.authority)"
            let certificate = try Self.certificate(identity.certificate, of: name)
            guard let key = try? await keys.open(identity.keyID) else { continue }
            serviceKeys.append(ServiceKey(identity: identity, certificate: certificate, key: key))
        }
        for context in contexts where !serviceKeys.contains(where: { $0.isRA(of: context.id) }) {
            if let own = context.ownRA { serviceKeys.append(own) }
        }
        let (found, opened) = (contexts, serviceKeys)
        snapshot.withLock { known in
            guard known.reading < reading else { return }
            known = Snapshot(
                revision: known.revision + 1, reading: reading, contexts: found, serviceKeys: opened)
        }
    }

    private func revocation(
        of certificate: CertificateView, from issuer: AuthorityID?
    ) async throws(StoreError) -> Revocation? {
        guard let issuer else { return nil }
        return try await store.status(authority: issuer, serial: certificate.serialNumber)?.revocation
    }

    private var current: Snapshot { snapshot.withLock { $0 } }

    private func newest(_ status: Authority.Status) -> AuthorityContext? {
        current.contexts.last { $0.authority.kind == .issuing && $0.authority.status == status }
    }

    private static func certificate(_ der: [UInt8], of owner: String) throws(StoreError) -> CertificateView {
        do {
            return try CertificateView(parsing: der)
        } catch {
            throw .corrupted("the certificate of \(owner): \(error)")
        }
    }

    /// RFC 5280 sets no bound; ours are two or three deep, and a broken row must not make a loop.
    private static let longestChain = 10
    /// Octets beyond which no name is one of ours: those of authorities have under two hundred.
    private static let longestName = 4_096
}

extension AuthorityRegistry: RevocationObserver {
    /// Reads everything anew when it may be the certificate of an authority of ours.
    ///
    /// Until that succeeds: an authority that was revoked must not go on issuing because the store was busy once.
    package func revocationChanged(in authority: AuthorityID, isUrgent: Bool) {
        guard all.contains(where: { $0.authority.issuer == authority }) else { return }
        Task { [weak self] in
            while let self, (try? await self.reload()) == nil { try? await Task.sleep(for: .seconds(1)) }
        }
    }
}

/// What the registry knows at one moment.
private struct Snapshot: Sendable {
    var revision = 0
    var reading = 0
    var contexts: [AuthorityContext] = []
    var serviceKeys: [ServiceKey] = []

    func context(_ id: AuthorityID) -> AuthorityContext? { contexts.first { $0.id == id } }
}

extension ServiceKey {
    fileprivate func isRA(of authority: AuthorityID) -> Bool {
        identity.purpose == .scepRA && identity.authority == authority
    }
}

extension AuthorityContext {
    /// The authority as its own RA, when its certificate was made for that with `--ra-key shared`.
    ///
    /// Source: RFC 8894, section 2.1.2.
    fileprivate var ownRA: ServiceKey? {
        guard let key, authority.kind == .issuing, certificate.keyUsage?.contains(.keyEncipherment) == true,
            let notBefore = certificate.notBefore, let notAfter = certificate.notAfter
        else { return nil }
        let identity = ServiceIdentity(
            purpose: .scepRA, authority: id, certificate: authority.certificate, keyID: authority.keyID,
            notBefore: notBefore, notAfter: notAfter)
        return ServiceKey(identity: identity, certificate: certificate, key: key)
    }
}

extension CertificateView {
    /// The identifier others name this key by: the subjectKeyIdentifier, or the SHA-1 of the key where there is none.
    ///
    /// Source: RFC 5280, section 4.2.1.2.
    var keyIdentifier: [UInt8] { subjectKeyIdentifier?.keyIdentifier ?? subjectPublicKeyInfo.keyIdentifier }
}
