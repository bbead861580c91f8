// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP
import Testing

@Suite("RFC 8894 section 2.5: when a client renews")
struct RenewalScheduleTests {
    @Test(arguments: [UInt32(0), 1, 66, 133, 134, .max])
    func `after two thirds of the life, never before a server that lets renew in the last third`(random: UInt32) {
        for life: Int64 in [1000, 86_400, 365 * 86_400, 100 * 365 * 86_400] {
            let moment = RenewalSchedule.renewal(
                notBefore: Lab.now, notAfter: Lab.now.adding(seconds: life), random: random)
            let age = moment.seconds(since: Lab.now)
            #expect(age >= life - life / 3)
            #expect(age <= life * 800 / 1000)
        }
    }

    @Test func `a fleet is spread`() {
        let moments = Set(
            (0..<1000).map {
                RenewalSchedule.renewal(notBefore: Lab.now, notAfter: Lab.now.adding(seconds: 86_400), random: $0)
            })
        #expect(moments.count > 100)
    }

    @Test func `no life is too odd`() {
        for (begin, end) in [(Int64.min, Int64.max), (Int64.max, Int64.min), (0, 0), (0, Int64.max)] {
            _ = RenewalSchedule.renewal(
                notBefore: Timestamp(seconds: begin), notAfter: Timestamp(seconds: end), random: 7)
        }
    }
}
