// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
public import OMADM
public import PKIFormats

/// Takes the device under the management of a server: discovery, policy, certificate, account.
///
/// The key is kept in the agent's folder before anything is sent. An enrolment whose answer was lost is repeated with
/// the same key and the same name, so that the server can tell that it is the same one.
///
/// Source: MS-MDE2, sections 3.1 to 3.4.
public struct DeviceEnrollment: Sendable {
    /// What is wanted.
    public struct Wish: Sendable {
        /// The discovery service.
        public var discovery: ServiceURL
        /// The name or mail address of the user.
        public var user: String
        /// The password; without one only servers with a sign-in page take the device.
        public var password: String?
        /// Whom the server's certificate has to lead to.
        public var trust: ServerTrust
        /// The type of the new key.
        public var keyType: KeyType
        /// The name of the device; `nil` for the one it had before, or a random one.
        public var deviceID: MDEDeviceID?
        /// What the device tells about itself besides its name.
        public var context: [ContextItem]

        /// Makes a wish.
        public init(
            discovery: ServiceURL, user: String, password: String? = nil, trust: ServerTrust = .system,
            keyType: KeyType = .rsa2048, deviceID: MDEDeviceID? = nil, context: [ContextItem] = []
        ) {
            self.discovery = discovery
            self.user = user
            self.password = password
            self.trust = trust
            self.keyType = keyType
            self.deviceID = deviceID
            self.context = context
        }
    }

    let store: AgentStore
    let transport: any AgentTransport
    let pool: CryptoPool

    /// Joins the parts.
    public init(store: AgentStore, transport: any AgentTransport, pool: CryptoPool) {
        self.store = store
        self.transport = transport
        self.pool = pool
    }

    /// Enrols, and puts everything the server gave into the stores and the tree in one step.
    ///
    /// - Returns: the server the device now belongs to.
    /// - Throws: ``AgentServiceError``.
    @discardableResult
    public func run(_ wish: Wish, at now: Timestamp) async throws(AgentServiceError) -> EnrollmentRecord {
        if let enrollment = store.state.enrollment { throw .alreadyEnrolled(server: enrollment.managementURL) }
        let deviceID = try name(wish)
        let key = try store.pendingKey(wish.keyType, for: wish.discovery.text, pool: pool)
        var settings = ClientEnrollmentSettings(
            emailAddress: wish.user, deviceID: deviceID, publicKey: key.publicKey,
            signatureAlgorithm: key.defaultSignatureAlgorithm,
            usernameToken: wish.password.map { UsernameToken(username: wish.user, password: $0) })
        settings.context.items += wish.context
        var enrollment = ClientEnrollment(settings, discovery: wish.discovery)
        let conversation = EnrollmentConversation(transport: transport, trust: wish.trust, key: key)
        let outcome = try await conversation.run(&enrollment)
        guard let service = enrollment.discovered?.enrollmentServiceURL, let account = outcome.document.account,
            let address = account.address
        else { throw .noManagementAccount }
        let record = EnrollmentRecord(
            discoveryURL: wish.discovery.text, enrollmentServiceURL: service.text, managementURL: address.text,
            providerID: account.providerID, serverName: account.name, deviceID: deviceID.text, user: wish.user,
            enrolledAt: now, trust: wish.trust, prefersWBXML: account.defaultEncoding == .wbxml,
            retries: RetrySettings(account), digest: SessionDigest(account))
        let material = try CryptoError.running { () throws(CryptoError) in try key.material() }
        try AgentServiceError.storing { () throws(AgentError) in
            try store.adopt(
                outcome, key: material, as: record, isFederated: enrollment.discovered?.authPolicy == .federated)
        }
        return record
    }

    /// The name of the device, kept before it is told to anybody.
    private func name(_ wish: Wish) throws(AgentServiceError) -> MDEDeviceID {
        let known = wish.deviceID?.text ?? store.state.deviceID
        let text = known ?? Hex.encode(SecureRandom.bytes(16)).uppercased()
        let deviceID: MDEDeviceID
        do throws(MDEError) {
            deviceID = try MDEDeviceID(parsing: text)
        } catch {
            throw .enrollment(error)
        }
        try AgentServiceError.storing { () throws(AgentError) in
            try store.transaction { draft in draft.state.deviceID = text }
        }
        return deviceID
    }
}

extension CryptoError {
    /// Runs something with a key.
    static func running<Value>(_ body: () throws(CryptoError) -> Value) throws(AgentServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw .crypto(error)
        }
    }
}
