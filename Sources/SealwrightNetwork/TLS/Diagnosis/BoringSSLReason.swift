// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// The reason names in an error of the TLS library, `PEER_DID_NOT_RETURN_A_CERTIFICATE`.
///
/// NIOSSL gives them as text only: `… :SSL routines:OPENSSL_internal:REASON at file:line`.
enum BoringSSLReason {
    private static let marker = "OPENSSL_internal:"
    private static let limit = 8

    /// The reasons, the first the most telling; empty when the error carries none.
    static func names(in error: any Error) -> [String] {
        var rest = String(describing: error)[...]
        var names: [String] = []
        while names.count < limit, let found = rest.firstRange(of: marker) {
            rest = rest[found.upperBound...]
            names.append(String(rest.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }))
        }
        return names
    }

    /// The alert a reason such as `TLSV1_ALERT_UNKNOWN_CA` tells of: the peer sent it.
    static func alert(in name: String) -> TLSAlert? {
        guard let found = name.firstRange(of: "_ALERT_") else { return nil }
        return TLSAlert(name: name[found.upperBound...])
    }
}
