// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
package import SCEP

/// Why an input cannot be inspected.
package enum InspectionError: Error, Hashable, Sendable {
    /// It holds no octets.
    case empty
    /// It is larger than what is looked at, in octets.
    case tooLarge(limit: Int)
    /// It is nothing that is known here.
    case unrecognized
    /// It is known, and cannot be read here yet.
    case unsupported(String)
    /// It cannot be read as what it is or was said to be.
    case format(InspectionType, FormatError)
    /// It is CMS, and no SCEP message.
    case scep(SCEPError)
    /// It is text, and no SCEP request.
    case notARequest(String)
    /// It is no file of cases for path validation.
    case notLimbo(String)

    /// The stable code: the format's or protocol's own where the fault is in the bytes.
    package var code: String {
        switch self {
        case .empty: "inspect.empty"
        case .tooLarge: "inspect.too-large"
        case .unrecognized: "inspect.unrecognized"
        case .unsupported: "inspect.unsupported"
        case .format(_, let error): error.code
        case .scep(let error): error.code
        case .notARequest: "inspect.not-a-request"
        case .notLimbo: "inspect.not-limbo"
        }
    }
}

extension InspectionError: CustomStringConvertible {
    /// One sentence for people, in one line.
    package var description: String {
        switch self {
        case .empty: "there is nothing in it"
        case .tooLarge(let limit): "it is larger than \(limit >> 20) MiB"
        case .unrecognized: "this is no certificate, request, CRL, OCSP, CMS, SCEP message or key"
        case .unsupported(let what): "\(what) cannot be read here"
        case .format(let type, let error): Printable.text("not a readable \(type.name): \(error)")
        case .scep(let error): Printable.text("not a readable SCEP message: \(error)")
        case .notARequest(let why): Printable.text("not a SCEP request: \(why)")
        case .notLimbo(let why): Printable.text("not a file of x509-limbo cases: \(why)")
        }
    }
}
