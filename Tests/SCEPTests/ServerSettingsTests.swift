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
        #expect(ServerSettings.strict.refusesUnknownCAIdentifier)
        #expect(!ServerSettings.generic.refusesUnknownCAIdentifier)
    }
}
