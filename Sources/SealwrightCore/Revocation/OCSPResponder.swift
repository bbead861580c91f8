// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats
import Synchronization

/// Tells the status of certificates, signed at the moment of asking.
///
/// `good` is said only of certificates the store has; a serial that was never issued here is `unknown`, unless it was
/// revoked before its authority came here. A revocation is
/// told from the moment it is committed. HTTP caches may keep an answer for a minute.
///
/// Source: RFC 6960; RFC 5019; RFC 9654.
package final class OCSPResponder: Sendable {
    /// How long answers hold.
    ///
    /// All times are seconds.
    package struct Settings: Sendable, Hashable {
        /// From thisUpdate to nextUpdate.
        ///
        /// Short, because clients keep answers until then; not shorter, because their clocks are off by minutes.
        package var validity: Int64
        /// How long an HTTP cache may keep an answer.
        ///
        /// At most 60.
        package var maxAge: Int

        package init(validity: Int64 = 3600, maxAge: Int = 60) {
            self.validity = validity
            self.maxAge = min(max(maxAge, 0), 60)
        }
    }

    private let store: any CredentialStore
    private let registry: AuthorityRegistry
    private let settings: Settings
    /// What imported authorities had revoked before; `nil` where none can be.
    private let imported: ImportedRevocations?
    /// Guards the reference to the table made from the registry's newest revision.
    private let table: Mutex<OCSPTable>

    package init(
        store: any CredentialStore, registry: AuthorityRegistry, imported: ImportedRevocations? = nil,
        settings: Settings = Settings()
    ) {
        self.store = store
        self.imported = imported
        self.registry = registry
        self.settings = settings
        self.table = Mutex(OCSPTable(registry))
    }

    /// Answers a request.
    ///
    /// One response has one signer, who may speak for one authority. Of a request about several the certificates of the
    /// others are `unknown`, so that the client asks elsewhere for those alone; only where nobody here may speak for
    /// any of them it is `unauthorized` as a whole.
    ///
    /// - Parameters:
    ///   - body: the OCSPRequest, DER.
    ///   - now: the responder's time.
    ///   - hint: whom the URL names; of several authorities that are asked about it comes first.
    /// - Returns: a response in every case.
    ///
    /// Source: RFC 6960, sections 2.2, 2.3 and 4.2.2.2.
    package func respond(to body: [UInt8], at now: Timestamp, authority hint: AuthorityID?) async -> OCSPReply {
        guard let request = try? OCSPRequest(parsing: body) else { return .failure(.malformedRequest) }
        let table = currentTable()
        let authorities = request.certIDs.map { table.authority(of: $0) }
        guard let (authority, signer) = table.signer(forOneOf: authorities.compactMap { $0 }, first: hint, at: now)
        else { return .failure(.unauthorized) }
        let nextUpdate = now.adding(seconds: settings.validity)
        var responses: [SingleResponse] = []
        for (certID, named) in zip(request.certIDs, authorities) {
            let status: SingleResponse.CertStatus
            do {
                status = named == authority ? try await self.status(of: certID, from: authority) : .unknown
            } catch {
                return .failure(.tryLater)
            }
            responses.append(
                SingleResponse(certID: certID, certStatus: status, thisUpdate: now, nextUpdate: nextUpdate))
        }
        let data = ResponseData(
            responderID: signer.responderID, producedAt: now, responses: responses, nonce: request.nonce)
        return await sign(data, with: signer, nextUpdate: nextUpdate)
    }

    private func sign(_ data: ResponseData, with signer: OCSPSigner, nextUpdate: Timestamp) async -> OCSPReply {
        do {
            let signature = try await signer.key.sign(data.bytesToSign, algorithm: signer.algorithm)
            let body = data.finish(
                signature: signature, algorithm: signer.algorithm, certificates: signer.certificates)
            return OCSPReply(
                body: body, status: .successful, thisUpdate: data.producedAt, nextUpdate: nextUpdate,
                maxAge: data.nonce == nil ? settings.maxAge : 0)
        } catch {
            return .failure(error.isRetryable ? .tryLater : .internalError)
        }
    }

    private func status(
        of certID: CertID, from authority: AuthorityID
    ) async throws(StoreError) -> SingleResponse.CertStatus {
        guard let found = try await store.status(authority: authority, serial: certID.serialNumber) else {
            let before = imported?.revocation(of: certID.serialNumber, from: authority)
            return before.map { .revoked(at: $0.at, reason: $0.reason) } ?? .unknown
        }
        guard let revocation = found.revocation else { return .good }
        return .revoked(at: revocation.at, reason: revocation.reason)
    }

    private func currentTable() -> OCSPTable {
        let revision = registry.revision
        let known = table.withLock { $0 }
        if known.revision == revision { return known }
        let fresh = OCSPTable(registry)
        table.withLock { if $0.revision < fresh.revision { $0 = fresh } }
        return fresh
    }
}
