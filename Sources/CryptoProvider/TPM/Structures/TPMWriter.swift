// SPDX-License-Identifier: Apache-2.0

/// Writes the structures of a TPM: numbers with the most significant octet first, and octets with their size before them.
///
/// Source: TCG, TPM 2.0 Library Part 1: Architecture, section "Octet Ordering"; Part 2: Structures, section 10.4, TPM2B.
struct TPMWriter {
    private(set) var octets: [UInt8] = []

    mutating func append(_ number: UInt16) { withUnsafeBytes(of: number.bigEndian) { octets.append(contentsOf: $0) } }

    mutating func append(_ number: UInt32) { withUnsafeBytes(of: number.bigEndian) { octets.append(contentsOf: $0) } }

    mutating func append(_ algorithm: TPMAlgorithm) { append(algorithm.rawValue) }

    mutating func append(_ handle: TPMHandle) { append(handle.rawValue) }

    mutating func append(_ contents: some Collection<UInt8>) { octets.append(contentsOf: contents) }

    /// Octets behind a size of 16 bits: a TPM2B.
    ///
    /// - Throws: ``CryptoError/limitExceeded(_:limit:)`` for more than a TPM takes.
    mutating func append(sized contents: some Collection<UInt8>) throws(CryptoError) {
        guard contents.count <= TPMCommand.byteLimit, let count = UInt16(exactly: contents.count) else {
            throw .limitExceeded("octets of a TPM structure", limit: TPMCommand.byteLimit)
        }
        append(count)
        append(contents)
    }

    /// What a closure writes.
    static func write(_ body: (inout TPMWriter) throws(CryptoError) -> Void) throws(CryptoError) -> [UInt8] {
        var writer = TPMWriter()
        try body(&writer)
        return writer.octets
    }
}
