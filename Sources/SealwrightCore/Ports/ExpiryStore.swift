// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Marks identifiers of watches, `w_…`.
package enum ExpiryWatchKind: IdentifierKind { package static let prefix = "w" }

package typealias ExpiryWatchID = Identifier<ExpiryWatchKind>

/// A certificate elsewhere that the administrator wants to be reminded of.
package struct ExpiryWatch: Sendable, Hashable, Codable {
    /// Where it is.
    package enum Place: String, Sendable, Codable, CaseIterable {
        /// A TLS server, `host:port`.
        case server
        /// A file on this machine.
        case file
    }

    /// What was found at the last look.
    package struct Observation: Sendable, Hashable, Codable {
        package let at: Timestamp
        /// The certificate; `nil` when the look failed.
        package let certificate: [UInt8]?
        /// Why it failed.
        package let failure: String?

        package init(at: Timestamp, certificate: [UInt8]?, failure: String?) {
            self.at = at
            self.certificate = certificate
            self.failure = failure
        }
    }

    package let id: ExpiryWatchID
    package let place: Place
    package let target: String
    package let createdAt: Timestamp
    package let createdBy: String
    /// The last look; `nil` before the first.
    package var observation: Observation?

    package init(
        id: ExpiryWatchID, place: Place, target: String, createdAt: Timestamp, createdBy: String,
        observation: Observation? = nil
    ) {
        self.id = id
        self.place = place
        self.target = target
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.observation = observation
    }
}

/// That somebody was told of a certificate's stage.
package struct ExpiryNotice: Sendable, Hashable, Codable {
    /// SHA-256 of the certificate.
    package let fingerprint: [UInt8]
    package let stage: ExpiryStage

    package init(fingerprint: [UInt8], stage: ExpiryStage) {
        self.fingerprint = fingerprint
        self.stage = stage
    }
}

/// Watches, and who was told of what.
///
/// Contract: every verb that writes is one durable transaction that also holds its audit event.
package protocol ExpiryStore: Sendable {
    /// All watches, oldest first.
    func expiryWatches() async throws(StoreError) -> [ExpiryWatch]
    /// Adds a watch.
    ///
    /// - Returns: whether it is new; `false` when the same target is watched already.
    func save(_ watch: ExpiryWatch, event: AuditEvent) async throws(StoreError) -> Bool
    /// Takes a watch away.
    func removeExpiryWatch(_ id: ExpiryWatchID, event: AuditEvent) async throws(StoreError) -> Bool
    /// Keeps what was found; an event is given when it is not what was found before.
    func record(
        _ observation: ExpiryWatch.Observation, of id: ExpiryWatchID, event: AuditEvent?
    ) async throws(StoreError)
    /// Those of the notices that were recorded before.
    func recorded(_ notices: [ExpiryNotice]) async throws(StoreError) -> Set<ExpiryNotice>
    /// Records that somebody was told.
    func record(_ notices: [ExpiryNotice], event: AuditEvent) async throws(StoreError)
}
