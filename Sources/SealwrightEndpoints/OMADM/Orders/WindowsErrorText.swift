// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What the error codes mean that devices tell of certificates.
///
/// Those are codes of the enrolment itself, of the HTTP client below it, whose answers are kept in a facility of their
/// own, of chains, of keys and of the TPM.
///
/// Source: Microsoft, ClientCertificateInstall CSP, ErrorCode; WinError.h; WinInet error messages.
enum WindowsErrorText {
    private static let sentences: [UInt32: String] = [
        0x8000_4005: "an error that the device does not name",
        0x8007_0005: "the device denied itself access to the key or the store",
        0x8007_000D: "the data is not what it should be",
        0x8007_0056: "the password of the PFX is wrong",
        0x8007_0057: "a setting has a value that is none",
        0x8007_05B4: "the authority did not decide in time",
        0x8009_0005: "the data is not what it should be",
        0x8009_0008: "the digest, the cipher or the length of the key is not allowed",
        0x8009_0027: "a setting is missing or does not fit the others",
        0x8009_0029: "the place for the key is not supported on this device",
        0x8009_4014: "the authority refused the request",
        0x8010_002C: "no certificate of GetCACert can be the RA's: that has keyEncipherment and digitalSignature",
        // Messages and certificates.
        0x8009_0006: "a signature does not verify",
        0x8009_1006: "the server's answer lacks a signed attribute",
        0x8009_1007: "the authority's certificate is not the one that CAThumbprint names",
        0x8009_2002: "the PFX is not Base64",
        0x8009_2004: "there is no such certificate or store",
        0x8009_200C: "no certificate opens the password",
        0x8009_2010: "a certificate of the chain is revoked",
        0x8009_2012: "revocation could not be checked",
        0x8009_2013: "the revocation server could not be reached",
        0x800B_0101: "a certificate of the chain is not valid at this time; is the device's clock right?",
        0x800B_0109: "the device does not trust the root of the chain; 'sealwright device send --trust' gives it one",
        0x800B_010A: "the device cannot build the chain to a root",
        0x800B_0110: "a certificate of the chain is not for this use",
        0x800B_0111: "a certificate of the chain is among those that the device distrusts",
        // Keys.
        0x8009_000D: "the key is not there",
        0x8009_000F: "a key of this name is there already",
        0x8009_0010: "the device denied itself access to the key or the store",
        0x8009_0011: "the container for the key is not there; its user has not set Windows Hello up",
        0x8009_0016: "the key is not there",
        0x8009_0030: "the TPM is not ready for use",
        0x8028_4008: "the service for the TPM does not run",
        0x8028_400F: "the device has no TPM that could be used",
        0x8029_0405: "the key cannot be attested",
        // The way to the server.
        0x8007_2EE2: "the server did not answer in time",
        0x8007_2EE7: "the device cannot resolve the server's name",
        0x8007_2EFD: "the device cannot connect to the server",
        0x8007_2EFE: "the connection to the server broke off",
        0x8007_2EFF: "the connection to the server broke off",
        0x8007_2F05: "the server's TLS certificate is not valid at this time; is the device's clock right?",
        0x8007_2F06: "the server's TLS certificate has another name",
        0x8007_2F0D: "the device does not trust the authority of the server's TLS certificate",
        0x8007_2F78: "the server's answer is not one that the device understands",
        0x8007_2F7D: "the TLS connection could not be set up",
        0x8007_2F8F: "the device does not accept the server's TLS certificate",
    ]

    /// One sentence for a code, with its number.
    static func of(_ code: UInt32) -> String {
        let number = Hex.result(code)
        let sentence = sentences[code] ?? httpStatus(code).map { "the server answered with HTTP status \($0)" }
        return sentence.map { "\($0) (\(number))" } ?? "the device reports \(number)"
    }

    /// The status of an answer that was not 200, in FACILITY_HTTP.
    private static func httpStatus(_ code: UInt32) -> UInt32? {
        let status = code & 0xFFFF
        return code & 0xFFFF_0000 == 0x8019_0000 && (100...599).contains(status) ? status : nil
    }
}
