// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// Text that this server made for a purpose and a time, and knows again without having kept it.
///
/// Base64 of purpose, end and facts, a full stop, Base64 of an HMAC-SHA256 over them; both in the alphabet for URLs.
/// The facts can be read by everybody and changed by nobody.
package struct ExpiringCode: Sendable {
    private let key: [UInt8]

    /// - Parameter key: 32 random octets; with another key nothing made before is known any more.
    package init(key: [UInt8]) { self.key = key }

    /// Octets of a code; the longest holds an address of a kilobyte.
    private static let limit = 4096

    /// Makes a code.
    ///
    /// - Parameters:
    ///   - purpose: what it is for; it is good for nothing else.
    ///   - facts: what it says, without line breaks.
    ///   - end: until when it counts.
    /// - Returns: the code.
    package func make(_ purpose: String, _ facts: [String], until end: Timestamp) -> String {
        let payload = Array(([purpose, String(end.seconds)] + facts).joined(separator: "\n").utf8)
        return Base64.encodeURLSafe(payload) + "." + Base64.encodeURLSafe(authenticationCode(payload))
    }

    /// The facts of a code; `nil` when it is not ours, for another purpose or past its end.
    package func read(_ text: String, _ purpose: String, at now: Timestamp) -> [String]? {
        guard text.utf8.count <= Self.limit else { return nil }
        let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = parts.first.flatMap({ Base64.decode($0, tolerance: .tolerant) }),
            let code = parts.last.flatMap({ Base64.decode($0, tolerance: .tolerant) }),
            ConstantTime.equal(code, authenticationCode(payload))
        else { return nil }
        let lines = payload.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.first == purpose, let end = lines.dropFirst().first.flatMap({ Int64($0) }), now.seconds <= end
        else { return nil }
        return Array(lines.dropFirst(2))
    }

    private func authenticationCode(_ payload: [UInt8]) -> [UInt8] {
        DigestAlgorithm.sha256.authenticationCode(payload, key: key)
    }
}
