// SPDX-License-Identifier: Apache-2.0

/// A user name and a password, as OnPremise enrolment sends them.
///
/// ```
/// wsse:UsernameToken u:Id="uuid-…"
///   wsse:Username
///   wsse:Password wsse:Type="…#PasswordText"
/// ```
///
/// The name is what the user typed into the credential dialogue, not necessarily the mail address of discovery.
///
/// Source: WS-Security UsernameToken Profile 1.0, section 3.1; MS-MDE2, section 3.3.4.1.1.1.
public struct UsernameToken: Hashable, Sendable {
    /// The user's name, `user@domain` or `domain\user`.
    public var username: String
    /// The password; never logged.
    public var password: String

    /// Makes a token.
    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// A password as text.
    ///
    /// A digest of it could only be checked by a server that keeps passwords as text.
    private static let passwordText =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"
    /// What Windows writes in every message.
    private static let identifier = "uuid-cc1ccc1f-2fba-4bcf-b063-ffc0cac77917-4"

    /// Reads a token; an empty password is read, since renewals send one.
    ///
    /// - Throws: ``OMADMError``.
    public init(parsing element: MarkupElement) throws(OMADMError) {
        username = try element.mandatoryText(
            "Username", namespace: SOAPNamespace.security, limit: MDELimits.credential)
        let password = try element.onlyChild("Password", namespace: SOAPNamespace.security)
        guard let password else { throw .missing("Password") }
        guard [nil, Self.passwordText].contains(Self.typeAttribute(of: password)) else {
            throw .malformed("Password", reason: "is of another type than PasswordText")
        }
        guard password.children.isEmpty else { throw .malformed("Password", reason: "holds elements") }
        self.password = Self.typed(password.text)
        guard self.password.utf8.count <= MDELimits.credential else {
            throw .limitExceeded("octets of Password", limit: MDELimits.credential)
        }
    }

    /// The password as it was typed: white space is part of it, but for line breaks and what stands beside them.
    ///
    /// A password is typed into one line. The messages of Microsoft's pages on enrolment break the line behind it, and
    /// clients were written after them.
    private static func typed(_ text: String) -> String {
        text.unicodeScalars.contains { $0 == "\n" || $0 == "\r" } ? MarkupElement.trimmed(text) : text
    }

    /// The type of a password.
    ///
    /// The profile has the attribute in no namespace; Windows 10 and 11 write it with the prefix of WS-Security,
    /// `wsse:Type`.
    private static func typeAttribute(of password: MarkupElement) -> String? {
        password.attribute("Type") ?? password.attribute("Type", namespace: SOAPNamespace.security)
    }

    var markup: MarkupElement {
        let type = MarkupAttribute("Type", namespace: SOAPNamespace.security, Self.passwordText)
        return MarkupElement(
            "UsernameToken", namespace: SOAPNamespace.security,
            attributes: [MarkupAttribute("Id", namespace: SOAPNamespace.utility, Self.identifier)],
            content: [
                .element(MarkupElement("Username", namespace: SOAPNamespace.security, text: username)),
                .element(
                    MarkupElement("Password", namespace: SOAPNamespace.security, attributes: [type], text: password)),
            ])
    }
}

extension UsernameToken: CustomStringConvertible, CustomDebugStringConvertible {
    /// The name alone.
    public var description: String { "UsernameToken(\(username))" }

    /// The name alone.
    public var debugDescription: String { description }
}
