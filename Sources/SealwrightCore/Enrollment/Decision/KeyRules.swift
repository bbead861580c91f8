// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Whether a key may be certified, judged by the certificates it had before.
struct KeyRules {
    let store: any CredentialStore
    let clock: any Clock

    /// Refuses a key that was compromised and, where the endpoint says so, one that belongs to another subject.
    ///
    /// - Throws: ``DenialReason/keyCompromised`` and ``DenialReason/keyInUse(by:)``, or the store's failure.
    func check(_ order: IssuanceOrder) async throws(EnrollmentRefusal) {
        let digest = order.wish.subjectPublicKeyInfo.certifiedDigest
        let isCompromised = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.isCompromised(keyDigest: digest)
        }
        guard !isCompromised else { throw .denied(.keyCompromised) }
        // A renewal that keeps its key may change its name where the endpoint lets it.
        guard order.policy.keyReuse == .refuse, order.renewed?.keyDigest != digest else { return }
        let (subject, now) = (order.subject, clock.now)
        let other = try await EnrollmentRefusal.storing { () throws(StoreError) in
            try await store.otherSubject(keyDigest: digest, than: subject, at: now)
        }
        if let other { throw .denied(.keyInUse(by: other)) }
    }
}

extension SubjectPublicKeyInfo {
    /// SHA-256 of the key as it would stand in a certificate: a request may write the same numbers in other ways.
    fileprivate var certifiedDigest: [UInt8] { (publicKey.map { SubjectPublicKeyInfo($0) } ?? self).digest }
}
