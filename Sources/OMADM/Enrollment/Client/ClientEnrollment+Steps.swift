// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

extension ClientEnrollment {
    mutating func take(_ status: Int, _ body: [UInt8]) throws(MDEError) -> ClientEnrollmentAction {
        switch step {
        case .probing: return try discover(status)
        case .discovering:
            let result = try discoverResult(try reply(.discovery, status, body))
            discovered = result
            return try signIn(result)
        case .askingPolicies(let result):
            let element = try reply(.policy, status, body)
            try checkPolicy(
                MDEError.reading { () throws(OMADMError) in try GetPoliciesResponse(parsing: element) })
            return signRequest(for: result.enrollmentServiceURL)
        case .enrolling:
            let outcome = try outcome(try reply(.enrollment, status, body))
            step = .over
            return .finished(outcome)
        default: throw .outOfOrder("an answer")
        }
    }

    // MARK: Discovery

    private mutating func discover(_ status: Int) throws(MDEError) -> ClientEnrollmentAction {
        guard status == 200 else { throw .unexpectedStatus(status) }
        guard let discoveryURL else { throw .outOfOrder("an answer") }
        let question = Discover(
            emailAddress: settings.emailAddress, requestVersion: settings.requestVersion,
            deviceType: settings.deviceType, applicationVersion: settings.applicationVersion,
            osEdition: settings.osEdition, authPolicies: settings.authPolicies)
        step = .discovering
        return .post(try message(.discovery, to: discoveryURL, body: question.markup))
    }

    private func discoverResult(_ element: MarkupElement) throws(MDEError) -> DiscoverResult {
        let result = try MDEError.reading { () throws(OMADMError) in try DiscoverResult(parsing: element) }
        guard settings.authPolicies.contains(result.authPolicy) else { throw .unexpectedAuthPolicy(result.authPolicy) }
        guard result.isOnOneHost else { throw .hostsDiffer }
        return result
    }

    private mutating func signIn(_ result: DiscoverResult) throws(MDEError) -> ClientEnrollmentAction {
        if result.authPolicy == .onPremise, let token = settings.usernameToken {
            credential = .usernameToken(token)
            return askPolicies(result)
        }
        guard result.authPolicy == .federated, let page = result.authenticationServiceURL else {
            throw .unexpectedAuthPolicy(result.authPolicy)
        }
        step = .signingIn(result)
        let address = page.adding([("appru", settings.appru), ("login_hint", settings.emailAddress)])
        return .signIn(address: address)
    }

    // MARK: Policy

    mutating func askPolicies(_ result: DiscoverResult) -> ClientEnrollmentAction {
        guard let url = result.enrollmentPolicyServiceURL else { return signRequest(for: result.enrollmentServiceURL) }
        do throws(MDEError) {
            step = .askingPolicies(result)
            return .post(
                try message(.policy, to: url, body: GetPolicies().markup, prefixes: GetPolicies.prefixes))
        } catch {
            return fail(error)
        }
    }

    /// Without a policy of form 3 Windows goes on with its defaults; so does this.
    private func checkPolicy(_ response: GetPoliciesResponse) throws(MDEError) {
        guard let policy = response.effectivePolicy, case .rsa(let key) = settings.publicKey else { return }
        guard key.bitCount >= policy.minimalKeyLength else {
            throw .keyTooShort(bits: key.bitCount, minimum: policy.minimalKeyLength)
        }
    }

    // MARK: Certificate

    mutating func signRequest(for url: ServiceURL) -> ClientEnrollmentAction {
        let info = CertificationRequest.prepare(
            subject: settings.subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(settings.publicKey),
            attributes: settings.attributes)
        step = .signingRequest(info, url)
        return .sign(
            MDESigningTask(key: .new, bytes: info.derBytes, algorithm: settings.signatureAlgorithm))
    }

    mutating func takeSignature(_ signature: [UInt8]) throws(MDEError) -> ClientEnrollmentAction {
        switch step {
        case .signingRequest(let info, let url):
            let request = info.finish(signature: signature, algorithm: settings.signatureAlgorithm)
            if let renewal { return try signRenewal(renewal, request, url) }
            return try enroll(.issue, BinarySecurityToken(.pkcs10, octets: request), at: url)
        case .signingRenewal(let prepared, let url):
            guard let message = try? prepared.finish(signatures: [signature]) else { throw .outOfOrder("a signature") }
            return try enroll(.renew, BinarySecurityToken(.pkcs7, octets: message), at: url)
        default: throw .outOfOrder("a signature")
        }
    }

    private mutating func signRenewal(
        _ renewal: ClientRenewal, _ request: [UInt8], _ url: ServiceURL
    ) throws(MDEError) -> ClientEnrollmentAction {
        let prepared: PreparedSignedData
        do {
            prepared = try RenewalRequest.prepare(
                request, certificate: renewal.certificate, algorithm: renewal.certificateAlgorithm)
        } catch {
            throw .renewalUnreadable(error)
        }
        guard let bytes = prepared.bytesToSign.first else { throw .outOfOrder("a signature") }
        step = .signingRenewal(prepared, url)
        return .sign(MDESigningTask(key: .current, bytes: bytes, algorithm: renewal.certificateAlgorithm))
    }

    private mutating func enroll(
        _ type: RequestSecurityToken.RequestType, _ token: BinarySecurityToken, at url: ServiceURL
    ) throws(MDEError) -> ClientEnrollmentAction {
        let request = RequestSecurityToken(type, token: token, context: settings.context)
        step = .enrolling
        return .post(
            try message(.enrollment, to: url, body: request.markup, prefixes: RequestSecurityToken.prefixes))
    }

    private func outcome(_ element: MarkupElement) throws(MDEError) -> ClientEnrollmentOutcome {
        let document = try MDEError.reading { () throws(OMADMError) in
            try ProvisioningDocument(parsing: RequestSecurityTokenResponse(parsing: element).provisioning)
        }
        for candidate in document.ownCertificates {
            guard let certificate = try? CertificateView(parsing: candidate.encoded),
                certificate.publicKey == settings.publicKey
            else { continue }
            return ClientEnrollmentOutcome(document: document, certificate: certificate, store: candidate.store)
        }
        throw .noCertificateForKey
    }

    // MARK: Messages

    private func message(
        _ service: MDEService, to url: ServiceURL, body: MarkupElement,
        prefixes: [(namespace: String, prefix: String)] = []
    ) throws(MDEError) -> ClientEnrollmentMessage {
        var envelope = SOAPEnvelope(action: service.requestAction, body: body)
        envelope.messageID = service.messageIDOfWindows
        envelope.replyTo = SOAPNamespace.anonymous
        envelope.to = url.text
        if service != .discovery, renewal == nil { envelope.security = credential?.securityHeader.markup }
        let octets = try MDEError.writing { () throws(OMADMError) in
            try envelope.serialize(bodyPrefixes: prefixes)
        }
        return ClientEnrollmentMessage(
            service: service, url: url, mediaType: MDEService.mediaType, body: octets,
            needsClientCertificate: renewal != nil)
    }

    /// The element in the body of a reply to this service's request.
    private func reply(
        _ service: MDEService, _ status: Int, _ body: [UInt8]
    ) throws(MDEError) -> MarkupElement {
        let envelope: SOAPEnvelope
        do throws(MDEError) {
            envelope = try SOAPEnvelope(parsing: body, from: .server)
        } catch {
            throw status == 200 ? error : .unexpectedStatus(status)
        }
        if envelope.body.name == "Fault" {
            throw .refused(
                try MDEError.reading { () throws(OMADMError) in try SOAPFault(parsing: envelope.body) })
        }
        guard status == 200 else { throw .unexpectedStatus(status) }
        guard envelope.action == service.responseAction else {
            throw .unexpectedAction(
                expected: service.responseAction, found: String((envelope.action ?? "").prefix(256)))
        }
        guard envelope.relatesTo == service.messageIDOfWindows else { throw .relatesToMismatch }
        return envelope.body
    }
}
