// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import SealwrightNetwork
import Testing

@Suite("TLS factory")
struct TLSFactoryTests {
    @Test func `a client refuses everything below TLS 1.2 and verifies its peer`() throws {
        let configuration = try TLSFactory.client(trusting: [])
        #expect(configuration.minimumTLSVersion == .tlsv12)
        #expect(configuration.certificateVerification == .fullVerification)
    }
}
