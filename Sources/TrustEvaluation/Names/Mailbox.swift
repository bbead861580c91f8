// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A mail address: the part before the last `@` counts with its case, the host without.
///
/// Source: RFC 5280, section 7.5.
struct Mailbox: Hashable {
    let local: [UInt8]
    let host: [UInt8]

    init?(_ text: String) {
        let octets = Array(text.utf8)
        guard let at = octets.lastIndex(of: 0x40), at > 0, at < octets.count - 1 else { return nil }
        local = Array(octets[..<at])
        // Only a quoted mailbox may hold a second @.
        guard !local.contains(0x40) || local.first == 0x22 else { return nil }
        host = octets[(at + 1)...].map(\.asciiLowercased)
    }

    static func matches(_ presented: String?, _ reference: String) -> Bool {
        guard let presented, let left = Mailbox(presented), let right = Mailbox(reference) else { return false }
        return left == right
    }
}
