// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightCore
import SealwrightNetwork

extension ServedIdentity {
    /// What the middle serves, as TLS takes it.
    init(_ served: ServedCertificate) throws(NetworkError) { try self.init(chain: served.chain, key: served.key) }
}

extension TLSListener {
    /// Proves that a certificate can be served, by building a context of it; the step returned serves it.
    func prepare(
        _ served: ServedCertificate, _ settings: TLSServerSettings, name: String, logger: Logger
    ) throws(ServerCertificateError) -> @Sendable () -> Void {
        let identity: ServedIdentity
        do {
            identity = try ServedIdentity(served)
            _ = try TLSListener(settings, serving: identity)
        } catch {
            throw .unreadable(error.description)
        }
        return { [self] in
            do {
                try serve(identity)
                logger.notice(
                    "TLS certificate changed",
                    metadata: ["listener": "\(name)", "choice": "\(served.choice.rawValue)"])
            } catch {
                logger.error(
                    "TLS certificate cannot be served", metadata: ["listener": "\(name)", "error": "\(error)"])
            }
        }
    }
}
