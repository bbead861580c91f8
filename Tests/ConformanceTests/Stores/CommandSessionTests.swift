// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: commands and sessions")
struct CommandSessionTests {
    @Test(arguments: StoreKind.allCases)
    func `of two sessions that send the same command one does`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.queue(Sample.command(1), Sample.command(2), Sample.command(3))
            _ = try await store.cancel(Sample.commandID(3), at: Sample.now, event: nil)
            let marked = try await withThrowingTaskGroup(of: [QueuedCommandID].self) { group in
                for number in 0..<8 { group.addTask { try await store.send(2, 1, 3, 9, in: "s_\(number)") } }
                return try await group.reduce(into: [[QueuedCommandID]]()) { $0.append($1) }
            }
            #expect(marked.filter { !$0.isEmpty } == [[Sample.commandID(2), Sample.commandID(1)]])
            let sent = try #require(try await store.command(Sample.commandID(1)))
            #expect(sent.state == .sent && sent.attempts == 1 && sent.sentAt == Sample.now)
            #expect(sent.session?.hasPrefix("s_") == true)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what a session left unanswered goes out again in the next, and in the old order`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for number in 1...4 { try await store.queue(Sample.command(number)) }
            try await store.queue(Sample.command(5, device: 2))
            try await store.send(1, 2, 3, 5, in: "s_1")
            _ = try await store.finish([Sample.result(2)], at: Sample.now, event: nil)
            // The session itself takes nothing back from itself.
            let same = try await store.requeueUnanswered(
                of: Sample.device(id: 1), before: "s_1", at: Sample.now, event: Sample.event("test.same"))
            #expect(same == RequeueOutcome(requeued: [], ended: []))
            let next = try await store.requeueUnanswered(
                of: Sample.device(id: 1), before: "s_2", at: Sample.now, event: Sample.event("test.next"))
            #expect(next == RequeueOutcome(requeued: [Sample.commandID(1), Sample.commandID(3)], ended: []))
            #expect(try await store.next() == ["1", "3", "4"])
            #expect(try await store.command(Sample.commandID(1))?.attempts == 1)
            #expect(try await store.command(Sample.commandID(5))?.state == .sent)
            // The answer of the old session may still come, and is the truth.
            let late = try await store.finish([Sample.result(3)], at: Sample.now, event: nil)
            #expect(late.map(\.state) == [.succeeded])
            #expect(try await store.next() == ["1", "4"])
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == ["test.next"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a command that was sent ten times without an answer is given up, and its secret erased`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let device = Sample.device(id: 1)
            try await store.queue(Sample.command(1, isSecret: true), Sample.command(2, after: 1))
            for attempt in 1...QueuedCommand.attemptLimit {
                let before = try await store.requeueUnanswered(
                    of: device, before: "s_\(attempt)", at: Sample.now, event: nil)
                #expect(before.ended.isEmpty)
                #expect(try await store.send(1, in: "s_\(attempt)").count == 1)
                #expect(try await store.command(Sample.commandID(1))?.attempts == attempt)
            }
            let last = try await store.requeueUnanswered(
                of: device, before: "s_last", at: Sample.now, event: Sample.event())
            #expect(last.requeued.isEmpty)
            #expect(last.ended.map(\.state) == [.failed, .cancelled])
            let command = try #require(try await store.command(Sample.commandID(1)))
            #expect(command.payload.isEmpty && command.outcome == CommandResult.unanswered)
            #expect(String(decoding: CommandResult.unanswered, as: UTF8.self).contains("management.never-answered"))
            #expect(try await store.next().isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a command is taken back once, also when it was sent, with those that were to follow`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.queue(
                Sample.command(1, isSecret: true), Sample.command(2, after: 1), Sample.command(3))
            try await store.send(1)
            let outcome = try await store.cancel(
                Sample.commandID(1), at: Sample.now, event: Sample.event("test.cancelled"))
            guard case .cancelled(let ended) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(ended.map(\.id.rawValue) == ["qc_1", "qc_2"])
            #expect(ended.map(\.outcome) == [CommandResult.withdrawn, CommandResult.orphaned])
            #expect(ended.first?.payload == [] && ended.first?.attempts == 1)
            let again = try await store.cancel(Sample.commandID(1), at: Sample.now, event: Sample.event("test.no"))
            #expect(again == .alreadyOver(ended[0]))
            let unknown = try await store.cancel(Sample.commandID(9), at: Sample.now, event: Sample.event("test.no"))
            #expect(unknown == .notFound)
            #expect(try await store.next() == ["3"])
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == ["test.cancelled"])
        }
    }
}
