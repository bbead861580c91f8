// SPDX-License-Identifier: Apache-2.0

import SealwrightAgent
import Testing

@testable import SealwrightEndpoints

@Suite("WinError.h: what a device's error codes mean, in words")
struct WindowsErrorTextTests {
    @Test(arguments: [
        (UInt32(0x8007_2EFD), "the device cannot connect to the server (0x80072EFD)"),
        (0x8009_1006, "the server's answer lacks a signed attribute (0x80091006)"),
        (0x8019_0194, "the server answered with HTTP status 404 (0x80190194)"),
        (0x8019_FFFF, "the device reports 0x8019FFFF"), (0x1, "the device reports 0x00000001"),
    ])
    func `a code is told with its number, and in words where they are known`(code: UInt32, text: String) {
        #expect(WindowsErrorText.of(code) == text)
    }

    @Test func `every code that our agent gives has words`() {
        let codes: [HResult] = [
            .invalidPassword, .invalidData, .badEncoding, .noDecryptCertificate, .notFound, .containerNotFound,
            .notSupported, .tpmNotFound, .attestationFailed, .invalidParameter, .hashMismatch, .attributeMissing,
            .badSignature, .badAlgorithm, .nameNotResolved, .cannotConnect, .invalidServerResponse, .requestDenied,
            .timeout, .explicitDistrust, .failed, .http(503),
        ]
        for code in codes {
            #expect(!WindowsErrorText.of(code.rawValue).hasPrefix("the device reports"), "\(code)")
        }
    }
}
