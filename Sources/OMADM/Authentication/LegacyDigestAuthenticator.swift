// SPDX-License-Identifier: Apache-2.0

/// Judges the MD5 digests of one peer, each nonce good for one session.
///
/// Without a Cred, and after a wrong one, the peer is handed a fresh nonce and tries again in the same session; after
/// a right one it is handed the nonce of its next session. A nonce that was answered rightly is never taken again, so
/// that a recorded Cred is worth nothing. When the message with the next nonce is lost the peer answers the old one,
/// is refused once, and goes on with the nonce of that refusal.
///
/// The value is the state to store with the device; either side of a session uses one for the other.
///
/// Source: OMA-TS-DM_Security-V1_2, sections 5.3 and 5.5.
public struct LegacyDigestAuthenticator: Hashable, Sendable {
    /// The nonce that the next Cred has to answer.
    public private(set) var nonce: [UInt8]

    /// Begins with the nonce of the provisioning document, or with one that was stored.
    public init(nonce: [UInt8]) { self.nonce = nonce }

    /// How a Cred was judged: the `Data` of the Status of SyncHdr.
    public enum Verdict: Int, CaseIterable, Sendable {
        /// The peer is who it says, for the whole session.
        case accepted = 212
        /// The Cred is wrong; nothing of the message is done.
        case refused = 401
        /// There is no Cred; nothing of the message is done.
        case missing = 407
    }

    /// Octets of a nonce.
    public static let nonceLength = 16

    /// Judges a Cred and moves on to the next nonce.
    ///
    /// The caller puts ``nonce``, as it is afterwards, into the Chal (`Type` `syncml:auth-md5`, `Format` `b64`,
    /// `NextNonce` Base64) of the same Status, whatever the verdict.
    ///
    /// - Parameters:
    ///   - data: the `Data` of the Cred; `nil` when there is no Cred, or it is of another type.
    ///   - secret: the peer's; `nil` for an unknown peer, which costs the same time.
    ///   - next: fresh random octets, ``nonceLength`` of them.
    /// - Returns: the verdict.
    public mutating func judge(_ data: String?, secret: LegacyDigestSecret?, next: [UInt8]) -> Verdict {
        defer { nonce = next }
        guard let data else { return .missing }
        let isRight = (secret ?? Self.nobody).accepts(data, nonce: nonce)
        return isRight && secret != nil ? .accepted : .refused
    }

    /// Stands in for the secret of unknown peers.
    private static let nobody = LegacyDigestSecret(user: "", secret: "")
}
