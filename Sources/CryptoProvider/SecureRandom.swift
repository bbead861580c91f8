// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Random octets for keys, nonces, serial numbers and challenges.
public enum SecureRandom {
    /// Octets from the operating system's generator (`getrandom(2)` on Linux).
    ///
    /// A negative count gives none.
    public static func bytes(_ count: Int) -> [UInt8] {
        let count = max(count, 0)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            fill(UnsafeMutableRawBufferPointer(buffer)[..<count])
            filled = count
        }
    }

    /// Asks once for as much as one call gives.
    private static func fill(_ octets: Slice<UnsafeMutableRawBufferPointer>) {
        var rest = octets
        while !rest.isEmpty {
            let part = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(callLimit))
            // Fails only where the kernel has no such call; the standard library's generator ends the program there.
            if getentropy(part.baseAddress, part.count) != 0 { fillByWords(part) }
            rest = rest.dropFirst(part.count)
        }
    }

    private static func fillByWords(_ octets: UnsafeMutableRawBufferPointer) {
        var generator = SystemRandomNumberGenerator()
        for index in octets.indices { octets[index] = UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Octets of one call of `getentropy(3)`.
    private static let callLimit = 256
}
