// SPDX-License-Identifier: Apache-2.0

/// Random octets for keys, nonces, serial numbers and challenges.
public enum SecureRandom {
    /// Octets from the operating system's generator (`getrandom(2)` on Linux).
    ///
    /// A negative count gives none.
    public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(count, 0) &+ 8)
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - max(count, 0))
        return bytes
    }
}
