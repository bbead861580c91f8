// SPDX-License-Identifier: Apache-2.0

/// One line of a GetCACaps answer.
///
/// An open set: clients pass over what they do not know.
///
/// Source: RFC 8894, section 3.5.2.
public struct Capability: RawRepresentable, Hashable, Sendable, Codable {
    /// The keyword as written.
    public let rawValue: String

    /// Takes a keyword, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// AES-128-CBC.
    public static let aes = Capability(rawValue: "AES")
    /// Triple DES in CBC mode.
    public static let des3 = Capability(rawValue: "DES3")
    /// GetNextCACert is answered.
    public static let getNextCACert = Capability(rawValue: "GetNextCACert")
    /// Messages may be sent by POST.
    public static let postPKIOperation = Capability(rawValue: "POSTPKIOperation")
    /// RenewalReq is accepted.
    public static let renewal = Capability(rawValue: "Renewal")
    /// SHA-1.
    public static let sha1 = Capability(rawValue: "SHA-1")
    /// SHA-224; not in the RFC, seen from other servers.
    public static let sha224 = Capability(rawValue: "SHA-224")
    /// SHA-256.
    public static let sha256 = Capability(rawValue: "SHA-256")
    /// SHA-384; not in the RFC, without it strongSwan 5.9.8 misses SHA-256.
    public static let sha384 = Capability(rawValue: "SHA-384")
    /// SHA-512.
    public static let sha512 = Capability(rawValue: "SHA-512")
    /// Everything the RFC makes mandatory; implies AES, POSTPKIOperation and SHA-256.
    public static let scepStandard = Capability(rawValue: "SCEPStandard")
    /// UpdateReq of the drafts; never sent.
    public static let update = Capability(rawValue: "Update")

    /// Whether both are the same keyword; upper and lower case are the same.
    public func matches(_ other: Capability) -> Bool { rawValue.lowercased() == other.rawValue.lowercased() }
}
