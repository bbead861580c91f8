// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM

/// Carries out what a ``ClientEnrollment`` asks for: requests and signatures.
///
/// Source: MS-MDE2, sections 3.1 to 3.5.
struct EnrollmentConversation {
    let transport: any AgentTransport
    let trust: ServerTrust
    /// The key to certify.
    let key: SoftwareKey
    /// The certificate that is replaced, with its key; `nil` for a first one.
    var current: ClientIdentity?

    /// Requests and signatures of one enrolment: three requests with one signature, or one with two; this is more.
    private static let stepLimit = 16

    /// Runs to the end.
    ///
    /// - Throws: ``AgentServiceError``.
    func run(_ enrollment: inout ClientEnrollment) async throws(AgentServiceError) -> ClientEnrollmentOutcome {
        var action = enrollment.start()
        var answer: EnrollmentAnswer?
        for _ in 0..<Self.stepLimit {
            switch action {
            case .get(let url):
                let response = try await send(AgentRequest(url: url.text, trust: trust))
                answer = EnrollmentAnswer(response, of: .discovery, at: url.text)
                action = respond(&enrollment, response)
            case .post(let message):
                var request = AgentRequest(
                    url: message.url.text, trust: trust, mediaType: message.mediaType, body: message.body)
                if message.needsClientCertificate { request.identity = current }
                let response = try await send(request)
                answer = EnrollmentAnswer(response, of: message.service, at: message.url.text)
                action = respond(&enrollment, response)
            case .signIn(let address): throw .signInNeeded(address: address)
            case .sign(let task): action = enrollment.signed(try await sign(task))
            case .finished(let outcome): return outcome
            case .failed(let error): throw .enrollment(error, at: answer)
            }
        }
        throw .enrollment(.outOfOrder("so many steps"))
    }

    private func respond(_ enrollment: inout ClientEnrollment, _ response: AgentResponse) -> ClientEnrollmentAction {
        enrollment.responded(status: response.status, body: response.body)
    }

    private func send(_ request: AgentRequest) async throws(AgentServiceError) -> AgentResponse {
        do throws(TransportFailure) {
            return try await transport.send(request)
        } catch {
            throw .transport(error)
        }
    }

    private func sign(_ task: MDESigningTask) async throws(AgentServiceError) -> [UInt8] {
        let signer = task.key == .new ? key : current?.key
        guard let signer else { throw .managementCertificateMissing }
        do throws(CryptoError) {
            return try await signer.sign(task.bytes, algorithm: task.algorithm)
        } catch {
            throw .crypto(error)
        }
    }
}
