// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/enrollments`: what waits for a person, and that person's decision.
struct EnrollmentsAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("enrollments") { request, _ in try await list(request) }
        router.get("enrollments/:id") { _, context in
            let id = Self.id(context)
            guard let found = try await middle.store.enrollment(id) else {
                throw ProblemDocument.noEnrollment(id)
            }
            return try JSON.response(try await document(found))
        }
        router.post("enrollments/:id/approve") { request, context in
            let reason = try await request.json(DecisionRequest.self).reason
            let outcome = await middle.enrollment.approve(Self.id(context), by: context.actor, reason: reason)
            return try Self.answer(outcome, Self.id(context), middle)
        }
        router.post("enrollments/:id/deny") { request, context in
            let reason = try await request.json(DecisionRequest.self).reason
            let outcome = await middle.enrollment.deny(Self.id(context), by: context.actor, reason: reason)
            return try Self.answer(outcome, Self.id(context), middle)
        }
    }

    private struct DecisionRequest: Codable {
        /// Kept with the enrolment and in the audit trail; a denied device is told it.
        var reason: String?
    }

    private static func id(_ context: ListenerContext) -> EnrollmentID {
        EnrollmentID(rawValue: context.parameter("id"))
    }

    private func list(_ request: Request) async throws -> Response {
        let text = request.queryText("state") ?? Enrollment.State.pending.rawValue
        guard let state = Enrollment.State(rawValue: text) else {
            let known = Enrollment.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw ProblemDocument.invalid("state", "choose one of \(known)")
        }
        let cursor = request.queryText("after").map { EnrollmentID(rawValue: $0) }
        // Behind one that does not exist there is nothing, which would look like the end.
        if let cursor, try await middle.store.enrollment(cursor) == nil {
            throw ProblemDocument.invalid("after", "is not what 'next' of the page before says")
        }
        let limit = try request.queryNumber("limit", 1...1_000, default: 100)
        let found = try await middle.store.enrollments(in: state, after: cursor, limit: limit + 1)
        var items: [EnrollmentDocument] = []
        for enrollment in found.prefix(limit) {
            items.append(try await document(enrollment))
        }
        return try JSON.response(ListDocument(items: items, next: found.count > limit ? items.last?.id : nil))
    }

    private func document(_ enrollment: Enrollment) async throws -> EnrollmentDocument {
        var credential: Credential?
        if let id = enrollment.credential { credential = try await middle.store.credential(id) }
        return EnrollmentDocument(
            enrollment, authority: credential?.authority ?? authority(of: enrollment), credential: credential)
    }

    /// Who would issue if it were approved now, or is issuing: the staged successor where the device asked that, else
    /// the endpoint's authority.
    private func authority(of enrollment: Enrollment) -> AuthorityID? {
        switch enrollment.state {
        case .pending, .approved:
            guard let asked = enrollment.successor, asked == middle.registry.staged()?.id else {
                return middle.registry.issuing()?.id
            }
            return asked
        case .issuing, .issued, .denied, .failed: return enrollment.plan?.authority ?? enrollment.successor
        }
    }

    private static func answer(
        _ outcome: ApprovalOutcome, _ id: EnrollmentID, _ middle: Middle
    ) throws -> Response {
        switch outcome {
        case .decided(.denied(.deniedByApprover)):
            return try JSON.response(["id": id.rawValue, "state": Enrollment.State.denied.rawValue])
        case .decided(let issuance): return try CertificatesAPI.answer(issuance, at: middle.clock.now)
        case .notFound: throw ProblemDocument.noEnrollment(id)
        case .alreadyDecided(let enrollment):
            throw ProblemDocument(
                code: "enrollment.already-decided", status: .conflict,
                detail: "the enrolment is \(enrollment.state.rawValue) already")
        case .unavailable(let cause): throw ProblemDocument.unavailable(cause)
        }
    }
}

/// An enrolment as the API tells it: all that a person must see who decides about it.
package struct EnrollmentDocument: Codable, Sendable {
    package let id: String
    package let state: String
    package let subject: String
    /// The alternative names: those asked for, of which the profile may leave some out, or the certificate's.
    package let subjectAlternativeNames: [String]?
    /// The same, under the name that answers had for them at first.
    package let alternativeNames: [String]?
    /// The kind and size of the key that the certificate is for.
    package let key: String?
    /// SHA-256 of its SubjectPublicKeyInfo, hexadecimal: what both ends can compare.
    package let keyFingerprint: String
    package let profile: String
    /// The way it came, which is that of its certificate.
    package let issuedVia: String
    /// Who issued it, or would issue it now.
    package let authority: String?
    package let device: String?
    package let transactionID: String
    package let createdAt: String
    package let updatedAt: String
    package let reason: String?
    /// Who approved or denied it.
    package let approver: String?
    /// The serial number of the certificate, once there is one.
    package let serial: String?

    init(_ enrollment: Enrollment, authority: AuthorityID?, credential: Credential?) {
        let request = try? CertificationRequest(parsing: enrollment.certificationRequest)
        id = enrollment.id.rawValue
        state = enrollment.state.rawValue
        subject = enrollment.subject
        subjectAlternativeNames = Self.names(request, credential)?.map(\.text)
        alternativeNames = subjectAlternativeNames
        key = request?.publicKey?.keyDescription
        keyFingerprint = Hex.encode(enrollment.keyDigest)
        profile = enrollment.profile
        issuedVia = enrollment.via
        self.authority = authority?.rawValue
        device = enrollment.device?.rawValue
        transactionID = enrollment.key.transactionText
        createdAt = enrollment.createdAt.iso8601
        updatedAt = enrollment.updatedAt.iso8601
        reason = enrollment.reason
        approver = enrollment.decidedBy
        serial = credential?.serial.hex
    }

    /// The certificate's where there is one, since an operator's order may have asked for others than its PKCS#10.
    private static func names(_ request: CertificationRequest?, _ credential: Credential?) -> [GeneralName]? {
        guard let credential else {
            return request.flatMap { try? RequestedCertificate($0) }?.alternativeNames
        }
        return credential.alternativeNames
    }
}
