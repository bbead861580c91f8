// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// A digest over bytes that arrive in parts.
///
/// ```swift
/// var digest = IncrementalDigest(.sha256)
/// digest.update(header)
/// digest.update(body)
/// let octets = digest.finish()
/// ```
public struct IncrementalDigest: Sendable {
    private var context: any DigestContext

    /// Starts an empty digest.
    public init(_ algorithm: DigestAlgorithm) {
        context =
            switch algorithm {
            case .md5: SwiftCryptoDigest<Insecure.MD5>()
            case .sha1: SwiftCryptoDigest<Insecure.SHA1>()
            case .sha224: LibCryptoSHA224()
            case .sha256: SwiftCryptoDigest<SHA256>()
            case .sha384: SwiftCryptoDigest<SHA384>()
            case .sha512: SwiftCryptoDigest<SHA512>()
            }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { context.update(UnsafeRawBufferPointer($0)) }
        if done == nil { Array(bytes).withUnsafeBytes { context.update($0) } }
    }

    /// The digest of everything added so far; more may be added afterwards.
    public func finish() -> [UInt8] { context.finish() }
}

/// The running state of one digest function.
protocol DigestContext: Sendable {
    mutating func update(_ bytes: UnsafeRawBufferPointer)
    func finish() -> [UInt8]
}

/// The digests that swift-crypto has.
private struct SwiftCryptoDigest<Function: HashFunction & Sendable>: DigestContext {
    private var function = Function()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { function.update(bufferPointer: bytes) }

    func finish() -> [UInt8] { function.finalize().withUnsafeBytes { Array($0) } }
}
