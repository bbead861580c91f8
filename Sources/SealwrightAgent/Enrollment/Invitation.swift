// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import OMADM
public import PKIFormats

/// What a server prints for one enrolment: its address, a user name, a password, and whom to trust.
///
/// ```json
/// {"server":"https://…","user":"ada@example.org","password":"…","trustAnchors":"-----BEGIN CERTIFICATE-----…"}
/// ```
/// Other members are passed over; `url` and `challenge` are read as `server` and `password`.
public struct Invitation: Hashable, Sendable {
    /// The discovery service.
    public let discovery: ServiceURL
    /// The name of the user.
    public let user: String
    /// The password; never logged.
    public let password: String?
    /// The certificates to trust; `nil` when the invitation names none.
    public let trustAnchors: [CertificateView]?

    /// Octets an invitation may have.
    public static let limit = 1 << 20

    private struct Document: Decodable {
        let server: String?
        let url: String?
        let user: String?
        let password: String?
        let challenge: String?
        let trustAnchors: String?
    }

    /// Reads an invitation.
    ///
    /// - Throws: ``AgentServiceError/invitationUnreadable(_:)``.
    public init(parsing octets: [UInt8]) throws(AgentServiceError) {
        guard octets.count <= Self.limit, let document = try? JSONDecoder().decode(Document.self, from: Data(octets))
        else { throw .invitationUnreadable("it is not the JSON that 'sealwright windows invite --json' prints") }
        guard let address = document.server ?? document.url else { throw .invitationUnreadable("it names no server") }
        guard let user = document.user, !user.isEmpty else { throw .invitationUnreadable("it names no user") }
        discovery = try Self.discovery(address)
        self.user = user
        password = document.password ?? document.challenge
        trustAnchors = try document.trustAnchors.map { (text) throws(AgentServiceError) in try Self.anchors(text) }
    }

    /// The discovery service of a server: the address given, or the usual path where it has none.
    ///
    /// - Throws: ``AgentServiceError/invitationUnreadable(_:)`` when it is no address with `https`.
    public static func discovery(_ address: String) throws(AgentServiceError) -> ServiceURL {
        let isSecure = address.prefix(8).lowercased() == "https://"
        let path = isSecure ? address.dropFirst(8).drop { $0 != "/" } : ""
        let whole =
            path.isEmpty || path == "/" ? address.dropLast(path.count) + MDEService.discovery.path : address[...]
        do throws(OMADMError) {
            return try ServiceURL(parsing: String(whole))
        } catch {
            throw .invitationUnreadable("'\(address)' is no address of a server: \(error)")
        }
    }

    private static func anchors(_ text: String) throws(AgentServiceError) -> [CertificateView] {
        do throws(FormatError) {
            var certificates: [CertificateView] = []
            for block in try PEM.decode(text) where block.label == "CERTIFICATE" {
                certificates.append(try CertificateView(parsing: block.der))
            }
            guard !certificates.isEmpty else { throw FormatError.missing("a certificate") }
            return certificates
        } catch {
            throw .invitationUnreadable("its trust anchors cannot be read: \(error)")
        }
    }
}

extension Invitation: CustomStringConvertible, CustomDebugStringConvertible {
    /// Address and user; never the password.
    public var description: String { "Invitation(\(discovery), \(user))" }

    /// Address and user.
    public var debugDescription: String { description }
}
