// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Why an enrolment ended without a certificate: what a request broke, or what a reply said.
///
/// Cases carry the facts, never a password, a token or other received text beyond names. ``code`` is stable and the same
/// in log, audit, API and command line; ``fault`` is the word MS-MDE2 has for it.
public enum MDEError: Error, Hashable, Sendable {
    // The bytes
    /// The message, or an element of it, is not what it was said to be.
    case unreadable(OMADMError)
    /// The root is no SOAP envelope; its namespace is given.
    case notSOAP(namespace: String)
    /// The WS-Addressing action is not the one of this service; its length is bounded.
    case unexpectedAction(expected: String, found: String)
    /// The body holds no element, several, or another than the action announces.
    case unexpectedBody(String)
    /// The reply is to go to another place than back on this connection.
    case unexpectedReplyTo
    /// The header holds blocks that have to be understood and are not known here.
    case headersNotUnderstood([SOAPHeaderName])

    // The security header
    /// The header, or a token in it, is not what it was said to be.
    case securityUnreadable(OMADMError)
    /// The request carries no credential.
    case noCredential
    /// The request carries several credentials, so that it is not clear who asks.
    case severalCredentials(Int)
    /// The credential is of a type that is not taken here; its ValueType or Type is given.
    case unsupportedCredential(String)

    // The device
    /// The device speaks only versions older than the oldest answered.
    case versionTooOld(MDEVersion)
    /// The device offers none of the authentication policies of this server.
    case noCommonAuthPolicy(offered: [AuthPolicy])
    /// The DeviceID is absent, or has a form that no certificate can name.
    case invalidDeviceID
    /// The context items name two devices.
    case deviceIDMismatch

    // The request for a certificate
    /// The token is no PKCS#10.
    case certificationRequestUnreadable(FormatError)
    /// The token that holds the request is of another type; its ValueType is given.
    case unexpectedTokenType(String)
    /// The PKCS#10 was not signed with its own key.
    case proofOfPossessionFailed
    /// The PKCS#10 was signed with an algorithm that is not allowed here; its name is given.
    case proofAlgorithmNotAllowed(String)

    // The renewal
    /// The token is no SignedData around a PKCS#10.
    case renewalUnreadable(FormatError)
    /// A renewal has exactly one signer.
    case renewalSignerCount(Int)
    /// The connection showed no client certificate.
    case renewalWithoutClientCertificate
    /// The renewal was signed with another certificate than the connection showed.
    case renewalSignerMismatch
    /// The signature over the renewal does not verify.
    case renewalSignatureInvalid
    /// The renewal was signed with an algorithm that is not allowed here; its name is given.
    case renewalAlgorithmNotAllowed(String)
    /// The renewal asks for a certificate for the old key.
    case renewalKeyReused

    // The reply, seen from the client
    /// The server refused.
    case refused(SOAPFault)
    /// The HTTP status is no success and the body no fault.
    case unexpectedStatus(Int)
    /// The reply belongs to another request.
    case relatesToMismatch
    /// The server asks for an authentication policy that was not offered; its name is given.
    case unexpectedAuthPolicy(AuthPolicy)
    /// Policy and enrolment service are on two hosts.
    case hostsDiffer
    /// The key is shorter than the server's policy asks; both in bits.
    case keyTooShort(bits: Int, minimum: Int)
    /// The provisioning document holds no certificate for the key of the request.
    case noCertificateForKey

    // The caller
    /// An event came out of turn.
    case outOfOrder(String)
    /// What the caller gave cannot be written.
    case unwritable(OMADMError)
    /// The `appru` of a sign-in does not begin with `ms-app://`, or holds characters no such address has.
    case callbackRefused
    /// The `redirect_uri` of the terms page is no application of Windows, or holds characters no such address has.
    case redirectRefused
}

extension MDEError {
    /// The stable code of this error.
    public var code: String {
        switch self {
        case .unreadable: "mde.unreadable"
        case .notSOAP: "mde.not-soap"
        case .unexpectedAction: "mde.unexpected-action"
        case .unexpectedBody: "mde.unexpected-body"
        case .unexpectedReplyTo: "mde.unexpected-reply-to"
        case .headersNotUnderstood: "mde.header-not-understood"
        case .securityUnreadable: "mde.security-unreadable"
        case .noCredential: "mde.no-credential"
        case .severalCredentials: "mde.several-credentials"
        case .unsupportedCredential: "mde.unsupported-credential"
        case .versionTooOld: "mde.version-too-old"
        case .noCommonAuthPolicy: "mde.no-common-auth-policy"
        case .invalidDeviceID: "mde.invalid-device-id"
        case .deviceIDMismatch: "mde.device-id-mismatch"
        case .certificationRequestUnreadable: "mde.certification-request-unreadable"
        case .unexpectedTokenType: "mde.unexpected-token-type"
        case .proofOfPossessionFailed: "mde.proof-of-possession-failed"
        case .proofAlgorithmNotAllowed: "mde.proof-algorithm-not-allowed"
        case .renewalUnreadable: "mde.renewal-unreadable"
        case .renewalSignerCount: "mde.renewal-signer-count"
        case .renewalWithoutClientCertificate: "mde.renewal-without-client-certificate"
        case .renewalSignerMismatch: "mde.renewal-signer-mismatch"
        case .renewalSignatureInvalid: "mde.renewal-signature-invalid"
        case .renewalAlgorithmNotAllowed: "mde.renewal-algorithm-not-allowed"
        case .renewalKeyReused: "mde.renewal-key-reused"
        case .refused: "mde.refused"
        case .unexpectedStatus: "mde.unexpected-status"
        case .relatesToMismatch: "mde.relates-to-mismatch"
        case .unexpectedAuthPolicy: "mde.unexpected-auth-policy"
        case .hostsDiffer: "mde.hosts-differ"
        case .keyTooShort: "mde.key-too-short"
        case .noCertificateForKey: "mde.no-certificate-for-key"
        case .outOfOrder: "mde.out-of-order"
        case .unwritable: "mde.unwritable"
        case .callbackRefused: "mde.callback-refused"
        case .redirectRefused: "mde.redirect-refused"
        }
    }

    /// The fault a server answers with.
    ///
    /// Errors only a client has are the server's own when they come up in a server.
    public var fault: MDEFault {
        switch self {
        case .unreadable, .notSOAP, .unexpectedAction, .unexpectedBody, .unexpectedReplyTo, .headersNotUnderstood,
            .unexpectedTokenType:
            .messageFormat
        case .securityUnreadable, .noCredential, .severalCredentials, .unsupportedCredential: .invalidSecurity
        case .versionTooOld: .deviceNotSupported
        case .noCommonAuthPolicy: .notSupported
        case .invalidDeviceID, .deviceIDMismatch: .invalidEnrollmentData
        case .certificationRequestUnreadable, .proofOfPossessionFailed, .proofAlgorithmNotAllowed:
            .certificateRequest
        case .renewalUnreadable, .renewalSignerCount, .renewalWithoutClientCertificate, .renewalSignerMismatch,
            .renewalSignatureInvalid, .renewalAlgorithmNotAllowed, .renewalKeyReused:
            .notEligibleToRenew
        case .callbackRefused, .redirectRefused: .authentication
        case .refused, .unexpectedStatus, .relatesToMismatch, .unexpectedAuthPolicy, .hostsDiffer, .keyTooShort,
            .noCertificateForKey, .outOfOrder, .unwritable:
            .internalServiceFault
        }
    }

    /// Whether the same request may succeed later without anyone changing anything.
    public var isRetryable: Bool {
        if case .refused(let fault) = self { fault.fault?.isRetryable ?? false } else { false }
    }
}

extension MDEError {
    /// Runs a reader; what it cannot read is ``unreadable(_:)``.
    static func reading<Value>(_ body: () throws(OMADMError) -> Value) throws(MDEError) -> Value {
        do {
            return try body()
        } catch {
            throw .unreadable(error)
        }
    }

    /// Runs a writer; what it cannot write is ``unwritable(_:)``.
    static func writing<Value>(_ body: () throws(OMADMError) -> Value) throws(MDEError) -> Value {
        do {
            return try body()
        } catch {
            throw .unwritable(error)
        }
    }
}

extension MDEError: CustomStringConvertible {
    /// One sentence for people; no received text beyond names.
    public var description: String { requestDescription ?? renewalDescription ?? replyDescription }

    private var requestDescription: String? {
        switch self {
        case .unreadable(let error): "not an enrolment message: \(error)"
        case .notSOAP(let namespace): "the root is no SOAP envelope (namespace '\(namespace)')"
        case .unexpectedAction(let expected, let found): "the action is '\(found)', not '\(expected)'"
        case .unexpectedBody(let name): "the body of the message holds \(name)"
        case .unexpectedReplyTo: "the reply is to go elsewhere than back on this connection"
        case .headersNotUnderstood(let names):
            "the header has to be understood and is not known here: " + names.map(\.description).joined(separator: ", ")
        case .securityUnreadable(let error): "the security header cannot be read: \(error)"
        case .noCredential: "the request carries no user name and no token"
        case .severalCredentials(let count): "the request carries \(count) credentials, and one is taken"
        case .unsupportedCredential(let type): "credentials of the type '\(type)' are not taken here"
        case .versionTooOld(let version): "version \(version) of the enrolment protocol is too old"
        case .noCommonAuthPolicy(let offered):
            "none of the offered authentication policies is served here: "
                + offered.map(\.rawValue).joined(separator: ", ")
        case .invalidDeviceID: "the DeviceID is absent or not 1 to 64 letters, digits, '.', ':', '_' or '-'"
        case .deviceIDMismatch: "the context items name different DeviceIDs"
        case .certificationRequestUnreadable(let error): "the token is no PKCS#10: \(error)"
        case .unexpectedTokenType(let type): "a token of the type '\(type)' is no request for a certificate"
        case .proofOfPossessionFailed: "the PKCS#10 was not signed with its own key"
        case .proofAlgorithmNotAllowed(let name): "a PKCS#10 signed with \(name) is not taken here"
        default: nil
        }
    }

    private var renewalDescription: String? {
        switch self {
        case .renewalUnreadable(let error): "the token is no PKCS#10 in a SignedData: \(error)"
        case .renewalSignerCount(let count): "a renewal has one signer, this one has \(count)"
        case .renewalWithoutClientCertificate: "the connection shows no client certificate, which a renewal needs"
        case .renewalSignerMismatch: "the renewal was signed with another certificate than the connection shows"
        case .renewalSignatureInvalid: "the signature of the renewal does not verify"
        case .renewalAlgorithmNotAllowed(let name): "a renewal signed with \(name) is not taken here"
        case .renewalKeyReused: "the renewal asks for a certificate for the old key"
        default: nil
        }
    }

    private var replyDescription: String {
        switch self {
        case .refused(let fault): "the server refused: \(fault)"
        case .unexpectedStatus(let status): "the server answered with HTTP status \(status)"
        case .relatesToMismatch: "the reply belongs to another request"
        case .unexpectedAuthPolicy(let policy): "the server asks for \(policy.rawValue), which was not offered"
        case .hostsDiffer: "the policy and the enrolment service are on two hosts"
        case .keyTooShort(let bits, let minimum): "the key has \(bits) bits, and the server asks for \(minimum)"
        case .noCertificateForKey: "the provisioning document holds no certificate for the requested key"
        case .outOfOrder(let event): "the conversation does not wait for \(event) now"
        case .unwritable(let error): "the message cannot be written: \(error)"
        case .callbackRefused, .redirectRefused: "the address to return to is not an application of Windows"
        default: code
        }
    }
}
