// SPDX-License-Identifier: Apache-2.0

import SealwrightCore
import Testing

@Suite("transactionIDs in log, audit trail and API")
struct TransactionTextTests {
    @Test(arguments: [
        (Array("AC52DD66".utf8), "AC52DD66"), (Array("hRtyRK/+E=".utf8), "hRtyRK/+E="), ([0x00, 0xFF], "#00ff"),
        (Array("#00ff".utf8), "#2330306666"), (Array("a\u{1B}[31m".utf8), "#611b5b33316d"),
    ])
    func `they are what clients show, and of other octets no two look the same`(_ octets: [UInt8], _ text: String) {
        let key = IdempotencyKey(
            endpoint: .default, messageType: "19", transactionID: octets, requestDigest: [], signerDigest: nil)
        #expect(key.transactionText == text)
    }
}
