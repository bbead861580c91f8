// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A result code of Windows, as the Status and ErrorCode nodes tell it.
///
/// Written as a signed 32-bit number in decimal.
///
/// Source: MS-ERREF, section 2.1; Microsoft, ClientCertificateInstall CSP, "Status" and "ErrorCode".
public struct HResult: RawRepresentable, Error, Hashable, Sendable, Codable {
    /// The 32 bits.
    public let rawValue: UInt32

    /// Takes any code.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The text of a node.
    public var decimal: String { String(Int32(bitPattern: rawValue)) }

    /// Success.
    public static let ok = Self(rawValue: 0)
    /// The password of a PFX is wrong: ERROR_INVALID_PASSWORD.
    public static let invalidPassword = Self(rawValue: 0x8007_0056)
    /// A PFX is none, or damaged: ERROR_INVALID_DATA.
    public static let invalidData = Self(rawValue: 0x8007_000D)
    /// Base64 or an encrypted password is malformed: CRYPT_E_BAD_ENCODE.
    public static let badEncoding = Self(rawValue: 0x8009_2002)
    /// No certificate with a private key decrypts the password: CRYPT_E_NO_DECRYPT_CERT.
    public static let noDecryptCertificate = Self(rawValue: 0x8009_200C)
    /// A named store or object is not there: CRYPT_E_NOT_FOUND.
    public static let notFound = Self(rawValue: 0x8009_2004)
    /// A container for keys is not there: NTE_NOT_FOUND.
    ///
    /// Windows tells it where the person has not set Windows Hello up, with the words "the container or key was not
    /// found". NTE_NOT_SUPPORTED would say that this system has no such containers at all.
    ///
    /// Source: Microsoft, "Windows Hello errors during PIN creation".
    public static let containerNotFound = Self(rawValue: 0x8009_0011)
    /// A combination that is not supported: NTE_NOT_SUPPORTED.
    public static let notSupported = Self(rawValue: 0x8009_0029)
    /// There is no TPM: TBS_E_TPM_NOT_FOUND.
    public static let tpmNotFound = Self(rawValue: 0x8028_400F)
    /// The key cannot be attested: the TPM platform provider cannot.
    public static let attestationFailed = Self(rawValue: 0x8029_0405)
    /// A parameter is missing or invalid: NTE_INVALID_PARAMETER.
    public static let invalidParameter = Self(rawValue: 0x8009_0027)
    /// No certificate of the authority has the thumbprint: CRYPT_E_HASH_VALUE.
    public static let hashMismatch = Self(rawValue: 0x8009_1007)
    /// A reply lacks a signed attribute: CRYPT_E_AUTH_ATTR_MISSING.
    public static let attributeMissing = Self(rawValue: 0x8009_1006)
    /// A signature does not verify: NTE_BAD_SIGNATURE.
    public static let badSignature = Self(rawValue: 0x8009_0006)
    /// An algorithm is unknown or not allowed: NTE_BAD_ALGID.
    public static let badAlgorithm = Self(rawValue: 0x8009_0008)
    /// The name of a server does not resolve: WININET_E_NAME_NOT_RESOLVED.
    public static let nameNotResolved = Self(rawValue: 0x8007_2EE7)
    /// A server does not answer: WININET_E_CANNOT_CONNECT.
    public static let cannotConnect = Self(rawValue: 0x8007_2EFD)
    /// An answer is not what the protocol asks for: WININET_E_INVALID_SERVER_RESPONSE.
    public static let invalidServerResponse = Self(rawValue: 0x8007_2F78)
    /// The authority refused: CERTSRV_E_ADMIN_DENIED_REQUEST.
    public static let requestDenied = Self(rawValue: 0x8009_4014)
    /// Still pending after the last poll: ERROR_TIMEOUT.
    public static let timeout = Self(rawValue: 0x8007_05B4)
    /// A certificate is on the list of those not trusted: TRUST_E_EXPLICIT_DISTRUST.
    public static let explicitDistrust = Self(rawValue: 0x800B_0111)
    /// The agent itself failed: E_FAIL.
    public static let failed = Self(rawValue: 0x8000_4005)

    /// An HTTP status other than 200: FACILITY_HTTP and the status.
    public static func http(_ status: Int) -> Self {
        Self(rawValue: 0x8019_0000 | UInt32(truncatingIfNeeded: status) & 0xFFFF)
    }
}

extension HResult {
    /// What it says, in words for people; `nil` for success and for a code that the agent does not give.
    var meaning: String? {
        switch self {
        case .invalidPassword: "the password of the PFX is wrong"
        case .invalidData: "the PFX is none, or has no private key with its certificate"
        case .badEncoding: "Base64 or an encrypted password is malformed"
        case .noDecryptCertificate: "no certificate with a private key here decrypts the password"
        case .notFound: "a named store or key is not there"
        case .containerNotFound: "there is no such container; its user makes it with 'container create'"
        case .notSupported: "this place for keys does not have such a key, or does not let it be exported"
        case .tpmNotFound: "there is no TPM that answers"
        case .attestationFailed: "the key cannot be attested"
        case .invalidParameter: "a node is missing, or its value is none of its kind"
        case .hashMismatch: "no certificate of GetCACert has the CAThumbprint"
        case .attributeMissing: "the reply lacks a signed attribute"
        case .badSignature: "a signature does not verify"
        case .badAlgorithm: "HashAlgorithm and the server leave no digest or cipher that is allowed here"
        case .nameNotResolved: "the name of the server does not resolve"
        case .cannotConnect: "the server does not answer"
        case .invalidServerResponse: "the answer is not what the protocol asks for"
        case .requestDenied: "the authority refused"
        case .timeout: "the authority has not decided by the last poll"
        case .explicitDistrust: "an authority of the server is among the untrusted certificates"
        case .failed: "the agent itself failed"
        default: httpStatus.map { "the server answered with HTTP status \($0)" }
        }
    }

    /// The code with what is known of it, for the log.
    func told(_ detail: String?) -> String {
        (detail ?? meaning).map { "\(self): \($0)" } ?? "\(self)"
    }

    /// Whether it is the HTTP status of a server that is busy and asks to come later.
    ///
    /// Source: RFC 9110, section 15.6.4; RFC 6585, section 4.
    var isBusy: Bool { self == .http(503) || self == .http(429) }

    private var httpStatus: UInt32? { rawValue & 0xFFFF_0000 == 0x8019_0000 ? rawValue & 0xFFFF : nil }
}

extension HResult: CustomStringConvertible {
    /// Hexadecimal, as documentation writes it.
    public var description: String { Hex.result(rawValue) }
}
