// SPDX-License-Identifier: Apache-2.0

/// The header of a message.
///
/// ```
/// SyncHdr: VerDTD, VerProto, SessionID, MsgID, Target, Source, RespURI?, NoResp?, Cred?, Meta?
/// ```
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.3.1; MS-MDM, section 2.2.4.2.
public struct SyncHdr: Hashable, Sendable {
    /// The version of the DTD; `1.1` also chooses the namespace and the WBXML document type of SyncML 1.1.
    public var verDTD = "1.2"
    /// The protocol and its version.
    public var verProto = "DM/1.2"
    /// The session, chosen by the client.
    ///
    /// An opaque text: decimal in most, hexadecimal with a SyncApplicationVersion of 2.0, and used again by later
    /// sessions of the same device.
    public var sessionID: String
    /// The message within the session, counted from 1 by each side.
    public var msgID: String
    /// Who the message is for.
    public var target: Location
    /// Who the message is from; with digest authentication its LocName is the user.
    public var source: Location
    /// Where answers are to be sent instead of the address of the request.
    public var respURI: String?
    /// Whether no command of the message shall be answered.
    public var noResp = false
    /// What the sender proves itself with.
    public var cred: Cred?
    /// What the sender can take: `MaxMsgSize`, `MaxObjSize`.
    public var meta: Meta?

    /// Makes a header of OMA-DM 1.2.
    ///
    /// - Parameters:
    ///   - sessionID: the session.
    ///   - msgID: the message within the session.
    ///   - target: who the message is for.
    ///   - source: who the message is from.
    public init(sessionID: String, msgID: String, target: Location, source: Location) {
        self.sessionID = sessionID
        self.msgID = msgID
        self.target = target
        self.source = source
    }
}

extension SyncHdr {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        var verDTD: String?, verProto: String?, sessionID: String?, msgID: String?, respURI: String?
        var target: Location?, sender: Location?, cred: Cred?, meta: Meta?
        var noResp = false
        while let child = try source.nextChild() {
            switch child {
            case .verDTD: verDTD = try source.readText(child, onceFor: verDTD)
            case .verProto: verProto = try source.readText(child, onceFor: verProto)
            case .sessionID: sessionID = try source.readText(child, onceFor: sessionID)
            case .msgID: msgID = try source.readText(child, onceFor: msgID)
            case .respURI: respURI = try source.readText(child, onceFor: respURI)
            case .target: target = try Location(child, from: &source, onceFor: target)
            case .source: sender = try Location(child, from: &source, onceFor: sender)
            case .noResp: noResp = try source.readFlag()
            case .cred: cred = try Cred(from: &source, onceFor: cred)
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            default: throw source.unexpected(child)
            }
        }
        guard let sessionID else { throw .missing("SessionID") }
        guard let msgID else { throw .missing("MsgID") }
        guard let target else { throw .missing("Target") }
        guard let sender else { throw .missing("Source") }
        guard let verDTD else { throw .missing("VerDTD") }
        guard let verProto else { throw .missing("VerProto") }
        (self.sessionID, self.msgID, self.target, self.source) = (sessionID, msgID, target, sender)
        (self.verDTD, self.verProto, self.respURI, self.noResp) = (verDTD, verProto, respURI, noResp)
        (self.cred, self.meta) = (cred, meta)
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.syncHdr)
        try sink.element(.verDTD, verDTD)
        try sink.element(.verProto, verProto)
        try sink.element(.sessionID, sessionID)
        try sink.element(.msgID, msgID)
        try target.write(.target, to: &sink)
        try source.write(.source, to: &sink)
        try sink.element(.respURI, ifPresent: respURI)
        sink.flag(.noResp, noResp)
        try cred?.write(to: &sink)
        try meta?.write(to: &sink)
        sink.close(.syncHdr)
    }
}
