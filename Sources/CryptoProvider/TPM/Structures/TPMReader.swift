// SPDX-License-Identifier: Apache-2.0

/// Reads the structures of a TPM: numbers with the most significant octet first, and octets with their size before them.
///
/// Source: TCG, TPM 2.0 Library Part 1: Architecture, section "Octet Ordering"; Part 2: Structures, section 10.4, TPM2B.
struct TPMReader {
    private var rest: ArraySlice<UInt8>

    init(_ octets: some Collection<UInt8>) { rest = Array(octets)[...] }

    mutating func octet() throws(CryptoError) -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }

    mutating func uint16() throws(CryptoError) -> UInt16 { UInt16(truncatingIfNeeded: try number(2)) }

    mutating func uint32() throws(CryptoError) -> UInt32 { try number(4) }

    mutating func algorithm() throws(CryptoError) -> TPMAlgorithm { TPMAlgorithm(rawValue: try uint16()) }

    mutating func handle() throws(CryptoError) -> TPMHandle { TPMHandle(rawValue: try uint32()) }

    /// Octets of a known count.
    mutating func octets(_ count: Int) throws(CryptoError) -> [UInt8] {
        guard count >= 0, count <= rest.count else {
            throw .tpm(.malformedResponse("\(count) octets are announced and \(rest.count) are there"))
        }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Octets behind a size of 16 bits: a TPM2B.
    mutating func sized() throws(CryptoError) -> [UInt8] { try octets(Int(try uint16())) }

    /// States that nothing is left.
    func finish() throws(CryptoError) {
        guard rest.isEmpty else { throw .tpm(.malformedResponse("\(rest.count) octets are left over")) }
    }

    private mutating func number(_ count: Int) throws(CryptoError) -> UInt32 {
        try octets(count).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
