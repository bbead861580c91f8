// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Logging
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightTesting
import Testing

/// The enrolment of Windows devices over a middle, with its pages; no sockets.
struct EnrollmentBench: Sendable {
    static let appru = "ms-app://windows.immersivecontrolpanel"
    static let deviceID = "0123456789ABCDEF0123456789ABCDEF"
    static let pageOrigin = "https://mdm.example.com:8443"

    let bench: Workbench
    let enrollment: WindowsEnrollmentEndpoint
    let signIns = WindowsSignIns()

    init(authPolicies: [AuthPolicy] = [.onPremise, .federated], terms: WindowsTerms? = nil) async throws {
        bench = try await Workbench(others: [WindowsEnrollmentConfiguration.policy])
        let configuration = WindowsEnrollmentConfiguration(
            name: "Example <CA>", authPolicies: authPolicies, terms: terms,
            secrets: WindowsAccountSecrets(key: Array(repeating: 7, count: 32)),
            codes: ExpiringCode(key: Array(repeating: 9, count: 32)), certificateLife: 365 * 86_400,
            deviceOrigin: { "https://mdm.example.com:8444" }, pageOrigin: { Self.pageOrigin })
        enrollment = WindowsEnrollmentEndpoint(
            configuration: configuration,
            services: WindowsEnrollmentEndpoint.Services(
                enrollment: bench.enrollment, registry: bench.registry, store: bench.store,
                management: ManagementService(store: bench.store, clock: bench.clock), clock: bench.clock,
                signIns: signIns),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    var signIn: WindowsSignInEndpoint { WindowsSignInEndpoint(enrollment) }
    var terms: WindowsTermsEndpoint { WindowsTermsEndpoint(enrollment) }

    /// A password, as an invitation has it.
    func password(of user: String? = nil, uses: Int = 1, ttl: Int64 = 3_600) async throws -> String {
        try await bench.challenge(
            uses: uses, ttl: ttl, endpoint: WindowsEnrollmentConfiguration.endpoint, user: user)
    }

    /// What the audit trail holds of an action, newest first.
    func audit(_ action: String) async throws -> [AuditEvent] {
        try await bench.store.newestAuditRecords(object: nil, limit: 200).map(\.event).filter { $0.action == action }
    }
}

// MARK: - The browser

extension EnrollmentBench {
    /// A page that a browser shows, with the cookie it came with.
    struct Shown {
        var form: FormPage
        var cookie: String?
    }

    /// Opens the sign-in page.
    func open(appru: String = Self.appru, hint: String = "") throws -> Shown {
        let reply = signIn.page(query: FormPage.encode(["appru": appru, "login_hint": hint]))
        return Shown(form: try #require(FormPage(reply.text)), cookie: reply.sentCookie)
    }

    /// Sends a form as it stands.
    func submit(
        _ shown: Shown, mediaType: String = FormPage.mediaType, from address: String = "192.0.2.7"
    ) async -> EndpointReply {
        await signIn.submitted(
            WindowsPageForm(mediaType: mediaType, body: shown.form.body, cookie: shown.cookie),
            from: Peer(address: address, requestID: "r-1"))
    }

    /// Opens the page, types, ticks what is to be ticked and sends.
    func attempt(
        _ user: String, _ password: String, accepting terms: WindowsTerms? = nil, from address: String = "192.0.2.7"
    ) async throws -> EndpointReply {
        var shown = try open()
        shown.form.fields["username"] = user
        shown.form.fields["password"] = password
        shown.form.fields["terms"] = terms?.digest
        return await submit(shown, from: address)
    }

    /// Signs in; gives the token that the application of Windows gets.
    func token(_ user: String, _ password: String, accepting terms: WindowsTerms? = nil) async throws -> String {
        let reply = try await attempt(user, password, accepting: terms)
        let form = try #require(FormPage(reply.text), "\(reply.status) \(reply.text)")
        #expect(reply.status == .ok && form.action == Self.appru)
        return try #require(form.fields["wresult"])
    }
}

extension EndpointReply {
    /// What a browser sends back of Set-Cookie.
    var sentCookie: String? { cookie.map { String($0.prefix { $0 != ";" }) } }

    /// The value of a field that protects a page.
    func protected(_ name: String) -> String? { protection?.fields.first { $0.name == name }?.value }
}

// MARK: - The device

extension EnrollmentBench {
    /// A message of a device and where it went.
    struct Post {
        let service: MDEService
        var body: [UInt8]
    }

    /// How an enrolment ended, and what the device sent.
    struct Ending {
        let result: Result<ClientEnrollmentOutcome, MDEError>
        let discovered: DiscoverResult?
        let posts: [Post]

        /// What the server refused with; `nil` for a success.
        var fault: SOAPFault? { if case .failure(.refused(let fault)) = result { fault } else { nil } }
    }

    func settings(_ key: Int = 0, _ id: String = Self.deviceID) throws -> ClientEnrollmentSettings {
        let key = try LabKeys.device(key)
        return ClientEnrollmentSettings(
            emailAddress: "ada@example.org", deviceID: try MDEDeviceID(parsing: id), publicKey: key.publicKey,
            signatureAlgorithm: key.defaultSignatureAlgorithm,
            context: AdditionalContext([ContextItem(.deviceName, "desk 7"), ContextItem(.enrollmentType, "Full")]))
    }

    /// Enrols a device whose browser gives this token, or that sends a user name with a password.
    func enroll(
        _ settings: ClientEnrollmentSettings, key: Int = 0, wresult: String? = nil
    ) async throws -> Ending {
        var client = ClientEnrollment(
            settings, discovery: try ServiceURL(parsing: Self.pageOrigin + MDEService.discovery.path))
        var action = client.start()
        var posts: [Post] = []
        for _ in 0..<12 {
            switch action {
            case .get: action = client.responded(status: 200, body: enrollment.probe.octets)
            case .post(let message):
                let service = try #require(MDEService.allCases.first { message.url.text.hasSuffix($0.path) })
                posts.append(Post(service: service, body: message.body))
                let reply = await send(Post(service: service, body: message.body))
                action = client.responded(status: reply.status == .ok ? 200 : 500, body: reply.octets)
            case .sign(let task):
                let signature = try LabKeys.device(key).signSynchronously(task.bytes, algorithm: task.algorithm)
                action = client.signed(signature)
            case .signIn(let address):
                #expect(address.hasPrefix(Self.pageOrigin + "/EnrollmentServer/Auth?appru=ms-app"))
                action = client.signedIn(try #require(wresult))
            case .finished(let outcome):
                return Ending(result: .success(outcome), discovered: client.discovered, posts: posts)
            case .failed(let error):
                return Ending(result: .failure(error), discovered: client.discovered, posts: posts)
            }
        }
        throw CancellationError()
    }

    /// Posts a message once more, or a changed one.
    func send(_ post: Post) async -> EndpointReply {
        await enrollment.respond(post.service, to: post.body, clientCertificate: nil, from: Workbench.peer)
    }

    /// The fault in a reply.
    func fault(_ reply: EndpointReply) throws -> SOAPFault {
        try SOAPFault(parsing: SOAPEnvelope(parsing: reply.octets, from: .server).body)
    }

    /// The provisioning document in a reply.
    func document(_ reply: EndpointReply) throws -> ProvisioningDocument {
        let response = try RequestSecurityTokenResponse(
            parsing: SOAPEnvelope(parsing: reply.octets, from: .server).body)
        return try ProvisioningDocument(parsing: response.provisioning)
    }

    /// The certificate in a reply.
    func certificate(_ reply: EndpointReply) throws -> [UInt8] {
        try #require(try document(reply).ownCertificates.first?.encoded)
    }
}
