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
        for context in registry.all {
            if let end = context.certificate.notAfter {
                set(
                    "sealwright_certificate_expiry_timestamp_seconds", end,
                    [("kind", "ca"), ("name", context.id.rawValue)])
            }
            for purpose in ServiceIdentity.Purpose.allCases {
                guard let current = registry.identities(purpose, for: context.id).first else { continue }
                set(
                    "sealwright_certificate_expiry_timestamp_seconds", current.identity.notAfter,
                    [("kind", purpose.rawValue), ("name", context.id.rawValue)])
            }
        }
        metrics.makeMeter(label: "sealwright_build_info", dimensions: [("version", ServerVersion.number)])
            .set(Int64(1))
        return metrics.text()
    }

    private func set(_ name: String, _ moment: Timestamp, _ labels: [(String, String)]) {
        metrics.makeMeter(label: name, dimensions: labels).set(moment.seconds)
    }
}
