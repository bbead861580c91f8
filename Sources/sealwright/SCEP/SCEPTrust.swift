// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP

/// What tells which of a server's certificates to believe.
enum SCEPTrust {
    /// The fingerprint of one of them.
    case fingerprint(CAFingerprint)
    /// The root above them, which the server need not list: endpoints for Apple and Cisco do not.
    case root(CertificateView)

    /// Those that can be believed.
    ///
    /// - Throws: ``SCEPError/fingerprintMismatch(expected:)`` when there is none.
    func vouched(among found: CACertificates) throws(SCEPError) -> CACertificates {
        switch self {
        case .fingerprint(let fingerprint): return try found.vouched(by: fingerprint)
        case .root(let root):
            let vouched = try CACertificates(found.certificates + [root]).vouched(by: root).certificates
            let listed = found.certificates.filter(vouched.contains)
            guard !listed.isEmpty else {
                throw .fingerprintMismatch(expected: Hex.encode(root.fingerprint(.sha256)))
            }
            return try CACertificates(listed)
        }
    }
}
