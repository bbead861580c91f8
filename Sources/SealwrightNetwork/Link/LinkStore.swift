// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats
package import TrustEvaluation

/// The certificate stores of a machine, as values: its own with keys, those it trusts, its CRLs.
package struct LinkStore: Sendable {
    /// Own certificates, each with its chain behind it and its key when there is one.
    package var own: [(chain: [CertificateView], key: (any PrivateKey)?)]
    /// Trusted certificates: roots, and self-signed ones of the other end.
    package var trusted: [CertificateView]
    /// The local revocation lists.
    package var revocationLists: [RevocationList]

    package init(
        own: [(chain: [CertificateView], key: (any PrivateKey)?)] = [], trusted: [CertificateView] = [],
        revocationLists: [RevocationList] = []
    ) {
        self.own = own
        self.trusted = trusted
        self.revocationLists = revocationLists
    }

    /// The own certificates as they are chosen from.
    package var candidates: [CertificateSelection.Candidate] {
        own.compactMap { entry in
            entry.chain.first.map { CertificateSelection.Candidate($0, hasPrivateKey: entry.key != nil) }
        }
    }

    /// Chain and key of an own certificate.
    ///
    /// - Throws: ``NetworkError/unusableCredential(_:)`` when it is not here or has no key.
    package func identity(of certificate: CertificateView) throws(NetworkError) -> ServedIdentity {
        guard let entry = own.first(where: { $0.chain.first == certificate && $0.key != nil }), let key = entry.key
        else {
            throw .unusableCredential("the certificate has no private key here")
        }
        return try ServedIdentity(chain: entry.chain, key: key)
    }

    /// Revocation as the seed has it: what appears on a local list is refused, what no list tells is a warning.
    var revocationSettings: @Sendable () -> RevocationSettings {
        let settings = RevocationSettings(mode: .ifAvailable, lists: revocationLists)
        return { settings }
    }
}
