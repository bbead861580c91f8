// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore

extension WindowsEnrollmentEndpoint {
    /// Whether the credential lets somebody in; nothing is spent.
    ///
    /// The policy service asks with the same credential first, so that spending it there would leave nothing for the
    /// certificate.
    func judge(_ credential: MDECredential) async -> WindowsRefusal? {
        do {
            _ = try await challenge(of: try await signIn(credential))
            return nil
        } catch {
            return error
        }
    }

    /// The challenge that a user's password is, still in time.
    ///
    /// - Throws: ``WindowsRefusal/password(_:)`` or ``WindowsRefusal/store(_:)``.
    func challenge(of signIn: WindowsSignIn) async throws(WindowsRefusal) -> Challenge {
        let found: Challenge?
        do {
            found = try await services.store.challenge(
                endpoint: WindowsEnrollmentConfiguration.endpoint, digest: signIn.challenge.digest)
        } catch {
            throw .store(error)
        }
        guard let found else { throw .password(.challengeUnknown) }
        // A device that asks again after the answer was lost has spent its challenge: the middle decides.
        guard services.clock.now <= found.expiresAt else { throw .password(.challengeExpired(at: found.expiresAt)) }
        return found
    }

    /// Whom a user's name and password speak for.
    ///
    /// An invitation's password counts with the name it was made for; a challenge that was made without a name, as
    /// other programs do, with any.
    ///
    /// - Throws: ``WindowsRefusal/store(_:)``.
    func signIn(
        _ user: String, password: String, acceptedTerms: String? = nil
    ) async throws(WindowsRefusal) -> WindowsSignIn {
        let (open, bound) = (Secret(password), Secret(password).bound(to: user))
        let found: Challenge?
        do {
            found = try await services.store.challenge(
                endpoint: WindowsEnrollmentConfiguration.endpoint, digest: bound.digest)
        } catch {
            throw .store(error)
        }
        return WindowsSignIn(user: user, challenge: found == nil ? open : bound, acceptedTerms: acceptedTerms)
    }

    /// Whom a credential speaks for; a token stays as it is.
    private func signIn(_ credential: MDECredential) async throws(WindowsRefusal) -> WindowsSignIn {
        switch credential {
        case .usernameToken(let token):
            guard configuration.authPolicies.contains(.onPremise) else { throw .credentialKind }
            return try await signIn(token.username, password: token.password)
        case .userToken(let token): return try await services.signIns.tokens.find(token, at: services.clock.now)
        case .jwt: throw .tokenIssuerUnknown
        }
    }

    /// Whom a credential speaks for, when it buys this certificate; a token is used up.
    ///
    /// What would refuse the device before the middle looks at it comes first, so that it costs no token.
    func use(
        _ credential: MDECredential, for request: IssueRequest, _ peer: Peer
    ) async throws(WindowsRefusal) -> WindowsSignIn {
        let signIn = try await signIn(credential)
        try await demandSameUser(signIn, for: request.deviceID)
        var details = try terms(of: request, signIn)
        if case .userToken(let token) = credential {
            let appru = try await services.signIns.tokens.use(
                token, for: Self.identity(of: request), at: services.clock.now)
            details?["appru"] = appru
        }
        if let details { await recordTerms(of: request.deviceID.text, details, peer) }
        return signIn
    }

    /// What tells a request from every other: the key it is for and the device.
    private static func identity(of request: IssueRequest) -> [UInt8] {
        DigestAlgorithm.sha256.hash(request.certificationRequest.encoded + Array(request.deviceID.text.utf8))
    }

    /// How the terms of use were accepted, for the audit trail; `nil` when they were not, and need not be.
    ///
    /// Windows hands the `OpaqueBlob` of the terms page over as `EnrollmentData`. That item may hold other things too,
    /// which say nothing about terms.
    ///
    /// - Throws: ``WindowsRefusal/termsNotAccepted``.
    private func terms(
        of request: IssueRequest, _ signIn: WindowsSignIn
    ) throws(WindowsRefusal) -> [String: String]? {
        let terms = configuration.terms
        let blobs = [ContextItem.Name.enrollmentData, .opaqueBlob].compactMap { request.context[$0] }
        let found = blobs.lazy.compactMap {
            terms.acceptedRequest($0, configuration.codes, at: services.clock.now)
        }.first
        if let found {
            return ["by": "terms-page", "client-request-id": found, "user": String(signIn.user.prefix(256))]
        }
        if signIn.acceptedTerms == terms.digest { return ["by": "sign-in", "user": String(signIn.user.prefix(256))] }
        guard !terms.isRequired else { throw .termsNotAccepted }
        return nil
    }
}
