// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Permission to enrol: a secret we made, stored hashed and bound to what it may buy.
///
/// The secret itself exists only in the answer that creates it.
package struct Challenge: Sendable, Hashable, Codable {
    package let id: ChallengeID
    /// SHA-256 of the secret's UTF-8.
    package let digest: [UInt8]
    package let endpoint: EndpointID
    package let profile: String?
    /// The only subject it may be used for, RFC 4514 text; `nil` for any.
    package let subject: String?
    /// The only subject alternative names it may be used for, as `DNS:…`, `IP:…`; `nil` for any the profile allows.
    package let subjectAlternativeNames: [String]?
    package let device: DeviceID?
    package let createdAt: Timestamp
    package let createdBy: String
    package let expiresAt: Timestamp
    /// How many certificates it may buy; `nil` without limit, which only a named static challenge has.
    package let uses: Int?
    /// How many it has bought.
    package var used: Int
    /// The name of a static challenge.
    package let name: String?

    package init(
        id: ChallengeID, digest: [UInt8], endpoint: EndpointID, profile: String? = nil, subject: String? = nil,
        subjectAlternativeNames: [String]? = nil, device: DeviceID? = nil, createdAt: Timestamp, createdBy: String,
        expiresAt: Timestamp, uses: Int? = 1, used: Int = 0, name: String? = nil
    ) {
        self.id = id
        self.digest = digest
        self.endpoint = endpoint
        self.profile = profile
        self.subject = subject
        self.subjectAlternativeNames = subjectAlternativeNames
        self.device = device
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.uses = uses
        self.used = used
        self.name = name
    }
}
