// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// The security header of WS-Security: who asks, or for how long a reply is good.
///
/// ```
/// wsse:Security
///   u:Timestamp?      (u:Created, u:Expires)
///   wsse:UsernameToken | wsse:BinarySecurityToken
/// ```
///
/// Source: WS-Security SOAP Message Security 1.0, section 5; MS-MDE2, section 3.3.4.1.1.1.
public struct SecurityHeader: Hashable, Sendable {
    /// When the message was made and until when it counts; replies carry it.
    public var timestamp: SecurityTimestamp?
    /// User names with passwords; a request has at most one.
    public var usernameTokens: [UsernameToken]
    /// Tokens; a request has at most one.
    public var binarySecurityTokens: [BinarySecurityToken]

    /// Makes a header.
    public init(
        timestamp: SecurityTimestamp? = nil, usernameTokens: [UsernameToken] = [],
        binarySecurityTokens: [BinarySecurityToken] = []
    ) {
        self.timestamp = timestamp
        self.usernameTokens = usernameTokens
        self.binarySecurityTokens = binarySecurityTokens
    }

    /// Reads the header; other tokens, signatures and an unreadable time stamp are read over.
    ///
    /// - Throws: ``OMADMError`` when a token is malformed or over a limit.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        self.init()
        timestamp = element.child("Timestamp", namespace: SOAPNamespace.utility)
            .flatMap { SecurityTimestamp(parsing: $0) }
        for child in element.children("UsernameToken", namespace: SOAPNamespace.security).prefix(2) {
            usernameTokens.append(try UsernameToken(parsing: child))
        }
        for child in element.children("BinarySecurityToken", namespace: SOAPNamespace.security).prefix(2) {
            binarySecurityTokens.append(try BinarySecurityToken(parsing: child))
        }
    }

    /// The header as an element that receivers must understand.
    public var markup: MarkupElement {
        var children: [MarkupElement] = []
        if let timestamp { children.append(timestamp.markup) }
        children += usernameTokens.map(\.markup) + binarySecurityTokens.map(\.markup)
        let mandatory = MarkupAttribute("mustUnderstand", namespace: SOAPNamespace.envelope, "1")
        return MarkupElement(
            "Security", namespace: SOAPNamespace.security, attributes: [mandatory],
            content: children.map { .element($0) })
    }
}

/// When a message was made and until when it counts.
///
/// Source: WS-Security SOAP Message Security 1.0, section 10.
public struct SecurityTimestamp: Hashable, Sendable {
    /// When the message was made.
    public var created: Timestamp
    /// Until when it counts.
    public var expires: Timestamp

    /// Makes a time stamp that counts for five minutes, as Microsoft's servers write it.
    public init(created: Timestamp) {
        self.created = created
        expires = created.adding(seconds: 300)
    }

    /// Reads a time stamp; `nil` when it has other than whole seconds of UTC.
    init?(parsing element: MarkupElement) {
        guard let created = element.child("Created").flatMap({ Timestamp(iso8601: $0.trimmedText) }),
            let expires = element.child("Expires").flatMap({ Timestamp(iso8601: $0.trimmedText) })
        else { return nil }
        self.created = created
        self.expires = expires
    }

    var markup: MarkupElement {
        let namespace = SOAPNamespace.utility
        return MarkupElement(
            "Timestamp", namespace: namespace, attributes: [MarkupAttribute("Id", namespace: namespace, "_0")],
            content: [
                .element(MarkupElement("Created", namespace: namespace, text: created.iso8601)),
                .element(MarkupElement("Expires", namespace: namespace, text: expires.iso8601)),
            ])
    }
}
