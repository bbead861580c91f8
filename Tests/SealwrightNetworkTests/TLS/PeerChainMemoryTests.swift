// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing

@testable import SealwrightNetwork

@Suite("Certificates remembered for sessions that are resumed")
struct PeerChainMemoryTests {
    private let authority: TestAuthority
    init() throws { authority = try TestAuthority() }

    private func leaf(_ number: Int) throws -> CertificateView {
        try authority.identity { $0.serial = SerialNumber(octets: [1, UInt8(number)]) }.certificate
    }

    @Test func `chains are remembered, and those that came anew keep their newest form`() throws {
        let memory = PeerChainMemory()
        let (known, alone) = (try leaf(1), try leaf(2))
        memory.remember([known, alone])
        memory.remember([known, authority.certificate])
        memory.remember([alone])
        #expect(memory.chain(of: known) == [known, authority.certificate])
        #expect(memory.chain(of: alone) == [alone])
    }

    /// A stranger's chain may have a hundred kilobytes; four thousand of those were kept.
    @Test func `long chains are forgotten sooner`() throws {
        let memory = PeerChainMemory()
        let long = try TestAuthority("CN=" + String(repeating: "a", count: 60_000)).certificate
        let leaves = try (0..<100).map { try leaf($0) }
        for leaf in leaves { memory.remember([leaf, long]) }
        let kept = leaves.filter { memory.chain(of: $0).count == 2 }
        let octets = kept.count * (long.encoded.count + leaves[0].encoded.count)
        #expect(octets <= 8 << 20 && !kept.isEmpty, "\(kept.count) chains of \(octets) octets")
        #expect(memory.chain(of: leaves[99]).count == 2)
        for leaf in leaves { memory.remember([leaf, authority.certificate]) }
        #expect(leaves.allSatisfy { memory.chain(of: $0) == [$0, authority.certificate] })
    }
}
