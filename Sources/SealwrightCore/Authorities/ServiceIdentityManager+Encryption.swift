// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

extension ServiceIdentityManager {
    /// Gives the current RA of each authority its second certificate, where that is missing or was revoked.
    ///
    /// It certifies the RA's own key, so it costs no key and follows the RA's renewal. An authority that is its own
    /// RA has none: clients encrypt to the authority then.
    ///
    /// - Returns: what is new.
    /// - Throws: ``AuthorityError``.
    func certifyEncryption(via: String) async throws(AuthorityError) -> [ServiceIdentity] {
        var made: [ServiceIdentity] = []
        for context in registry.all where context.authority.kind == .issuing && context.canSign {
            guard let end = context.certificate.notAfter, end > clock.now else { continue }
            guard context.authority.status == .active || context.authority.status == .staged else { continue }
            guard let ra = registry.identities(.scepRA, for: context.id).first,
                ra.identity.keyID != context.authority.keyID, try await lacksEncryption(ra, context)
            else { continue }
            let order = Order(purpose: .scepRAEncryption, authority: context, key: settings.raKey)
            made.append(try await issue(order, key: ra.key, via: via))
        }
        guard !made.isEmpty else { return [] }
        try await AuthorityError.storing { () async throws(StoreError) in try await registry.reload() }
        return made
    }

    private func lacksEncryption(
        _ ra: ServiceKey, _ context: AuthorityContext
    ) async throws(AuthorityError) -> Bool {
        guard let current = registry.encryption(of: ra) else { return true }
        return try await isRevoked(current, context.id)
    }
}

extension AuthorityRegistry {
    /// The second certificate of an RA's key, which states keyEncipherment alone.
    package func encryption(of ra: ServiceKey) -> ServiceKey? {
        identities(.scepRAEncryption, for: ra.identity.authority).first { $0.identity.keyID == ra.identity.keyID }
    }
}
