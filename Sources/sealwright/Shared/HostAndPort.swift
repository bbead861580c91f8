// SPDX-License-Identifier: Apache-2.0

import SealwrightNetwork

/// A host and a port as people write them: `host`, `host:443`, `192.0.2.1:443`, `[2001:db8::1]:443`.
struct HostAndPort {
    let host: String
    let port: Int

    init?(_ text: String, defaultPort: Int = 443) {
        var rest = text[...]
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        } else if rest.filter({ $0 == ":" }).count > 1 {
            let isAddress = text.prefix { $0 != "%" }.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            guard isAddress else { return nil }
            host = text
            rest = ""
        } else {
            host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !host.contains(where: { "/\\?#@,".contains($0) })
        else { return nil }
        if rest.isEmpty {
            port = defaultPort
        } else {
            guard rest.first == ":", let number = Int(rest.dropFirst()), (1...65_535).contains(number) else {
                return nil
            }
            port = number
        }
    }

    /// The port on which a protocol that begins in the clear is usually reached.
    static func defaultPort(startTLS: StartTLS?) -> Int {
        switch startTLS {
        case .smtp: 587
        case .imap: 143
        case .pop3: 110
        case .ftp: 21
        case .ldap: 389
        case .xmpp: 5_222
        case .postgres: 5_432
        case .mysql: 3_306
        case nil: 443
        }
    }
}
