// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension MDETransaction {
    /// Reads the envelope and checks that it asks for what this service does.
    mutating func read(_ body: [UInt8]) throws(MDEError) -> SOAPEnvelope {
        let root = try MDEError.reading { () throws(OMADMError) in
            try MarkupElement(parsing: body, limits: MDELimits.markup)
        }
        messageID = SOAPEnvelope.messageID(in: root)
        let envelope = try SOAPEnvelope(root, from: .device)
        guard let action = envelope.action else { throw .unreadable(.missing("Action")) }
        guard action == service.requestAction else {
            throw .unexpectedAction(expected: service.requestAction, found: String(action.prefix(256)))
        }
        guard envelope.messageID != nil else { throw .unreadable(.missing("MessageID")) }
        // A reply that goes elsewhere would send certificates wherever a stranger likes.
        guard [nil, SOAPNamespace.anonymous].contains(envelope.replyTo) else { throw .unexpectedReplyTo }
        guard envelope.body.name == service.requestElement else {
            throw .unexpectedBody(String(envelope.body.name.prefix(128)))
        }
        return envelope
    }

    mutating func begin(
        _ envelope: SOAPEnvelope, _ clientCertificate: CertificateView?
    ) throws(MDEError) -> Action {
        switch service {
        case .discovery: return try discover(envelope)
        case .policy: return try authenticate(envelope)
        case .enrollment:
            let request = try requestSecurityToken(envelope)
            guard request.requestType == .renew else { return try authenticate(envelope) }
            // The header of a renewal may hold a user name with an empty password, which says nothing.
            let renewal = try RenewRequest(request, clientCertificate: clientCertificate, settings: settings)
            state = .deciding
            return .renew(renewal)
        }
    }

    private mutating func discover(_ envelope: SOAPEnvelope) throws(MDEError) -> Action {
        let discover = try MDEError.reading { () throws(OMADMError) in try Discover(parsing: envelope.body) }
        let proposal = try settings.result(for: discover)
        state = .discovering
        return .discover(discover, proposal: proposal)
    }

    private mutating func authenticate(_ envelope: SOAPEnvelope) throws(MDEError) -> Action {
        let credential = try MDECredential(parsing: envelope.security)
        state = .authenticating(envelope, credential)
        return .authenticate(credential)
    }

    /// What is asked for, once it is known who asks: nobody's PKCS#10 is verified before.
    mutating func proceed(
        _ envelope: SOAPEnvelope, _ credential: MDECredential
    ) throws(MDEError) -> Action {
        guard service == .enrollment else {
            let question = try MDEError.reading { () throws(OMADMError) in
                try GetPolicies(parsing: envelope.body)
            }
            state = .answeringPolicies
            return .answerPolicies(question)
        }
        let request = try IssueRequest(
            requestSecurityToken(envelope), credential: credential, settings: settings)
        state = .deciding
        return .issue(request)
    }

    private func requestSecurityToken(_ envelope: SOAPEnvelope) throws(MDEError) -> RequestSecurityToken {
        try MDEError.reading { () throws(OMADMError) in try RequestSecurityToken(parsing: envelope.body) }
    }
}

extension MDETransaction {
    /// Makes a reply of an envelope that lacks its headers.
    mutating func reply(
        bodyPrefixes: [(namespace: String, prefix: String)] = [],
        _ envelope: () throws(OMADMError) -> SOAPEnvelope
    ) -> MDEReply {
        state = .over
        do throws(OMADMError) {
            let body = try addressed(envelope()).serialize(bodyPrefixes: bodyPrefixes)
            return MDEReply(
                status: 200, mediaType: MDEService.mediaType, body: body, fault: nil, cause: nil)
        } catch {
            return refuse(.unwritable(error))
        }
    }

    mutating func refuse(_ error: MDEError) -> MDEReply {
        state = .over
        return faultReply(error.fault, Self.publicReason(error), cause: error)
    }

    /// What a stranger is told about an error: nothing about our own side.
    private static func publicReason(_ error: MDEError) -> String {
        error.fault == .internalServiceFault ? "the server could not answer" : error.description
    }

    func faultReply(_ fault: MDEFault, _ reason: String, cause: MDEError?) -> MDEReply {
        if cause == .notSOAP(namespace: SOAPNamespace.envelope11),
            let body = SOAPFault.versionMismatch11(reason: "SOAP 1.2 is spoken here, and not SOAP 1.1")
        {
            return MDEReply(
                status: settings.faultStatus, mediaType: SOAPFault.mediaType11, body: body, fault: fault, cause: cause)
        }
        let body = faultBody(fault, reason, cause) ?? faultBody(fault, "refused", cause) ?? []
        return MDEReply(
            status: settings.faultStatus, mediaType: MDEService.mediaType, body: body, fault: fault,
            cause: cause)
    }

    /// `nil` when the text holds a character that XML has no form for.
    private func faultBody(_ fault: MDEFault, _ reason: String, _ cause: MDEError?) -> [UInt8]? {
        var value = SOAPFault(fault, reason: reason, traceID: traceID)
        value.code = cause?.soapCode ?? .receiver
        var envelope = addressed(SOAPEnvelope(action: nil, body: value.markup))
        if case .headersNotUnderstood(let names)? = cause { envelope.notUnderstood = names }
        envelope.offersUpgrade = value.code == .versionMismatch
        return try? envelope.serialize(bodyPrefixes: SOAPFault.prefixes)
    }

    private func addressed(_ envelope: SOAPEnvelope) -> SOAPEnvelope {
        var envelope = envelope
        envelope.action = service.responseAction
        envelope.activityID = traceID
        envelope.relatesTo = messageID
        return envelope
    }
}

extension MDEError {
    /// Whose fault it is, in SOAP's words.
    fileprivate var soapCode: SOAPFault.Code {
        switch self {
        case .headersNotUnderstood: .mustUnderstand
        case .notSOAP: .versionMismatch
        default: .receiver
        }
    }
}
