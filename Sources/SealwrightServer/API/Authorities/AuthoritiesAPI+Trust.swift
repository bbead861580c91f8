// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

extension AuthoritiesAPI {
    /// Refuses a switch by which managed devices would lose this server.
    ///
    /// The server's own certificate comes from the authority that issues, and managed devices know the server by its
    /// root. A staged change brings them another one first.
    ///
    /// - Parameter certificates: the authority that is to issue, and those above it as far as they are at hand.
    /// - Throws: ``ProblemDocument``, or a fault of the store.
    func demandTrust(in certificates: [CertificateView]) async throws {
        guard let served = middle.serverCertificates.served.current, served.choice == .ownAuthority,
            let anchor = served.anchor
        else { return }
        let hasRoot = certificates.contains { $0.subject.matches($0.issuer) }
        // A root that is known here already may be left out.
        let staysUnderAnchor =
            certificates.contains(anchor)
            || (!hasRoot && certificates.contains { $0.issuer.matches(anchor.subject) })
        guard !staysUnderAnchor else { return }
        let devices = try await middle.orders.managedDeviceCount()
        guard devices > 0 else { return }
        throw ProblemDocument(
            code: "authority.clients-do-not-trust", status: .conflict,
            detail: "the server would show another root, and \(devices) managed devices know it by "
                + anchor.subject.rfc4514)
    }
}
