// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// One part of a partitioned CRL: its place, counted from 0, and how many parts there are.
///
/// Both stand in the URL, so that a change of the number of parts leaves certificates with the old one their part.
package struct CRLPart: Sendable, Hashable {
    package let index: Int
    package let count: Int

    /// Takes a place among so many parts; `nil` when there is no such place.
    package init?(index: Int, count: Int) {
        guard count > 1, (0..<count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// The part that covers a certificate: its serial's last octets, modulo the parts; `nil` when there are no parts.
    ///
    /// The serial is random, so the parts are of even size.
    package init?(covering serial: SerialNumber, of count: Int) {
        guard count > 1 else { return nil }
        self.init(index: serial.octets.suffix(4).reduce(0) { $0 << 8 | Int($1) } % count, count: count)
    }

    /// The form in URLs: `3-of-16`.
    package var text: String { "\(index)-of-\(count)" }

    /// Reads the form in URLs.
    package init?(text: some StringProtocol) {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count == 3, words[1] == "of", let index = Int(words[0]), let count = Int(words[2]) else {
            return nil
        }
        self.init(index: index, count: count)
        guard self.text == text else { return nil }
    }

    /// All parts of a number of them.
    package static func all(of count: Int) -> [CRLPart] {
        (0..<max(count, 0)).compactMap { CRLPart(index: $0, count: count) }
    }
}
