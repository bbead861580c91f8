// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Renewals spread over time")
struct RenewalSpreadTests {
    private static let start = Timestamp(seconds: 1_780_315_200)
    private static let day: Int64 = 86_400
    /// A life whose renewals are spread over one day: a third of it is the window, and of that three quarters.
    private static let spread = RenewalSpread(window: 25, reserve: 0)
    private static let life: Int64 = 4 * day

    /// When each of many devices is to renew, which enrolled in one minute.
    private func moments(
        _ count: Int, of spread: RenewalSpread, life: Int64, population: Int = 0
    ) -> [Timestamp] {
        (0..<count).map { number in
            let notBefore = Self.start.adding(seconds: Int64(number % 60))
            return spread.moment(
                notBefore: notBefore, notAfter: notBefore.adding(seconds: life),
                device: DeviceID(rawValue: "d_\(population)_\(number)"), uniqueID: "wifi")
        }
    }

    private func perMinute(_ moments: [Timestamp]) -> [Int64: Int] {
        moments.reduce(into: [:]) { $0[$1.seconds / 60, default: 0] += 1 }
    }

    @Test(arguments: [10_000, 100_000])
    func `devices that enrolled in one minute renew over a day, no minute above three times the mean`(
        count: Int
    ) throws {
        let moments = moments(count, of: Self.spread, life: Self.life)
        let opening = Self.start.adding(seconds: 3 * Self.day)
        let isInside = moments.allSatisfy { $0 >= opening && $0 < opening.adding(seconds: Self.day + 60) }
        #expect(isInside)
        let minutes = perMinute(moments)
        let mean = Double(count) / 1440
        let busiest = try #require(minutes.values.max())
        #expect(Double(busiest) <= 3 * mean, "\(busiest) in a minute, \(mean) on average")
        // Nearly every minute has its share: the load is level, not only bounded.
        #expect(minutes.count >= 1430)
    }

    @Test func `the spread is even, as counted over hours`() {
        for population in 1...5 {
            let moments = moments(24_000, of: Self.spread, life: Self.life, population: population)
            let opening = Self.start.adding(seconds: 3 * Self.day)
            let hours = moments.reduce(into: [Int64: Int]()) { $0[$1.seconds(since: opening) / 3600, default: 0] += 1 }
            // 1,000 an hour; six standard deviations are 190. The 25th hour has those that enrolled late.
            #expect((0..<24).allSatisfy { abs((hours[$0] ?? 0) - 1000) < 190 })
        }
    }

    /// Ten thousand devices that come to the server every eight hours, and now and then are away for a day, over a
    /// whole year in which each certificate lives thirty days.
    @Test func `no certificate ends, though devices come seldom and tries fail`() {
        let spread = RenewalSpread()
        let life = 30 * Self.day
        var generator = SplitMix(state: 7)
        var (ended, renewals) = (0, 0)
        for number in 0..<10_000 {
            let device = DeviceID(rawValue: "d_\(number)")
            var notBefore = Self.start.adding(seconds: Int64(number % 60))
            let until = notBefore.adding(seconds: 365 * Self.day)
            while notBefore < until {
                let notAfter = notBefore.adding(seconds: life)
                var due = spread.moment(notBefore: notBefore, notAfter: notAfter, device: device, uniqueID: "vpn")
                while true {
                    let isAway = Int.random(in: 0..<20, using: &generator) == 0
                    let contact = due.adding(
                        seconds: Int64.random(in: 0..<(isAway ? Self.day : 8 * 3600), using: &generator))
                    if contact > notAfter { ended += 1 }
                    // One try in ten fails.
                    if contact > notAfter || Int.random(in: 0..<10, using: &generator) > 0 {
                        notBefore = contact
                        renewals += 1
                        break
                    }
                    due = spread.retry(failedAt: contact, notAfter: notAfter, device: device, uniqueID: "vpn")
                }
            }
        }
        #expect(ended == 0)
        #expect(renewals > 10_000 * 12)
    }

    @Test func `a renewal falls into the last third and leaves the reserve free`() {
        let spread = RenewalSpread()
        let life = 300 * Self.day
        for moment in moments(2_000, of: spread, life: life) {
            let age = moment.seconds(since: Self.start)
            #expect(age >= 201 * Self.day)
            #expect(age <= 300 * Self.day - 24 * Self.day)
        }
    }

    @Test func `the moment depends on device, name and certificate, and on nothing else`() {
        let (end, spread) = (Self.start.adding(seconds: Self.life), Self.spread)
        func moment(_ device: String, _ name: String, _ begin: Timestamp = Self.start) -> Timestamp {
            spread.moment(
                notBefore: begin, notAfter: end, device: DeviceID(rawValue: device), uniqueID: name)
        }
        #expect(moment("d_1", "wifi") == moment("d_1", "wifi"))
        let moments = [
            moment("d_1", "wifi"), moment("d_2", "wifi"), moment("d_1", "vpn"), moment("d_1w", "ifi"),
            moment("d_1", "wifi", Self.start.adding(seconds: -1)),
        ]
        #expect(Set(moments).count == 5)
    }

    @Test(arguments: [
        (Int64(0), Int64(0)), (10, 5), (.min, .max), (.max, .min), (0, 1), (0, 59), (.min, .min), (.max, .max),
        (1_780_315_200, 253_402_300_799),
    ])
    func `no life is so odd that the answer lies outside of it`(begin: Int64, end: Int64) {
        let device = DeviceID(rawValue: "d_1")
        for (window, reserve) in [(33, 25), (1, 99), (100, 0), (-5, 500), (.max, .min)] {
            let moment = RenewalSpread(window: window, reserve: reserve).moment(
                notBefore: Timestamp(seconds: begin), notAfter: Timestamp(seconds: end), device: device, uniqueID: "")
            #expect(moment.seconds <= end)
            #expect(moment.seconds >= min(begin, end))
        }
    }

    @Test(arguments: [Int64(-86_400), 0, 60, 3600, 86_400, 8 * 86_400, 300 * 86_400, .max])
    func `a try that failed is repeated after a quarter of an hour to a day and a quarter`(left: Int64) {
        let moment = RenewalSpread().retry(
            failedAt: Self.start, notAfter: Self.start.adding(seconds: left), device: DeviceID(rawValue: "d_1"),
            uniqueID: "wifi")
        let wait = moment.seconds(since: Self.start)
        #expect(wait >= 15 * 60 * 3 / 4 && wait <= 86_400 * 5 / 4)
        if left > 3600 { #expect(wait < left) }
    }
}
