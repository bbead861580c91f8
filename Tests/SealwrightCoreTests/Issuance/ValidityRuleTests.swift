// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightTesting
import Testing

@testable import SealwrightCore

@Suite("RFC 5280 section 4.1.2.5: validity")
struct ValidityRuleTests {
    private let now = Timestamp(seconds: 1_780_315_200)

    @Test func `the default begins a little in the past and ends on the day`() {
        let dates = ValidityRule.days(365, maximum: 825).dates(requested: nil, now: now, issuer: nil)
        #expect(dates.lowerBound == now.adding(seconds: -300))
        #expect(dates.upperBound == now.adding(seconds: 365 * 86_400 - 1))
    }

    @Test func `the whole validity is never over the maximum`() {
        let rule = ValidityRule.days(366)
        let dates = rule.dates(requested: nil, now: now, issuer: nil)
        #expect(dates.upperBound.seconds(since: dates.lowerBound) + 1 == 366 * 86_400)
    }

    /// Wishes and the lives they get, in seconds; 825 days less the backdated five minutes are the most.
    private static let wishes: [(amount: Int, unit: RequestedValidity.Unit, life: Int64)] = [
        (30, .days, 2_592_000), (10, .years, 71_279_700), (.max, .years, 71_279_700), (1, .seconds, 60),
        (-5, .days, 60),
    ]

    @Test(arguments: wishes)
    func `a wish is honoured up to the maximum`(wish: (amount: Int, unit: RequestedValidity.Unit, life: Int64)) {
        let requested = RequestedValidity(amount: wish.amount, unit: wish.unit)
        let dates = ValidityRule.days(365, maximum: 825).dates(requested: requested, now: now, issuer: nil)
        #expect(dates.upperBound == now.adding(seconds: wish.life - 1))
    }

    @Test func `no certificate outlives its issuer`() {
        let issuer = now.adding(seconds: -60)...now.adding(seconds: 3600)
        let dates = ValidityRule.days(365).dates(requested: nil, now: now, issuer: issuer)
        #expect(dates == issuer)
    }

    @Test func `Windows' wish arrives from the request`() async throws {
        let bench = try await IssuanceBench()
        var device = try TestDevice("CN=a")
        device.attributes = [
            Attribute(
                type: .microsoftEnrollmentNameValuePair,
                values: [
                    EnrollmentNameValuePair(name: "ValidityPeriod", value: "Days").derBytes,
                    EnrollmentNameValuePair(name: "ValidityPeriodUnits", value: "90").derBytes,
                ])
        ]
        #expect(try bench.plan(.device, device).notAfter == bench.clock.now.adding(seconds: 90 * 86_400 - 1))
    }

    @Test func `an authority that has ended issues nothing`() async throws {
        let bench = try await IssuanceBench()
        bench.clock.set(try #require(bench.context.certificate.notAfter).adding(seconds: 1))
        guard case .authorityUnavailable = try bench.refusal(.device, TestDevice("CN=a")) else {
            Issue.record("issued")
            return
        }
        bench.clock.set(Timestamp(seconds: 0))
        guard case .authorityUnavailable = try bench.refusal(.device, TestDevice("CN=a")) else {
            Issue.record("issued before the authority's begin")
            return
        }
    }

    @Test(arguments: [
        (RenewalWindow.always, "always"), (.half, "half"), (.third, "third"), (.days(30), "30d"),
    ])
    func `a renewal window has a text`(window: RenewalWindow, text: String) {
        #expect(window.text == text)
        #expect(RenewalWindow(text: text) == window)
        #expect(RenewalWindow(text: text + "x") == nil)
    }

    @Test func `a renewal window never traps`() {
        let far = Timestamp(seconds: .max)
        #expect(RenewalWindow.days(.max).opening(notBefore: Timestamp(seconds: .min), notAfter: far) < far)
        #expect(RenewalWindow.half.opening(notBefore: Timestamp(seconds: .min), notAfter: far) < far)
    }
}
