// SPDX-License-Identifier: Apache-2.0

extension Hasher {
    /// Mixes octets in at once; an array of them would be mixed in one at a time, thirty times as slowly.
    mutating func combine(octets: some Collection<UInt8>) {
        let isDone: Void? = octets.withContiguousStorageIfAvailable { combine(bytes: UnsafeRawBufferPointer($0)) }
        if isDone == nil { for octet in octets { combine(octet) } }
    }
}
