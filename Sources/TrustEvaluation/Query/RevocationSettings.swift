// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// How revocation is judged, and by what.
///
/// Nothing is fetched: CRLs and OCSP responses are handed in.
public struct RevocationSettings: Sendable {
    /// What happens when nothing tells whether a certificate is revoked.
    public enum Mode: Sendable, Hashable {
        /// Revocation is not looked at.
        case off
        /// What is at hand is used; that nothing tells is a warning. A CRL or an OCSP response that is about the
        /// certificate but stale or otherwise unusable is an error all the same.
        case ifAvailable
        /// What is not known is an error.
        case required
    }

    /// Which certificates of the path are looked at; the trust anchor never is.
    public enum Scope: Sendable, Hashable {
        /// The leaf alone.
        case leaf
        /// Every certificate below the trust anchor.
        case path
    }

    /// What happens when nothing tells.
    public var mode: Mode
    /// Which certificates are looked at.
    public var scope: Scope
    /// The CRLs at hand, full and delta, of any issuer.
    public var lists: [RevocationList]
    /// The OCSP responses at hand.
    public var responses: [OCSPResponse]
    /// Whether delta CRLs are looked at.
    public var usesDeltas: Bool

    /// Settings with what is at hand.
    public init(
        mode: Mode, scope: Scope = .path, lists: [RevocationList] = [], responses: [OCSPResponse] = [],
        usesDeltas: Bool = true
    ) {
        self.mode = mode
        self.scope = scope
        self.lists = lists
        self.responses = responses
        self.usesDeltas = usesDeltas
    }

    /// Revocation is not looked at.
    public static let off = RevocationSettings(mode: .off)
}
