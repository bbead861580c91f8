// SPDX-License-Identifier: Apache-2.0

/// A name that is brought at most once into the form in which names are compared, however often it is.
///
/// That form costs a third of a microsecond for each character, and a search compares each name with every other: ten
/// certificates with long names would cost it seconds. For one thread.
package final class ComparedName {
    private let name: DistinguishedName
    private lazy var form = name.comparable
    /// Of names that differ these nearly always do, so that many can be compared with many.
    private lazy var digests = form.map(\.hashValue)
    /// How often each relative name stands in it.
    private lazy var counted = Dictionary(form.map { ($0, 1) }) { $0 + $1 }

    package init(_ name: DistinguishedName) { self.name = name }

    /// As ``DistinguishedName/matches(_:)``.
    package func matches(_ other: ComparedName) -> Bool {
        name.plainVerdict(other.name) ?? (digests == other.digests && form == other.form)
    }

    /// As ``DistinguishedName/matchesIgnoringOrder(_:)``.
    package func matchesIgnoringOrder(_ other: ComparedName) -> Bool {
        if matches(other) { return true }
        // A single relative name has no other order.
        guard name.rdns.count == other.name.rdns.count, name.rdns.count > 1, name.isFoldable, other.name.isFoldable
        else { return false }
        return counted == other.counted
    }

    /// Whether the first relative names are all those of another name.
    package func begins(with other: ComparedName) -> Bool {
        digests.starts(with: other.digests) && form.starts(with: other.form)
    }
}
