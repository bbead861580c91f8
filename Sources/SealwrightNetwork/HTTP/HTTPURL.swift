// SPDX-License-Identifier: Apache-2.0

/// An absolute `http` or `https` URL, split the way a client needs it.
///
/// Query text is kept exactly as given: a SCEP GET carries base64 whose escaping matters.
///
/// Source: RFC 3986, section 3; RFC 9110, section 4.2.
package struct HTTPURL: Hashable, Sendable {
    /// Whether the scheme is `https`.
    package let isSecure: Bool
    /// The host without brackets.
    package let host: String
    /// The port, given or implied.
    package let port: Int
    /// The path, beginning with `/`.
    package let path: String
    /// What stands behind `?`, without it.
    package let query: String?

    /// Reads an absolute URL.
    ///
    /// - Throws: ``NetworkError/invalidURL(_:)``.
    package init(_ text: String) throws(NetworkError) {
        let lowered = text.lowercased()
        let schemeLength: Int
        if lowered.hasPrefix("https://") {
            isSecure = true
            schemeLength = 8
        } else if lowered.hasPrefix("http://") {
            isSecure = false
            schemeLength = 7
        } else {
            throw .invalidURL(text)
        }
        let rest = text.dropFirst(schemeLength).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard !authority.contains("@"), !text.contains(where: { $0.isWhitespace || $0.isNewline }) else {
            throw .invalidURL(text)
        }
        (host, port) = try Self.split(authority, defaultPort: isSecure ? 443 : 80, whole: text)
        let pathText = target.prefix { $0 != "?" }
        path = pathText.isEmpty ? "/" : String(pathText)
        query = target.count > pathText.count ? String(target.dropFirst(pathText.count + 1)) : nil
    }

    /// The request target of HTTP/1.1, origin form, with an optional other query.
    package func target(query replacement: String? = nil) -> String {
        guard let query = replacement ?? query else { return path }
        return path + "?" + query
    }

    /// `host` or `host:port` for the Host field; IPv6 literals in brackets.
    package var hostField: String {
        port == (isSecure ? 443 : 80) ? host.uriHost : "\(host.uriHost):\(port)"
    }

    /// The same server with another path and query.
    package func with(path: String, query: String? = nil) -> HTTPURL {
        HTTPURL(isSecure: isSecure, host: host, port: port, path: path, query: query)
    }

    private init(isSecure: Bool, host: String, port: Int, path: String, query: String?) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    private static func split(
        _ authority: Substring, defaultPort: Int, whole: String
    ) throws(NetworkError) -> (String, Int) {
        var host = authority
        var portText: Substring = ""
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw .invalidURL(whole) }
            host = authority[authority.index(after: authority.startIndex)..<close]
            portText = authority[authority.index(after: close)...]
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[colon...]
        }
        guard !host.isEmpty else { throw .invalidURL(whole) }
        guard !portText.isEmpty else { return (String(host), defaultPort) }
        guard portText.hasPrefix(":"), let port = Int(portText.dropFirst()), (1...65_535).contains(port) else {
            throw .invalidURL(whole)
        }
        return (String(host), port)
    }
}

extension HTTPURL: CustomStringConvertible {
    /// The URL as text.
    package var description: String { (isSecure ? "https://" : "http://") + hostField + target() }
}
