// SPDX-License-Identifier: Apache-2.0

package import PKIFormats
import Synchronization

/// A CRL as it is served: bytes and what HTTP needs to know of them.
package struct ServedCRL: Sendable, Hashable {
    package let crl: PublishedCRL
    /// SHA-256 of the bytes, for ETag.
    package let digest: [UInt8]
    /// Whether its freshestCRL sends clients to a delta.
    let pointsToDelta: Bool

    package var der: [UInt8] { crl.der }
    package var number: Int64 { crl.number }
    package var thisUpdate: Timestamp { crl.thisUpdate }
    package var nextUpdate: Timestamp { crl.nextUpdate }
}

/// How an authority's CRL stands, for health, `status` and the console.
package struct CRLStatus: Sendable, Hashable {
    package let authority: AuthorityID
    package let kind: PublishedCRL.Kind
    package let number: Int64
    package let thisUpdate: Timestamp
    package let nextUpdate: Timestamp

    /// How much of the CRL's life has passed, 0 to 1 and above when it is over.
    package func age(at now: Timestamp) -> Double {
        let life = nextUpdate.seconds(since: thisUpdate)
        return life > 0 ? Double(now.seconds(since: thisUpdate)) / Double(life) : 1
    }
}

/// That a CRL could not be made; the one before is still served.
package struct CRLFailure: Sendable, Hashable {
    package let at: Timestamp
    package let error: AuthorityError
}

/// The newest CRLs, held where request handlers reach them without waiting for a build.
final class CRLShelf: Sendable {
    struct Slot: Hashable, Sendable {
        let authority: AuthorityID
        let kind: PublishedCRL.Kind
        /// `nil` for the CRL that covers everything.
        let part: CRLPart?
    }

    /// A CRL in its place.
    struct Shown: Sendable {
        let crl: ServedCRL
        /// From when on nobody gets the one before any more.
        let since: Timestamp
    }

    private struct Contents {
        var crls: [Slot: Shown] = [:]
        var failures: [AuthorityID: CRLFailure] = [:]
    }

    /// Guards the dictionaries; the CRLs in them never change.
    private let contents = Mutex(Contents())

    func current(_ slot: Slot) -> ServedCRL? { shown(slot)?.crl }

    func shown(_ slot: Slot) -> Shown? { contents.withLock { $0.crls[slot] } }

    /// Puts newer CRLs in place, all at once, and forgets the authority's failure.
    ///
    /// The moment since when each is there is asked for while they are put.
    func put(
        _ fresh: [Slot: ServedCRL], for authority: AuthorityID, since: (ServedCRL) -> Timestamp
    ) {
        contents.withLock { contents in
            for (slot, crl) in fresh { contents.crls[slot] = Shown(crl: crl, since: since(crl)) }
            contents.failures[authority] = nil
        }
    }

    /// Takes a CRL away that nobody needs any more.
    func remove(_ slot: Slot) { contents.withLock { $0.crls[slot] = nil } }

    func fail(_ authority: AuthorityID, _ failure: CRLFailure) {
        contents.withLock { $0.failures[authority] = failure }
    }

    var failures: [AuthorityID: CRLFailure] { contents.withLock { $0.failures } }

    /// Everything but the parts, by authority and kind.
    var status: [CRLStatus] {
        contents.withLock { contents in contents.crls.filter { $0.key.part == nil }.values.map(\.crl) }
            .map { served in
                CRLStatus(
                    authority: served.crl.authority, kind: served.crl.kind, number: served.number,
                    thisUpdate: served.thisUpdate, nextUpdate: served.nextUpdate)
            }
            .sorted { ($0.authority.rawValue, $0.kind.rawValue) < ($1.authority.rawValue, $1.kind.rawValue) }
    }
}
