// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The management server a device gets to know: the w7 account.
///
/// ```
/// APPLICATION
///   parm APPID "w7", PROVIDER-ID, NAME, ADDR, ROLE?, CONNRETRYFREQ?, INITIALBACKOFFTIME?, MAXBACKOFFTIME?,
///        BACKCOMPATRETRYDISABLED?, DEFAULTENCODING?, SSLCLIENTCERTSEARCHCRITERIA?
///   APPAUTH, one a direction
/// ```
///
/// Source: w7 APPLICATION CSP; MS-MDE2, section 3.4.4.1.1.2.
public struct ManagementAccount: Hashable, Sendable {
    /// The name of the server, the same in every message and below DMClient/Provider.
    public var providerID: String
    /// The name for people.
    public var name: String?
    /// Where management sessions go.
    public var address: ServiceURL?
    /// What the server may do; left out unless needed.
    public var role: UInt32?
    /// Attempts to connect before a session is given up.
    public var connectionRetryFrequency: Int?
    /// Milliseconds before the first new attempt.
    public var initialBackoffTime: Int?
    /// Milliseconds no wait is longer than.
    public var maximumBackoffTime: Int?
    /// Whether attempts with protocol version 1.1 are left out; always, for servers of 1.2.
    public var isBackwardCompatibleRetryDisabled: Bool
    /// The form of messages, one of ``Encoding``'s; `nil` for XML.
    public var defaultEncoding: Encoding?
    /// How the device finds its certificate.
    public var searchCriteria: CertificateSearchCriteria?
    /// The credentials of both directions.
    public var authentication: [ApplicationAuthentication]
    /// Parameters that are not known here, kept.
    public var others: [Parm]

    /// The form of messages.
    public enum Encoding: String, CaseIterable, Sendable {
        /// XML.
        case xml = "application/vnd.syncml.dm+xml"
        /// Binary XML.
        case wbxml = "application/vnd.syncml.dm+wbxml"
    }

    /// Makes an account with the times that servers in use send.
    public init(
        providerID: String, name: String, address: ServiceURL, searchCriteria: CertificateSearchCriteria,
        authentication: [ApplicationAuthentication]
    ) {
        self.init(reference: providerID)
        self.name = name
        self.address = address
        self.searchCriteria = searchCriteria
        self.authentication = authentication
        connectionRetryFrequency = 6
        initialBackoffTime = 30_000
        maximumBackoffTime = 120_000
        isBackwardCompatibleRetryDisabled = true
        defaultEncoding = .xml
    }

    /// Names the server only, as a renewal does.
    public init(reference providerID: String) {
        self.providerID = providerID
        isBackwardCompatibleRetryDisabled = false
        authentication = []
        others = []
    }

    /// Whether this only names a server the device knows already.
    public var isReference: Bool { address == nil }
}

extension ManagementAccount {
    private static let known: Set<String> = [
        "APPID", "PROVIDER-ID", "NAME", "ADDR", "ROLE", "CONNRETRYFREQ", "INITIALBACKOFFTIME", "MAXBACKOFFTIME",
        "BACKCOMPATRETRYDISABLED", "DEFAULTENCODING", "SSLCLIENTCERTSEARCHCRITERIA",
    ]

    /// Reads an account; its APPID may be absent, as in renewals.
    ///
    /// - Throws: ``OMADMError``.
    init(parsing application: Characteristic) throws(OMADMError) {
        guard application.value("APPID").map({ $0 == "w7" }) ?? true else {
            throw .malformed("APPID", reason: "is not w7")
        }
        guard let providerID = application.value("PROVIDER-ID"), !providerID.isEmpty else {
            throw .missing("PROVIDER-ID")
        }
        self.init(reference: providerID)
        name = application.value("NAME")
        if let text = application.value("ADDR") { address = try ServiceURL(parsing: text) }
        role = try application.number("ROLE")
        connectionRetryFrequency = try application.number("CONNRETRYFREQ")
        initialBackoffTime = try application.number("INITIALBACKOFFTIME")
        maximumBackoffTime = try application.number("MAXBACKOFFTIME")
        isBackwardCompatibleRetryDisabled = application.has("BACKCOMPATRETRYDISABLED")
        if let encoding = application.value("DEFAULTENCODING") {
            guard let known = Encoding(rawValue: encoding) else {
                throw .malformed("DEFAULTENCODING", reason: "is neither XML nor WBXML")
            }
            defaultEncoding = known
        }
        if let criteria = application.value("SSLCLIENTCERTSEARCHCRITERIA"), !criteria.isEmpty {
            searchCriteria = try CertificateSearchCriteria(parsing: criteria)
        }
        for element in application.characteristics where element.type == "APPAUTH" {
            authentication.append(try ApplicationAuthentication(parsing: element))
        }
        others = application.parms.filter { !Self.known.contains($0.name) }
    }

    /// Characters that need escaping neither in XML nor in an address, where the name comes back in node paths.
    private static func isPlain(_ octet: UInt8) -> Bool { octet.isWordCharacter || octet == UInt8(ascii: ".") }

    func characteristic() throws(OMADMError) -> Characteristic {
        guard (1...64).contains(providerID.utf8.count), providerID.utf8.allSatisfy(Self.isPlain) else {
            throw .unwritable("PROVIDER-ID", reason: "is not 1 to 64 letters, digits, '.', '_' or '-'")
        }
        if isReference { return Characteristic("APPLICATION", parms: [Parm("PROVIDER-ID", providerID)]) }
        for level in ApplicationAuthentication.Level.allCases
        where authentication.count(where: { $0.level == level }) != 1 {
            throw .unwritable("APPAUTH", reason: "is not there once for \(level.rawValue)")
        }
        var elements: [Characteristic] = []
        for credentials in authentication { elements.append(try credentials.characteristic()) }
        return Characteristic("APPLICATION", parms: parms, characteristics: elements)
    }

    private var parms: [Parm] {
        var parms = [Parm("APPID", "w7"), Parm("PROVIDER-ID", providerID)]
        func append(_ name: String, _ value: String?) {
            if let value { parms.append(Parm(name, value)) }
        }
        append("NAME", name)
        append("ADDR", address?.text)
        append("ROLE", role.map { String($0) })
        append("CONNRETRYFREQ", connectionRetryFrequency.map { String($0) })
        append("INITIALBACKOFFTIME", initialBackoffTime.map { String($0) })
        append("MAXBACKOFFTIME", maximumBackoffTime.map { String($0) })
        if isBackwardCompatibleRetryDisabled { parms.append(Parm("BACKCOMPATRETRYDISABLED", nil)) }
        append("DEFAULTENCODING", defaultEncoding?.rawValue)
        append("SSLCLIENTCERTSEARCHCRITERIA", searchCriteria?.text)
        return parms + others
    }
}
