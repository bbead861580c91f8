// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// One enrolment or renewal seen from the device: a state machine without keys, clock or network.
///
/// ```swift
/// var enrollment = ClientEnrollment(settings, discovery: url)
/// var action = enrollment.start()
/// while true {
///     switch action {
///     case .get(let url): action = enrollment.responded(try await get(url))
///     case .post(let message): action = enrollment.responded(try await post(message))
///     case .signIn(let address): action = enrollment.signedIn(try await browser.open(address))
///     case .sign(let task): action = enrollment.signed(try await sign(task))
///     case .finished(let outcome): return outcome
///     case .failed(let error): throw error
///     }
/// }
/// ```
///
/// Source: MS-MDE2, sections 3.1 to 3.5.
public struct ClientEnrollment: Sendable {
    enum Step: Sendable {
        /// Nothing sent. To `probing`, or `signingRequest` for a renewal.
        case idle
        /// Waits for the answer to GET. To `discovering`.
        case probing
        /// Waits for DiscoverResponse. To `signingIn`, `askingPolicies` or `signingRequest`.
        case discovering
        /// Waits for the token of the sign-in page. To `askingPolicies` or `signingRequest`.
        case signingIn(DiscoverResult)
        /// Waits for GetPoliciesResponse. To `signingRequest`.
        case askingPolicies(DiscoverResult)
        /// Waits for the signature of the PKCS#10. To `signingRenewal` or `enrolling`.
        case signingRequest(CertificationRequestInfo, ServiceURL)
        /// Waits for the signature of the renewal. To `enrolling`.
        case signingRenewal(PreparedSignedData, ServiceURL)
        /// Waits for RequestSecurityTokenResponse. To `over`.
        case enrolling
        /// Finished.
        case over
    }

    let settings: ClientEnrollmentSettings
    let renewal: ClientRenewal?
    let discoveryURL: ServiceURL?
    var credential: MDECredential?
    var step = Step.idle
    /// What discovery answered; keep it for renewals.
    public internal(set) var discovered: DiscoverResult?

    /// Begins a first enrolment at a discovery service.
    public init(_ settings: ClientEnrollmentSettings, discovery: ServiceURL) {
        self.settings = settings
        discoveryURL = discovery
        renewal = nil
    }

    /// Begins a renewal.
    public init(_ renewal: ClientRenewal) {
        settings = renewal.settings
        self.renewal = renewal
        discoveryURL = nil
    }

    /// Begins.
    public mutating func start() -> ClientEnrollmentAction {
        guard case .idle = step else { return fail(.outOfOrder("a start")) }
        if let renewal { return signRequest(for: renewal.enrollmentServiceURL) }
        guard let discoveryURL else { return fail(.outOfOrder("a start")) }
        step = .probing
        return .get(discoveryURL)
    }

    /// Takes the answer to what was sent last.
    public mutating func responded(status: Int, body: [UInt8]) -> ClientEnrollmentAction {
        do throws(MDEError) {
            return try take(status, body)
        } catch {
            return fail(error)
        }
    }

    /// Takes the token that the sign-in page returned.
    public mutating func signedIn(_ wresult: String) -> ClientEnrollmentAction {
        guard case .signingIn(let result) = step else { return fail(.outOfOrder("a sign-in")) }
        credential = .userToken(wresult)
        return askPolicies(result)
    }

    /// Takes a signature.
    public mutating func signed(_ signature: [UInt8]) -> ClientEnrollmentAction {
        do throws(MDEError) {
            return try takeSignature(signature)
        } catch {
            return fail(error)
        }
    }

    mutating func fail(_ error: MDEError) -> ClientEnrollmentAction {
        step = .over
        return .failed(error)
    }
}
