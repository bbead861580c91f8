// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightInspection
import Testing

@Suite("Moments as people say them")
struct PlainTimeTests {
    @Test(
        arguments: [
            (0, "now"), (1, "in 1 second"), (-90, "90 seconds ago"), (120, "in 2 minutes"), (172_799, "in 47 hours"),
            (365 * 86_400, "in 365 days"), (3_650 * 86_400, "in 10 years"), (-730 * 86_400, "2 years ago"),
        ] as [(Int64, String)])
    func `a distance is told in the largest unit there are two of, and ten years are ten`(
        seconds: Int64, words: String
    ) {
        let now = Timestamp(seconds: 1_800_000_000)
        #expect(PlainTime.distance(now.adding(seconds: seconds), from: now) == words)
    }
}
