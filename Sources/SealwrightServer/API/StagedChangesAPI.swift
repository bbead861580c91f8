// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import HTTPTypes
import Hummingbird
import PKIFormats
import SealwrightCore

/// `/api/v1/changes`: requiring HTTPS, another server certificate, another authority, in steps that can be taken back.
struct StagedChangesAPI: Sendable {
    let middle: Middle
    private var service: StagedChangeService { middle.stagedChanges }

    init(middle: Middle) { self.middle = middle }

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("changes") { _, _ in
            try await answering {
                var items: [StagedChangeDocument] = []
                for change in try await service.list() { items.append(try await document(of: change)) }
                return try JSON.response(ListDocument(items: items, next: nil))
            }
        }
        router.post("changes") { request, context in
            let wish = try await request.json(PlanWish.self)
            return try await answering { try await plan(wish, context) }
        }
        router.get("changes/:id") { _, context in
            try await answering { try await JSON.response(document(of: service.find(Self.id(context)))) }
        }
        step("advance", router) { id, order, actor in
            try await service.advance(id, from: order.from, without: order.consent, by: actor)
        }
        step("finalize", router) { id, order, actor in
            try await service.finalize(id, from: order.from, without: order.consent, by: actor)
        }
        step("back", router) { id, order, actor in try await service.stepBack(id, from: order.from, by: actor) }
        step("cancel", router) { id, order, actor in try await service.cancel(id, from: order.from, by: actor) }
    }

    private func step(
        _ verb: String, _ router: some RouterMethods<ListenerContext>,
        _ take: @escaping @Sendable (StagedChangeID, StepOrder, String) async throws -> StagedChange
    ) {
        router.post(RouterPath("changes/:id/\(verb)")) { request, context in
            let order = try StepOrder(try await request.json(StepWish.self))
            return try await answering {
                let change = try await take(Self.id(context), order, context.actor)
                if case .authority = change.subject { await middle.issuingChanged() }
                return try await JSON.response(document(of: change))
            }
        }
    }

    private static func id(_ context: ListenerContext) -> StagedChangeID {
        StagedChangeID(rawValue: context.parameter("id"))
    }

    private struct PlanWish: Codable {
        /// `https`, `server-certificate` or `authority`.
        var subject: String
        /// The server certificate, or the staged authority.
        var candidate: String?
        /// Per cent, 1 to 100.
        var threshold: Int?
    }

    private struct StepWish: Codable {
        /// Devices the administrator goes on without, by identifier.
        var without: [String]?
        /// How many devices the administrator goes on without at most, whoever they are.
        var withoutAtMost: Int?
        /// The phase that the administrator saw; in any other the step is not taken.
        var from: String?
    }

    /// How a step is to be taken.
    private struct StepOrder {
        let consent: LaggardConsent
        let from: StagedChange.Phase?

        init(_ wish: StepWish) throws {
            consent = try Self.consent(wish)
            from = try wish.from.map { text in
                guard let phase = StagedChange.Phase(rawValue: text) else {
                    let known = StagedChange.Phase.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ProblemDocument.invalid("from", "'\(text)' is not one of \(known)")
                }
                return phase
            }
        }

        private static func consent(_ wish: StepWish) throws -> LaggardConsent {
            guard let limit = wish.withoutAtMost else { return LaggardConsent(naming: wish.without) }
            guard limit > 0 else { throw ProblemDocument.invalid("withoutAtMost", "is not 1 or more") }
            guard wish.without?.isEmpty ?? true else {
                throw ProblemDocument.invalid("withoutAtMost", "does not go with without")
            }
            return .atMost(limit)
        }
    }

    private func plan(_ wish: PlanWish, _ context: ListenerContext) async throws -> Response {
        let text = [wish.subject, wish.candidate].compactMap { $0 }.joined(separator: " ")
        guard let subject = StagedChange.Subject(text: text) else {
            throw ProblemDocument.invalid(
                "subject", "'\(text)' is neither https, server-certificate ID nor authority ID")
        }
        let threshold = wish.threshold ?? 99
        guard (1...100).contains(threshold) else { throw ProblemDocument.invalid("threshold", "choose 1 to 100") }
        if case .authority(let id) = subject, middle.registry.context(id) == nil {
            throw ProblemDocument.noAuthority(id)
        }
        let change = try await service.plan(subject, threshold: threshold, by: context.actor)
        return try JSON.response(try await document(of: change), status: .created)
    }

    private func document(of change: StagedChange) async throws -> StagedChangeDocument {
        var progress: [String: ProgressDocument] = [:]
        for evidence in StagedChange.Evidence.allCases {
            let counted = try await service.progress(of: change.id, evidence)
            progress[evidence.rawValue] = ProgressDocument(
                counted, agents: try await service.count(of: change.id, evidence, .agent),
                siteServers: try await service.count(of: change.id, evidence, .siteServer))
        }
        let offer = change.isOpen ? try? await service.offer(of: change) : nil
        return StagedChangeDocument(change, progress: progress, fingerprint: offer?.fingerprint)
    }
}

/// Turns errors of staged changes into problem documents.
private func answering(_ work: () async throws -> Response) async throws -> Response {
    do { return try await work() } catch let error as StagedChangeError { throw ProblemDocument(error) }
}

extension LaggardConsent {
    /// Nobody named is no consent.
    init(naming devices: [String]?) {
        guard let devices, !devices.isEmpty else {
            self = .none
            return
        }
        self = .naming(Set(devices.map { DeviceID(rawValue: $0) }))
    }
}

extension ProblemDocument {
    /// What a refusal of a staged change is over HTTP.
    init(_ error: StagedChangeError) {
        switch error {
        case .unknown: self.init(code: error.code, status: .notFound, detail: error.description)
        case .candidateRefused, .otherCertificate:
            self.init(code: error.code, status: .unprocessableContent, detail: error.description)
        case .anotherIsOpen, .alreadyOver, .notNow, .lastStepLeft, .thresholdNotReached, .confirmationNotWanted,
            .changedMeanwhile, .nothingToChange:
            self.init(code: error.code, status: .conflict, detail: error.description)
        case .server(let error): self.init(error)
        case .authority(let error): self = AuthoritiesAPI.problem(error)
        case .store(let error): self = .store(error)
        }
    }
}

/// How many devices are ready.
package struct ProgressDocument: Codable, Sendable {
    package let confirmed: Int
    /// Devices seen in the last 30 days, neither blocked nor retired.
    package let total: Int
    package let agents: Int
    package let siteServers: Int
    /// Those that have not confirmed, the longest silent first; at most 1000.
    package let laggards: [String]

    init(_ progress: ChangeProgress, agents: Int, siteServers: Int) {
        confirmed = progress.confirmed
        total = progress.total
        self.agents = agents
        self.siteServers = siteServers
        laggards = progress.laggards.map(\.rawValue)
    }
}

/// A staged change as the API tells it.
package struct StagedChangeDocument: Codable, Sendable {
    package let id: String
    /// `https`, `https sc_…`, `server-certificate sc_…` or `authority issuing-2`.
    package let subject: String
    package let phase: String
    package let threshold: Int
    /// What devices are asked to prove now: `trust` or `https`.
    package let wanted: String?
    /// What nearly every device must have proved before the next step.
    package let gate: String?
    /// SHA-256 of the candidate, hexadecimal; what devices name when they confirm.
    package let fingerprint: String?
    package let createdAt: String
    package let createdBy: String
    package let updatedAt: String
    /// By `trust` and `https`.
    package let progress: [String: ProgressDocument]

    init(_ change: StagedChange, progress: [String: ProgressDocument], fingerprint: [UInt8]?) {
        id = change.id.rawValue
        subject = change.subject.text
        phase = change.phase.rawValue
        threshold = change.threshold
        wanted = change.wanted?.rawValue
        gate = change.gate?.rawValue
        self.fingerprint = fingerprint.map { Hex.encode($0) }
        createdAt = change.createdAt.iso8601
        createdBy = change.createdBy
        updatedAt = change.updatedAt.iso8601
        self.progress = progress
    }
}
