// SPDX-License-Identifier: Apache-2.0

/// Why a certificate was revoked, in the standard's own spelling.
///
/// The raw value is the ENUMERATED of the `reasonCode` CRL entry extension. Value 7 is not used.
/// Source: RFC 5280, section 5.3.1.
public enum CRLReason: Int, Codable, CaseIterable, Sendable, Hashable {
    /// No reason was given; CRLs and OCSP responses leave it out.
    case unspecified = 0
    /// The private key is known or suspected to be in other hands.
    case keyCompromise = 1
    /// The private key of an authority is known or suspected to be in other hands.
    case cACompromise = 2
    /// The subject's name or other facts in the certificate changed.
    case affiliationChanged = 3
    /// Another certificate took its place.
    case superseded = 4
    /// The certificate is no longer needed for its purpose.
    case cessationOfOperation = 5
    /// Revoked for now; the only reason that can be taken back.
    case certificateHold = 6
    /// Released from hold, or expired; in delta CRLs only.
    case removeFromCRL = 8
    /// A privilege that the certificate states was withdrawn.
    case privilegeWithdrawn = 9
    /// The private key of an attribute authority is known or suspected to be in other hands.
    case aACompromise = 10

    /// The reason's name as RFC 5280 spells it, for example "keyCompromise".
    public var name: String {
        String(describing: self)
    }

    /// Reads a reason's name in any case, so that "cACompromise", "caCompromise" and "CACOMPROMISE" are one.
    ///
    /// `nil` means that RFC 5280 has no such reason.
    public init?(name: some StringProtocol) {
        let wanted = name.lowercased()
        guard let reason = Self.allCases.first(where: { $0.name.lowercased() == wanted }) else { return nil }
        self = reason
    }
}
