// SPDX-License-Identifier: Apache-2.0

import Foundation
package import PKIFormats
package import TrustEvaluation

/// The trust anchors of the machine.
package enum SystemTrust {
    /// Where distributions keep their bundle, the likeliest first.
    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// The anchors, read once; those of `SSL_CERT_FILE` when it is set, none on a machine without a bundle.
    package static let anchors: [TrustAnchor] = {
        let chosen = ProcessInfo.processInfo.environment["SSL_CERT_FILE"].map { [$0] } ?? bundles
        for path in chosen {
            guard let data = FileManager.default.contents(atPath: path), let blocks = try? PEM.decode(Array(data))
            else {
                continue
            }
            return blocks.compactMap { try? CertificateView(parsing: $0.der) }.map { TrustAnchor($0) }
        }
        return []
    }()
}

extension Timestamp {
    /// The machine's wall clock.
    package static var systemClock: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
