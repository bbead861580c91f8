// SPDX-License-Identifier: Apache-2.0

/// What a server can tell a device that it refuses.
///
/// The first seven are subcodes of the SOAP fault. The others are told by `ErrorType` in its detail, which Windows has
/// read since version 1507; they carry the subcode that is closest for those who do not read it.
///
/// Source: MS-MDE2, sections 2.2.9 and 3.4.4.1.1.2.
public enum MDEFault: String, CaseIterable, Sendable {
    /// The message cannot be read, or lacks an element.
    case messageFormat
    /// The user is unknown, or the password or token wrong.
    case authentication
    /// The user may not enrol.
    case authorization
    /// The request for a certificate was refused, or the authority failed.
    case certificateRequest
    /// What the server depends on failed.
    case enrollmentServer
    /// The server itself failed.
    case internalServiceFault
    /// The security header cannot be read.
    case invalidSecurity
    /// The user has too many devices.
    case deviceCapReached
    /// The platform or its version is not supported.
    case deviceNotSupported
    /// Management is not offered.
    case notSupported
    /// The certificate may not be renewed.
    case notEligibleToRenew
    /// The server is being worked on; try later.
    case inMaintenance
    /// The user has no licence.
    case userLicense
    /// The enrolment data were refused.
    case invalidEnrollmentData

    /// The local name of `Code/Subcode/Value`.
    public var subcode: String {
        switch self {
        case .messageFormat, .invalidEnrollmentData: "MessageFormat"
        case .authentication: "Authentication"
        case .authorization, .deviceCapReached, .deviceNotSupported, .notSupported, .notEligibleToRenew, .userLicense:
            "Authorization"
        case .certificateRequest: "CertificateRequest"
        case .enrollmentServer, .inMaintenance: "EnrollmentServer"
        case .internalServiceFault: "InternalServiceFault"
        case .invalidSecurity: "InvalidSecurity"
        }
    }

    /// The prefix of the subcode: WCF's own two are in the namespace of WS-Addressing.
    var subcodePrefix: String {
        switch self {
        case .internalServiceFault, .invalidSecurity: "a"
        default: "s"
        }
    }

    /// `ErrorType` in the detail; `nil` for a fault that its subcode tells.
    public var errorType: String? {
        switch self {
        case .messageFormat, .authentication, .authorization, .certificateRequest, .enrollmentServer,
            .internalServiceFault, .invalidSecurity:
            nil
        case .deviceCapReached: "DeviceCapReached"
        case .deviceNotSupported: "DeviceNotSupported"
        case .notSupported: "NotSupported"
        case .notEligibleToRenew: "NotEligibleToRenew"
        case .inMaintenance: "InMaintenance"
        case .userLicense: "UserLicense"
        case .invalidEnrollmentData: "InvalidEnrollmentData"
        }
    }

    /// The HRESULT that Windows shows, 0x80180001 and on.
    public var hresult: UInt32 {
        switch self {
        case .messageFormat: 0x8018_0001
        case .authentication: 0x8018_0002
        case .authorization: 0x8018_0003
        case .certificateRequest: 0x8018_0004
        case .enrollmentServer: 0x8018_0005
        case .internalServiceFault: 0x8018_0006
        case .invalidSecurity: 0x8018_0007
        case .deviceCapReached: 0x8018_0013
        case .deviceNotSupported: 0x8018_0014
        case .notSupported: 0x8018_0015
        case .notEligibleToRenew: 0x8018_0016
        case .inMaintenance: 0x8018_0017
        case .userLicense: 0x8018_0018
        case .invalidEnrollmentData: 0x8018_0019
        }
    }

    /// Whether the same request may succeed later.
    public var isRetryable: Bool {
        switch self {
        case .enrollmentServer, .internalServiceFault, .inMaintenance: true
        default: false
        }
    }

    /// Finds the fault of a subcode and an ErrorType; the latter says more.
    ///
    /// - Returns: `nil` when neither is known.
    public init?(subcode: String?, errorType: String?) {
        let byType = Self.allCases.first { $0.errorType != nil && $0.errorType == errorType }
        let bySubcode = Self.allCases.first { $0.errorType == nil && $0.subcode == subcode }
        guard let fault = byType ?? Self.otherSpelling(errorType) ?? bySubcode else { return nil }
        self = fault
    }

    /// The name some pages of Microsoft give to the last one.
    private static func otherSpelling(_ errorType: String?) -> MDEFault? {
        errorType == "EnrollmentDataInvalid" ? .invalidEnrollmentData : nil
    }
}
