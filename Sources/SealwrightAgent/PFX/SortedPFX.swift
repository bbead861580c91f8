// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// The parts of an opened PFX by what becomes of them.
struct SortedPFX {
    /// The first private key.
    let key: PrivateKeyMaterial
    /// The certificate of that key.
    let leaf: CertificateView
    /// Certificates of authorities, roots among them.
    let authorities: [CertificateView]

    /// Opens and sorts.
    ///
    /// - Parameters:
    ///   - der: the file.
    ///   - password: UTF-8; `nil` tries what programs write for none, then the empty one, which is one way.
    /// - Throws: ``HResult/invalidData`` when it is no PFX or has no key with its certificate,
    ///   ``HResult/invalidPassword``.
    init(opening der: [UInt8], password: [UInt8]?) throws(HResult) {
        let contents: PFXContents
        do throws(FormatError) {
            contents = try PFX(parsing: der).open(password: password ?? [], limits: .devices)
        } catch {
            switch error {
            case .passwordWrong, .passwordNeeded: throw .invalidPassword
            default: throw .invalidData
            }
        }
        let certificates = contents.certificates.map(\.certificate)
        guard let key = contents.keys.first?.info.material, let publicKey = try? key.publicKey(),
            let leaf = certificates.first(where: { $0.publicKey == publicKey })
        else { throw contents.hasLockedKey ? .invalidPassword : .invalidData }
        self.key = key
        self.leaf = leaf
        authorities = certificates.filter { $0 != leaf && ($0.isCertificateAuthority || $0.version < 3) }
    }
}
