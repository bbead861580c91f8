// SPDX-License-Identifier: Apache-2.0

/// What a device shows for its user, to be judged by the caller.
///
/// Source: MS-MDE2, section 3.3.4.1.1.1.
public enum MDECredential: Hashable, Sendable {
    /// OnPremise: a user name and a password.
    case usernameToken(UsernameToken)
    /// Federated: what the sign-in page put into `wresult`.
    case userToken(String)
    /// A JSON Web Token in compact form, its signature not yet verified.
    case jwt(String)

    /// Finds the credential of a request.
    ///
    /// - Throws: ``MDEError/noCredential``, ``MDEError/severalCredentials(_:)``,
    ///   ``MDEError/unsupportedCredential(_:)`` or ``MDEError/securityUnreadable(_:)``.
    public init(parsing element: MarkupElement?) throws(MDEError) {
        guard let element else { throw .noCredential }
        let header: SecurityHeader
        do {
            header = try SecurityHeader(parsing: element)
        } catch {
            throw .securityUnreadable(error)
        }
        let count = header.usernameTokens.count + header.binarySecurityTokens.count
        guard count <= 1 else { throw .severalCredentials(count) }
        if let token = header.usernameTokens.first {
            self = .usernameToken(token)
        } else if let token = header.binarySecurityTokens.first {
            self = try Self.read(token)
        } else {
            throw .noCredential
        }
    }

    private static func read(_ token: BinarySecurityToken) throws(MDEError) -> MDECredential {
        guard let text = String(validating: token.octets, as: UTF8.self) else {
            throw .securityUnreadable(.malformed("BinarySecurityToken", reason: "is no text"))
        }
        switch token.valueType {
        case .deviceEnrollmentUserToken: return .userToken(text)
        // Clients that were made for Entra call every token so.
        case .jwt: return text.utf8.filter({ $0 == 0x2E }).count == 2 ? .jwt(text) : .userToken(text)
        default: throw .unsupportedCredential(String(token.valueType.rawValue.prefix(128)))
        }
    }

    /// The header that shows this credential.
    public var securityHeader: SecurityHeader {
        switch self {
        case .usernameToken(let token): SecurityHeader(usernameTokens: [token])
        case .userToken(let text):
            SecurityHeader(binarySecurityTokens: [
                BinarySecurityToken(.deviceEnrollmentUserToken, octets: Array(text.utf8))
            ])
        case .jwt(let text):
            SecurityHeader(binarySecurityTokens: [BinarySecurityToken(.jwt, octets: Array(text.utf8))])
        }
    }
}

extension MDECredential: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind, and the user name where there is one; never a secret.
    public var description: String {
        switch self {
        case .usernameToken(let token): token.description
        case .userToken: "user token"
        case .jwt: "JSON Web Token"
        }
    }

    /// The kind.
    public var debugDescription: String { description }
}
