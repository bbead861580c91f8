// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// Digest octets that were calculated elsewhere, in the form swift-crypto's ECDSA takes.
struct RawDigest: Digest {
    /// Required by the protocol; ECDSA takes the length of the octets.
    static let byteCount = 32

    private let octets: [UInt8]

    init(_ octets: [UInt8]) { self.octets = octets }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try octets.withUnsafeBytes(body)
    }

    var description: String { "digest of \(octets.count) octets" }
}
