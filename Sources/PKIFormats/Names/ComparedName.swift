// SPDX-License-Identifier: Apache-2.0

/// A name that is brought at most once into the form in which names are compared, however often it is.
///
/// That form costs a third of a microsecond for each character, and a search compares each name with every other: ten
/// certificates with long names would cost it seconds. For one thread.
package final class ComparedName {
    private let name: DistinguishedName
    private lazy var form = name.comparable
    private lazy var digests = form.map(\.hashValue)

    package init(_ name: DistinguishedName) { self.name = name }

    /// As ``DistinguishedName/matches(_:)``.
    package func matches(_ other: ComparedName) -> Bool { name.plainVerdict(other.name) ?? (form == other.form) }

    /// Whether the first relative names are all those of another name.
    ///
    /// Of names that differ the digests nearly always do, so that many can be compared with many.
    package func begins(with other: ComparedName) -> Bool {
        digests.starts(with: other.digests) && form.starts(with: other.form)
    }
}
