// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// One request to an enrolment server and its reply: a state machine without keys, clock or network.
///
/// MDE is mobile device enrolment, by which Windows gets its management certificate.
///
/// An endpoint makes one for every request, hands it the body, does what the returned ``Action`` says and sends the
/// ``MDEReply``. Nothing here throws: what a hostile peer can reach ends in a reply that is a fault, with the cause for
/// log and audit beside it.
///
/// The four HTTP endpoints:
///
/// 1. **`GET /EnrollmentServer/Discovery.svc`**: send ``MDEReply/discoveryProbe``.
/// 2. **`POST /EnrollmentServer/Discovery.svc`**: service ``MDEService/discovery``. ``received(_:clientCertificate:)``
///    gives ``Action/discover(_:proposal:)``; send what ``discovered(_:)`` makes of the proposal, or of another answer
///    that the user's domain asks for.
/// 3. **`POST /EnrollmentServer/Policy.svc`**: service ``MDEService/policy``. ``Action/authenticate(_:)`` comes first:
///    judge the credential without using up a single-use token, for the same one comes again with the next request;
///    then ``authenticated()`` or ``refuse(_:reason:)``. ``Action/answerPolicies(_:)`` follows; send ``policies(_:)``.
/// 4. **`POST /EnrollmentServer/Enrollment.svc`**: service ``MDEService/enrollment``.
///    - A first certificate: ``Action/authenticate(_:)``, then ``authenticated()``, then ``Action/issue(_:)``. Decide
///      (may the user enrol, how many devices, licence), use up the token in the transaction that issues, and send
///      ``enrolled(_:at:)`` with the ``ProvisioningDocument``.
///    - A renewal: ``Action/renew(_:)`` at once; the client certificate of the connection is the credential, so that it
///      belongs into ``received(_:clientCertificate:)``. Judge the certificate and its device, issue, and send
///      ``enrolled(_:at:)`` with ``ProvisioningDocument/renewal(of:providerID:renew:)``. The listener behind
///      ``MDESettings/enrollmentServiceURL`` has to ask for a client certificate without demanding one, since first
///      enrolments and renewals go to the same address.
///
/// The fifth, `/EnrollmentServer/Auth`, is a web page: ``FederatedSignIn``.
///
/// Refusals of the caller go through ``refuse(_:reason:)``: ``MDEFault/authentication`` for an unknown user and a wrong
/// password alike, ``MDEFault/authorization``, ``MDEFault/deviceCapReached`` and ``MDEFault/userLicense`` for those who
/// may not, ``MDEFault/notEligibleToRenew`` for every refused renewal, ``MDEFault/certificateRequest`` when issuance is
/// denied, ``MDEFault/enrollmentServer`` when the store failed, ``MDEFault/inMaintenance`` to try later.
///
/// ```swift
/// var transaction = MDETransaction(.enrollment, settings: settings, traceID: traceID)
/// var action = transaction.received(body, clientCertificate: peer)
/// while true {
///     switch action {
///     case .authenticate(let credential):
///         guard try await judge(credential) else { return transaction.refuse(.authentication, reason: "…") }
///         action = transaction.authenticated()
///     case .discover(_, let proposal): return transaction.discovered(proposal)
///     case .answerPolicies: return transaction.policies(GetPoliciesResponse(settings.policy))
///     case .issue(let request): return transaction.enrolled(try await issue(request), at: now)
///     case .renew(let request): return transaction.enrolled(try await renew(request), at: now)
///     case .reply(let reply): return reply
///     }
/// }
/// ```
///
/// Source: MS-MDE2, sections 3.1 to 3.5.
public struct MDETransaction: Sendable {
    /// What the caller does next.
    public enum Action: Sendable {
        /// Answer where to enrol: call ``MDETransaction/discovered(_:)``.
        case discover(Discover, proposal: DiscoverResult)
        /// Judge who asks, then call ``MDETransaction/authenticated()``.
        case authenticate(MDECredential)
        /// Answer what certificates are like: call ``MDETransaction/policies(_:)``.
        case answerPolicies(GetPolicies)
        /// Decide about a first certificate, then call ``MDETransaction/enrolled(_:at:)``.
        case issue(IssueRequest)
        /// Decide about a renewal, then call ``MDETransaction/enrolled(_:at:)``.
        case renew(RenewRequest)
        /// Send this; the request was refused.
        case reply(MDEReply)
    }

    enum State: Sendable {
        /// Nothing received. To any other state.
        case waiting
        /// The question was handed out. To `over` by its answer.
        case discovering
        /// The credential was handed out. To `answeringPolicies` or `deciding` when it is good.
        case authenticating(SOAPEnvelope, MDECredential)
        /// The question was handed out. To `over` by its answer.
        case answeringPolicies
        /// The request was handed out. To `over` by its answer.
        case deciding
        /// The reply was made.
        case over
    }

    /// Which of the three services was asked.
    public let service: MDEService
    let settings: MDESettings
    /// The name of this request in our log; the reply carries it.
    public let traceID: String
    /// The MessageID of the request, once it was read.
    public internal(set) var messageID: String?
    var state = State.waiting

    /// Begins a transaction.
    ///
    /// - Parameters:
    ///   - service: which service was asked, told by the path.
    ///   - settings: how the server behaves.
    ///   - traceID: a UUID that log and reply name this request by.
    public init(_ service: MDEService, settings: MDESettings, traceID: String) {
        self.service = service
        self.settings = settings
        self.traceID = traceID
    }

    /// Takes the body of the request.
    ///
    /// - Parameters:
    ///   - body: the body.
    ///   - clientCertificate: the certificate the TLS connection showed, if it did.
    /// - Returns: what the caller does next.
    public mutating func received(_ body: [UInt8], clientCertificate: CertificateView? = nil) -> Action {
        guard case .waiting = state else { return .reply(refuse(.outOfOrder("a request"))) }
        do throws(MDEError) {
            return try begin(read(body), clientCertificate)
        } catch {
            return .reply(refuse(error))
        }
    }

    /// Goes on after the credential was found good.
    public mutating func authenticated() -> Action {
        guard case .authenticating(let envelope, let credential) = state else {
            return .reply(refuse(.outOfOrder("a judgement about a credential")))
        }
        do throws(MDEError) {
            return try proceed(envelope, credential)
        } catch {
            return .reply(refuse(error))
        }
    }
}

// MARK: - Replies

extension MDETransaction {
    /// Answers where to enrol.
    public mutating func discovered(_ result: DiscoverResult) -> MDEReply {
        guard case .discovering = state else { return refuse(.outOfOrder("an answer to Discover")) }
        return reply { () throws(OMADMError) in SOAPEnvelope(action: nil, body: try result.markup()) }
    }

    /// Answers what certificates are like.
    public mutating func policies(_ response: GetPoliciesResponse) -> MDEReply {
        guard case .answeringPolicies = state else { return refuse(.outOfOrder("an answer to GetPolicies")) }
        return reply(bodyPrefixes: GetPolicies.prefixes) { SOAPEnvelope(action: nil, body: response.markup) }
    }

    /// Answers with the certificate and everything around it.
    ///
    /// - Parameters:
    ///   - document: what the device needs.
    ///   - now: the time of the reply, which counts for five minutes.
    /// - Returns: what the caller sends.
    public mutating func enrolled(_ document: ProvisioningDocument, at now: Timestamp) -> MDEReply {
        guard case .deciding = state else { return refuse(.outOfOrder("an answer to RequestSecurityToken")) }
        return reply { () throws(OMADMError) in
            let response = RequestSecurityTokenResponse(provisioning: try document.serialize())
            var envelope = SOAPEnvelope(action: nil, body: response.markup)
            envelope.security = SecurityHeader(timestamp: SecurityTimestamp(created: now)).markup
            return envelope
        }
    }

    /// Refuses, whatever was asked.
    ///
    /// - Parameters:
    ///   - fault: what the device is told.
    ///   - reason: a sentence for the device's log, without anything secret.
    /// - Returns: what the caller sends.
    public mutating func refuse(_ fault: MDEFault, reason: String) -> MDEReply {
        state = .over
        return faultReply(fault, reason, cause: nil)
    }
}
