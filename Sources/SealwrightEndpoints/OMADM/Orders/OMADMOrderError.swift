// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import OMADM
package import PKIFormats
package import SealwrightCore

/// Why an order for a device was not queued, or its commands could not be sent.
package enum OMADMOrderError: Error, Sendable {
    /// A value of the order cannot be written into a message.
    case unwritable(OMADMError)
    /// A field of the order is not what it must be.
    case invalid(field: String, reason: String)
    /// What is stored cannot be read.
    case unreadable
    /// The device came after the time it had to enrol; what it would be told is of no use any more.
    case lapsed(Timestamp)
    /// The commands could not be sealed or opened.
    case sealing(CryptoError)
    /// The challenge for the certificate was refused.
    case challenge(EnrollmentRefusal)
    /// There is no authority whose certificate could be named.
    case noAuthority
    /// The device has no valid management certificate any more, so that it cannot come for the order.
    case notManaged(DeviceID, OMADMStanding)
    /// The middle refused.
    case management(ManagementError)

    /// Whether another order for the same name came in between.
    var isOvertaken: Bool {
        switch self {
        case .management(.changedMeanwhile), .management(.installationExists): true
        default: false
        }
    }

    /// The stable code of this error, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .unwritable: "windows.order-unwritable"
        case .invalid: "windows.order-invalid"
        case .unreadable: "windows.order-unreadable"
        case .lapsed: "windows.order-lapsed"
        case .sealing(let error): error.code
        case .challenge(.denied(let reason)): reason.code
        case .challenge(.unavailable(let cause)): cause.code
        case .noAuthority: "windows.no-authority"
        case .notManaged: "windows.device-not-managed"
        case .management(let error): error.code
        }
    }
}

extension OMADMOrderError: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .unwritable(let error): "the commands cannot be written: \(error)"
        // A reason that is a sentence of its own stands behind a colon.
        case .invalid(let field, let reason): field + (reason.first?.isUppercase ?? false ? ": " : " ") + reason
        case .unreadable: "the stored commands cannot be read"
        case .lapsed(let end): "the order's challenge ended at \(end.iso8601), before the device came for it"
        case .sealing(let error): "\(error)"
        case .challenge(.denied(let reason)): "\(reason)"
        case .challenge(.unavailable(let cause)): "\(cause)"
        case .noAuthority: "no authority issues, so that none can be named to the device"
        case .notManaged(let id, let standing): "the device \(id) cannot come for orders: \(standing.rawValue)"
        case .management(let error): "\(error)"
        }
    }
}
