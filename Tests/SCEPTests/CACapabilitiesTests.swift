// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import Testing

@Suite("RFC 8894 section 3.5.2: GetCACaps")
struct CACapabilitiesTests {
    @Test func `the generic list is the one that every client understands`() {
        let text = "AES\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nRenewal\nSCEPStandard\n"
        #expect(ServerSettings.generic.capabilities().serialize() == text)
        #expect(ServerSettings.windows.capabilities().serialize() == text)
        #expect(ServerSettings.generic.capabilities(hasSuccessor: true).serialize() == text + "GetNextCACert\n")
    }

    @Test func `presets list what they allow`() {
        #expect(!ServerSettings.apple.capabilities().contains(.sha384))
        #expect(ServerSettings.cisco.capabilities().list.suffix(2) == [.des3, .sha1])
        for preset in ServerSettings.Preset.allCases {
            let text = ServerSettings(preset: preset).capabilities().serialize()
            #expect(text.hasSuffix("\n"))
            #expect(!text.contains("\n\n"))
            #expect(!text.contains("\r"))
            #expect(CACapabilities(parsing: text.utf8).serialize() == text)
        }
    }

    @Test(arguments: [
        "AES\nSHA-256\nPOSTPKIOperation\n", "AES\r\nSHA-256\r\nPOSTPKIOperation",
        "  aes \n\n sha-256\t\npostpkioperation\0",
        "AES\rSHA-256\rPOSTPKIOperation\r", "POSTPKIOperation\nX-Unknown\nAES\nSHA-256\nline with spaces\n",
    ])
    func `any server's way of writing is read`(text: String) throws {
        let capabilities = CACapabilities(parsing: text.utf8)
        #expect(capabilities.contains(.aes))
        #expect(capabilities.usesPost)
        #expect(try capabilities.digest() == .sha256)
        #expect(try capabilities.cipher() == .aes128CBC)
        #expect(!capabilities.contains(.renewal))
        #expect(capabilities.renewalMessageType == .pkcsReq)
    }

    @Test(arguments: ["", "\n\n", "<html><body>404 AES</body></html>", "\u{1}\u{2}", "  <!DOCTYPE html>\nAES\n"])
    func `an error page is an authority without capabilities`(text: String) throws {
        let capabilities = CACapabilities(parsing: text.utf8)
        #expect(!capabilities.contains(.aes))
        #expect(throws: SCEPError.noCommonAlgorithm("digest")) { try capabilities.digest() }
        #expect(throws: SCEPError.noCommonAlgorithm("cipher")) { try capabilities.cipher() }
        #expect(try capabilities.digest(allowingLegacy: true) == .sha1)
        #expect(try capabilities.cipher(allowingLegacy: true) == .tripleDESCBC)
    }

    @Test func `SCEPStandard implies AES, POST and SHA-256 but not Renewal`() throws {
        let capabilities = CACapabilities([Capability(rawValue: "scepstandard")])
        #expect(capabilities.contains(.aes))
        #expect(capabilities.usesPost)
        #expect(try capabilities.digest() == .sha256)
        #expect(!capabilities.contains(.renewal))
    }

    @Test func `the least exotic strong digest is chosen`() throws {
        #expect(try CACapabilities([.sha512, .sha256, .sha1]).digest() == .sha256)
        #expect(try CACapabilities([.sha1, .sha512]).digest() == .sha512)
        #expect(try CACapabilities([.sha1, .sha384]).digest() == .sha384)
        #expect(throws: SCEPError.self) { try CACapabilities([.sha1]).digest() }
    }

    @Test func `endless answers are cut off`() {
        let text = String(repeating: "AES\n", count: 100_000)
        #expect(CACapabilities(parsing: text.utf8).list.count <= 100)
    }
}
