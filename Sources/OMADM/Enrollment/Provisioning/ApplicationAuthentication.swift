// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The credentials of one direction of management sessions.
///
/// ```
/// APPLICATION / APPAUTH
///   parm AAUTHLEVEL, AAUTHTYPE, AAUTHNAME, AAUTHSECRET, AAUTHDATA
/// ```
///
/// Windows needs both directions to be there.
///
/// Source: w7 APPLICATION CSP, APPAUTH.
public struct ApplicationAuthentication: Hashable, Sendable {
    /// Who shows the credentials to whom.
    public enum Level: String, CaseIterable, Sendable {
        /// The server to the device.
        case client = "CLIENT"
        /// The device to the server.
        case applicationServer = "APPSRV"
    }

    /// How the credentials are shown.
    public enum Kind: String, CaseIterable, Sendable {
        /// Name and secret in Base64; never written here.
        case basic = "BASIC"
        /// The MD5 digest over name, secret and nonce.
        case digest = "DIGEST"
    }

    /// Who shows the credentials.
    public var level: Level
    /// How they are shown.
    public var kind: Kind
    /// The name; needed for the device's own.
    public var name: String?
    /// The secret, one of its own for each device and direction; never logged.
    public var secret: String
    /// The first nonce, as octets; Base64 on the wire.
    public var nonce: [UInt8]?

    /// Makes credentials for digests.
    public init(_ level: Level, name: String? = nil, secret: String, nonce: [UInt8]) {
        self.level = level
        kind = .digest
        self.name = name
        self.secret = secret
        self.nonce = nonce
    }

    init(parsing element: Characteristic) throws(OMADMError) {
        guard let level = element.value("AAUTHLEVEL").flatMap(Level.init(rawValue:)) else {
            throw .malformed("AAUTHLEVEL", reason: "is neither CLIENT nor APPSRV")
        }
        guard let kind = Kind(rawValue: element.value("AAUTHTYPE") ?? "DIGEST") else {
            throw .malformed("AAUTHTYPE", reason: "is neither BASIC nor DIGEST")
        }
        self.level = level
        self.kind = kind
        name = element.value("AAUTHNAME")
        guard let secret = element.value("AAUTHSECRET") else { throw .missing("AAUTHSECRET") }
        self.secret = secret
        nonce = element.value("AAUTHDATA").map(Self.nonceOfExamples)
    }

    /// Reads a nonce; text that is no Base64 is the nonce as it stands.
    ///
    /// Microsoft's example and the servers that were written after it (Fleet, Mattrax's demonstration) have the word
    /// `nonce` there, and Windows enrols with them. A digest over the wrong octets is only refused, with another nonce.
    private static func nonceOfExamples(_ text: String) -> [UInt8] {
        Base64.decode(text, tolerance: .tolerant) ?? Array(text.utf8)
    }

    func characteristic() throws(OMADMError) -> Characteristic {
        guard kind == .digest else { throw .unwritable("AAUTHTYPE", reason: "is not DIGEST") }
        guard level == .client || name != nil else { throw .unwritable("AAUTHNAME", reason: "is absent") }
        var parms = [Parm("AAUTHLEVEL", level.rawValue), Parm("AAUTHTYPE", kind.rawValue)]
        if let name { parms.append(Parm("AAUTHNAME", name)) }
        parms.append(Parm("AAUTHSECRET", secret))
        if let nonce { parms.append(Parm("AAUTHDATA", Base64.encode(nonce))) }
        return Characteristic("APPAUTH", parms: parms)
    }
}

extension ApplicationAuthentication: CustomStringConvertible, CustomDebugStringConvertible {
    /// Level, kind and name; never the secret.
    public var description: String { "APPAUTH(\(level.rawValue), \(kind.rawValue), \(name ?? "no name"))" }

    /// Level, kind and name.
    public var debugDescription: String { description }
}
