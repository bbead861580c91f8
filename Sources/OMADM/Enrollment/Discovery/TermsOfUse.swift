// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// One visit to the terms page, between the address that Windows opens it at and the one it returns to.
///
/// Windows opens `…/TermsOfUse?redirect_uri=ms-appx-web://…&client-request-id=…&api-version=1.0[&mode=azureadjoin]` in a
/// web view while it joins Entra or adds a work account. The page ends with a redirect to `redirect_uri`:
///
/// ```
/// redirect_uri?IsAccepted=true&OpaqueBlob=…&client-request-id=…
/// redirect_uri?IsAccepted=false&error=access_denied&error_description=…&client-request-id=…
/// ```
///
/// What stands in `OpaqueBlob` comes back, unchanged, with the request for a certificate.
///
/// Source: Microsoft Entra integration with MDM, "Terms of Use protocol semantics".
public struct TermsOfUse: Hashable, Sendable {
    /// Where the page returns to: an application of Windows.
    public let redirectURI: String
    /// What Windows logs this visit under; `nil` when it is absent or has another form than a UUID's characters.
    public let clientRequestID: String?
    /// Whether the device belongs to the organisation, whose users cannot decline.
    public let isEntraJoin: Bool

    /// Takes the parameters of the query, percent-decoded.
    ///
    /// A redirect goes wherever a stranger's link says, so that only the schemes of Windows' own pages are taken:
    /// `ms-appx-web`, which Microsoft's page on the protocol has, and `ms-aadj-redir`, by which the page of a join hands
    /// back to the program that opened it.
    ///
    /// - Throws: ``MDEError/redirectRefused``.
    public init(redirectURI: String?, clientRequestID: String? = nil, mode: String? = nil) throws(MDEError) {
        guard let redirectURI, redirectURI.utf8.count <= 1024, redirectURI.utf8.allSatisfy(Self.isPlain),
            let scheme = Self.schemes.first(where: { redirectURI.hasPrefix($0 + "//") }),
            redirectURI.utf8.dropFirst(scheme.utf8.count + 2).first.map(Self.isLetterOrDigit) ?? false
        else { throw .redirectRefused }
        self.redirectURI = redirectURI
        self.clientRequestID = clientRequestID.flatMap { Self.isRequestID($0) ? $0 : nil }
        isEntraJoin = mode?.lowercased() == "azureadjoin"
    }

    /// The schemes that are returned to, as a Content-Security-Policy names them.
    public static let schemes = ["ms-appx-web:", "ms-aadj-redir:"]

    /// Where the browser goes when the user accepts.
    ///
    /// - Parameter opaqueBlob: what the device brings along when it asks for a certificate.
    /// - Returns: the address.
    public func accepted(opaqueBlob: String) -> String {
        returning([("IsAccepted", "true"), ("OpaqueBlob", opaqueBlob)])
    }

    /// Where the browser goes when the user declines.
    public var declined: String {
        returning([
            ("IsAccepted", "false"), ("error", "access_denied"),
            ("error_description", "The user declined the terms of use."),
        ])
    }

    private func returning(_ parameters: [(name: String, value: String)]) -> String {
        let identifier = clientRequestID.map { [(name: "client-request-id", value: $0)] } ?? []
        return PercentEncoding.adding(parameters + identifier, to: redirectURI)
    }

    /// Octets of a URI but those of a fragment, of quotation and of user names.
    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x2D, 0x2E, 0x2F, 0x3A, 0x5F, 0x7E, 0x3F, 0x3D, 0x26, 0x25: true
        default: isLetterOrDigit(octet)
        }
    }

    private static func isLetterOrDigit(_ octet: UInt8) -> Bool { octet.isASCIILetter || octet.isASCIIDigit }

    private static func isRequestID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
    }
}
