// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Builds, reads and compares addresses of nodes.
///
/// Source: OMA Device Management Tree and Description 1.2, section 6; Microsoft, "OMA DM protocol support", LocURI.
public enum LocURIText {
    /// A name as a segment: percent-encoded beyond letters, digits and `-._~`.
    public static func segment(_ name: some StringProtocol) -> String {
        PercentEncoding.encode(name.utf8)
    }

    /// ASCII letters in lower case, everything else as it is.
    public static func fold(_ name: some StringProtocol) -> String {
        String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// A segment without its percent-encoding; `nil` for broken escapes and for octets that are no text.
    public static func decode(_ segment: some StringProtocol) -> String? {
        guard segment.utf8.contains(0x25) else { return String(segment) }
        return PercentEncoding.text(segment.utf8)
    }

    /// A segment without its percent-encoding; one that cannot be read as it is.
    static func decoded(_ segment: some StringProtocol) -> String { decode(segment) ?? String(segment) }

    /// What two addresses of the same node have in common.
    ///
    /// ASCII letters in lower case, and `./Device/Vendor` for `./Vendor`.
    static func key(_ locURI: String) -> String {
        let text = fold(locURI)
        return text.hasPrefix("./vendor/") ? "./device" + text.dropFirst(1) : text
    }
}
