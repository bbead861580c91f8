// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore

/// A filter in the terms of the table's columns.
struct CredentialConditions {
    let owner: Credential.Owner?
    let device: DeviceID?
    let authority: AuthorityID?
    let standing: ClosedRange<Int>
    /// Seconds since 1970; empty when no certificate can match.
    let ends: ClosedRange<Int64>?
    let needle: SubjectNeedle?
    /// Soonest end first instead of newest first.
    let isByEnd: Bool

    init(_ filter: CredentialFilter) {
        owner = filter.owner
        device = filter.device
        authority = filter.authority
        needle = filter.subject.flatMap(SubjectNeedle.init)
        isByEnd = filter.expiringWithin != nil
        standing = filter.status.map(Self.standing) ?? 0...3
        ends = Self.ends(filter)
    }

    /// The one standing apart from the common "in force" that can match, if the filter names one.
    var exceptionalStanding: Standing? {
        standing.lowerBound == standing.upperBound && standing.lowerBound > 0
            ? Standing(rawValue: standing.lowerBound) : nil
    }

    /// Whether a block can hold a match.
    func canMatch(in block: CredentialBlock) -> Bool {
        guard let ends, ends.overlaps(block.ends) else { return false }
        if owner == .own, block.ownCount == 0 { return false }
        return authority.map { block.authorities.contains($0.rawValue) } ?? true
    }

    private static func standing(_ status: Credential.Status) -> ClosedRange<Int> {
        switch status {
        case .valid: 0...0
        case .superseded: 1...1
        case .expired: 0...1
        case .onHold: 2...2
        case .revoked: 3...3
        }
    }

    private static func ends(_ filter: CredentialFilter) -> ClosedRange<Int64>? {
        let now = filter.now.seconds
        var (low, high) = (Int64.min, Int64.max)
        switch filter.status {
        case .valid, .superseded: low = now
        case .expired: high = now == .min ? now : now - 1
        case .onHold, .revoked, nil: break
        }
        if let within = filter.expiringWithin {
            low = max(low, now)
            high = min(high, filter.now.adding(seconds: within).seconds)
        }
        return low <= high ? low...high : nil
    }
}

extension CredentialConditions {
    /// Whether a row matches all but the subject, as a column of an answer.
    ///
    /// Takes ?1 to ?7.
    static let column: SQL =
        """
        (?1 IS NULL OR c.owner = ?1) AND (?2 IS NULL OR c.device = ?2) AND (?3 IS NULL OR c.authority = ?3)
            AND c.standing BETWEEN ?4 AND ?5 AND c.not_after BETWEEN ?6 AND ?7
        """

    /// Binds ?1 to ?7.
    func bind(to statement: SQLStatement, ends: ClosedRange<Int64>) -> SQLStatement {
        statement.bind(owner).bind(device).bind(authority).bind(standing.lowerBound).bind(standing.upperBound)
            .bind(ends.lowerBound).bind(ends.upperBound)
    }
}
