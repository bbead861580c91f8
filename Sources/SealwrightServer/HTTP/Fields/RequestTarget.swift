// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What a request line may ask for, judged before any router or URL parser sees it.
///
/// Everything behind this works on visible ASCII that begins with a slash. Other octets belong escaped into a URL, so
/// no client in use loses anything.
///
/// Source: RFC 9112, section 3.2.
enum RequestTarget {
    /// What becomes of a target.
    enum Verdict: Equatable {
        /// Go on with this one, in origin-form.
        case accepted(String)
        case malformed
        case tooLong
    }

    /// Judges a target as it was received.
    ///
    /// - Parameters:
    ///   - target: origin-form or, as proxies send it, absolute-form.
    ///   - limits: the longest allowed; only SCEP and OCSP carry messages in URLs.
    /// - Returns: the target to go on with, or why not.
    static func judge(_ target: String, limits: ListenerLimits) -> Verdict {
        let octets = target.utf8
        guard octets.count <= limits.messageTargetOctets else { return .tooLong }
        guard octets.allSatisfy({ (0x21...0x7E).contains($0) }) else { return .malformed }
        guard let origin = originForm(target).map(percentEncodingNormalized).map(inNDESSpelling) else {
            return .malformed
        }
        guard origin.utf8.count <= limits.targetOctets || carriesMessage(origin) else { return .tooLong }
        return .accepted(origin)
    }

    private static func originForm(_ target: String) -> String? {
        if target.utf8.first == UInt8(ascii: "/") { return target }
        let lowered = target.prefix(8).lowercased()
        let scheme = lowered == "https://" ? 8 : lowered.hasPrefix("http://") ? 7 : 0
        guard scheme > 0 else { return nil }
        let rest = target.dropFirst(scheme).drop { $0 != "/" && $0 != "?" && $0 != "#" }
        return rest.first == "/" ? String(rest) : "/" + rest
    }

    /// A path in which letters, digits, `-`, `.`, `_` and `~` stand for themselves, since escaped they mean the same.
    ///
    /// Every other escape stays, `%2F` and `%25` among them, so that segments keep their borders and whoever reads one
    /// of them undoes its escapes once. The query is left to its readers.
    ///
    /// Source: RFC 3986, section 6.2.2.2.
    private static func percentEncodingNormalized(_ target: String) -> String {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard path.contains(UInt8(ascii: "%")) else { return target }
        var plain: [UInt8] = []
        var rest = path[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                plain.append(octet)
                continue
            }
            // Behind what is no escape an unescaped letter could make one.
            guard let escaped = Hex.decode(rest.prefix(2)), escaped.count == 1 else { return target }
            guard let letter = escaped.first, letter.isUnreserved else {
                plain.append(octet)
                continue
            }
            plain += escaped
            rest = rest.dropFirst(2)
        }
        return String(decoding: plain, as: UTF8.self) + String(target[path.endIndex...])
    }

    /// IIS takes capitals and small letters for the same, so configurations for NDES say `/CertSrv/mscep/mscep.dll` as
    /// often as `/certsrv/…`; the small ones are ours.
    private static func inNDESSpelling(_ target: String) -> String {
        let place = "/certsrv/mscep"
        guard target.prefix(place.count).lowercased() == place else { return target }
        let path = target.prefix { $0 != "?" }
        return path.lowercased() + target.dropFirst(path.count)
    }

    private static func carriesMessage(_ target: String) -> Bool {
        ["/scep", "/certsrv/mscep", "/cgi-bin/pkiclient.exe", "/ocsp/"].contains { target.hasPrefix($0) }
    }
}
