// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import PKIFormats
import SealwrightCore

extension Middle {
    /// All metrics, with those that are read rather than counted filled in now.
    ///
    /// - Parameter health: how the server is now.
    /// - Returns: the text.
    func metricsText(_ health: HealthReport) -> String {
        metrics.makeMeter(label: "sealwright_ready", dimensions: []).set(Int64(health.isReady ? 1 : 0))
        for status in crls.status where status.kind == .full {
            set(
                "sealwright_crl_next_update_timestamp_seconds", status.nextUpdate,
                [("issuer", status.authority.rawValue)])
        }
        tellEnds()
        metrics.makeMeter(label: "sealwright_build_info", dimensions: [("version", ServerVersion.number)])
            .set(Int64(1))
        return metrics.text()
    }

    /// When the certificates of authorities and services end, of those with which something is to be done about it.
    ///
    /// An authority that neither issues, nor is to, nor stands above one that does, ends as it was meant to: an alarm
    /// for it would last for ever. So does its RA, which nobody renews; its OCSP signer is renewed until the authority
    /// ends.
    private func tellEnds() {
        let name = "sealwright_certificate_expiry_timestamp_seconds"
        let working = [registry.issuing(), registry.staged()].compactMap { $0?.id }
        let atWork = Set(working.flatMap { registry.chain(of: $0) }.map(\.id))
        var told: Set<[String]> = []
        func tell(_ kind: String, _ id: AuthorityID, _ end: Timestamp) {
            told.insert([kind, id.rawValue])
            set(name, end, [("kind", kind), ("name", id.rawValue)])
        }
        for context in registry.all {
            let isAtWork = atWork.contains(context.id)
            if isAtWork, let end = context.certificate.notAfter { tell("ca", context.id, end) }
            for purpose in ServiceIdentity.Purpose.allCases where isAtWork || purpose == .ocspSigner {
                guard let current = registry.identities(purpose, for: context.id).first else { continue }
                let end = current.identity.notAfter
                if !isAtWork, let last = context.certificate.notAfter, end >= last { continue }
                tell(purpose.rawValue, context.id, end)
            }
        }
        let kinds = ["ca"] + ServiceIdentity.Purpose.allCases.map(\.rawValue)
        metrics.forgetGauges(name) { labels in
            let values = labels.map(\.value)
            return kinds.contains { $0 == values.first } && !told.contains(values)
        }
    }

    private func set(_ name: String, _ moment: Timestamp, _ labels: [(String, String)]) {
        metrics.makeMeter(label: name, dimensions: labels).set(moment.seconds)
    }
}
