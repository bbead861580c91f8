// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What the error codes mean that devices tell of certificates.
///
/// Source: Microsoft, ClientCertificateInstall CSP, ErrorCode; WinError.h.
enum WindowsErrorText {
    private static let sentences: [UInt32: String] = [
        0x8000_4005: "an error that the device does not name",
        0x8007_000D: "the data is not what it should be",
        0x8007_0056: "the password of the PFX is wrong",
        0x8007_05B4: "the authority did not decide in time",
        0x8009_0005: "the data is not what it should be",
        0x8009_0008: "the digest, the cipher or the length of the key is not allowed",
        0x8009_0027: "a setting is missing or does not fit the others",
        0x8009_0029: "the place for the key is not supported on this device",
        0x8009_1007: "the authority's certificate is not the one that CAThumbprint names",
        0x8009_2002: "the PFX is not Base64",
        0x8009_2004: "there is no such certificate or store",
        0x8009_200C: "no certificate opens the password",
        0x8009_4014: "the authority refused the request",
        0x8028_400F: "the device has no TPM that could be used",
    ]

    /// One sentence for a code, with its number.
    static func of(_ code: UInt32) -> String {
        let number = Hex.result(code)
        return sentences[code].map { "\($0) (\(number))" } ?? "the device reports \(number)"
    }
}
