// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import Testing

@Suite("Endpoint presets")
struct ServerSettingsTests {
    @Test func `safe algorithms by default, weak ones in preset cisco only`() {
        for preset in ServerSettings.Preset.allCases where preset != .cisco {
            let settings = ServerSettings(preset: preset)
            #expect(settings.ciphers.allSatisfy { !$0.isLegacy })
            #expect(settings.digests.allSatisfy { !$0.isLegacy })
        }
        #expect(ServerSettings.cisco.ciphers == Set(ContentCipher.allCases))
        #expect(ServerSettings.cisco.digests == Set(DigestAlgorithm.allCases))
    }

    @Test func `shapes and rules of the presets`() {
        #expect(ServerSettings.generic.getCACertShape == .raIssuingRoot)
        #expect(ServerSettings.windows.getCACertShape == .raIssuingRoot)
        #expect(ServerSettings.apple.getCACertShape == .raAndIssuing)
        #expect(ServerSettings.generic.emptyContent == .zeroLength)
        #expect(ServerSettings.strict.emptyContent == .absent)
        #expect(ServerSettings.generic.renewalWindow == .always)
        #expect(ServerSettings.strict.renewalWindow == .half)
        #expect(ServerSettings.strict.refusesUnknownCAIdentifier)
        #expect(!ServerSettings.generic.refusesUnknownCAIdentifier)
    }

    @Test(arguments: [("always", 0), ("half", 50), ("third", 67), ("10d", 90), ("200d", 0)])
    func `the renewal window opens where it says`(text: String, day: Int) throws {
        let window = try #require(RenewalWindow(text: text))
        #expect(window.text == text)
        let notBefore = Lab.now
        let notAfter = notBefore.adding(seconds: 100 * 86_400)
        func isOpen(_ day: Int) -> Bool {
            let moment = notBefore.adding(seconds: Int64(day) * 86_400)
            return window.allowsRenewal(notBefore: notBefore, notAfter: notAfter, at: moment)
        }
        #expect(isOpen(day))
        #expect(isOpen(99))
        if day > 0 { #expect(!isOpen(day - 1)) }
    }

    @Test(arguments: ["", "never", "0d", "-1d", "d", "30", "999999999d"])
    func `other words are no renewal window`(text: String) {
        #expect(RenewalWindow(text: text) == nil)
    }

    @Test func `no life is too odd for a window`() {
        for window in [RenewalWindow.always, .half, .third, .days(.max), .days(.min)] {
            for (begin, end) in [(Int64.min, Int64.max), (Int64.max, Int64.min), (0, 0)] {
                _ = window.allowsRenewal(
                    notBefore: Timestamp(seconds: begin), notAfter: Timestamp(seconds: end), at: Lab.now)
            }
        }
    }
}
