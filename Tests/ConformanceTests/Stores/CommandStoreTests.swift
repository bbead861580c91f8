// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import Testing

@Suite("Store contract: commands for devices")
struct CommandStoreTests {
    @Test(arguments: StoreKind.allCases)
    func `a command comes back as it was queued, and only its device is told`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let whole = Sample.command(
                2, scope: .user, isSecret: true, notBefore: 60, after: 1, installation: 7)
            let queued = try await store.queue([Sample.command(1), whole], installation: nil, event: Sample.event())
            #expect(queued == .queued)
            try await store.queue(Sample.command(3, device: 2))
            #expect(try await store.command(whole.id) == whole)
            #expect(try await store.command(Sample.commandID(9)) == nil)
            #expect(try await store.next() == ["1"])
            #expect(try await store.next(2) == ["3"])
            #expect(try await store.next(3).isEmpty)
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event) == [Sample.event()])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `commands come in the order they were queued, whatever their names and times`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.queue(Sample.command(30), Sample.command(4))
            try await store.queue(Sample.command(1), Sample.command(200))
            #expect(try await store.next() == ["30", "4", "1", "200"])
            #expect(try await store.next(limit: 3) == ["30", "4", "1"])
            #expect(try await store.next(limit: 0).isEmpty)
            try await store.send(4)
            #expect(try await store.next() == ["30", "1", "200"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a command waits for its time and for a user, and lets others pass`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.queue(
                Sample.command(1, notBefore: 60), Sample.command(2, scope: .user), Sample.command(3))
            #expect(try await store.next() == ["3"])
            #expect(try await store.next(at: 59, isUserLoggedIn: true) == ["2", "3"])
            #expect(try await store.next(at: 60) == ["1", "3"])
            #expect(try await store.next(at: 61, isUserLoggedIn: true) == ["1", "2", "3"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a command that follows another is told only after that one succeeded`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.queue(Sample.command(1), Sample.command(2, after: 1), Sample.command(3, after: 2))
            #expect(try await store.next() == ["1"])
            try await store.send(1)
            #expect(try await store.next().isEmpty)
            _ = try await store.finish([Sample.result(1)], at: Sample.now, event: nil)
            #expect(try await store.next() == ["2"])
            _ = try await store.finish([Sample.result(2)], at: Sample.now, event: nil)
            #expect(try await store.next() == ["3"])
            // One that is queued after its predecessor succeeded may go at once.
            try await store.queue(Sample.command(4, after: 1))
            #expect(try await store.next() == ["3", "4"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what was to follow a command that ended badly is cancelled with it, to the last`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.queue(
                Sample.command(1), Sample.command(2, isSecret: true, after: 1), Sample.command(3, after: 2),
                Sample.command(4, after: 1), Sample.command(5))
            let ended = try await store.finish(
                [Sample.result(1, .failed), Sample.result(5)], at: Sample.now.adding(seconds: 9), event: Sample.event())
            #expect(ended.map(\.id.rawValue) == ["qc_1", "qc_5", "qc_2", "qc_4", "qc_3"])
            #expect(ended.map(\.state) == [.failed, .succeeded, .cancelled, .cancelled, .cancelled])
            let second = try #require(try await store.command(Sample.commandID(2)))
            #expect(second == ended[2])
            #expect(second.payload.isEmpty && second.outcome == CommandResult.orphaned)
            #expect(second.finishedAt == Sample.now.adding(seconds: 9))
            #expect(try await store.next().isEmpty)
            let late = try await store.queue([Sample.command(6, after: 2)], installation: nil, event: Sample.event())
            #expect(late == .predecessorMissing(Sample.commandID(2)))
            let unknown = try await store.queue(
                [Sample.command(7), Sample.command(8, after: 99)], installation: nil, event: Sample.event())
            #expect(unknown == .predecessorMissing(Sample.commandID(99)))
            #expect(try await store.command(Sample.commandID(7)) == nil)
            #expect(try await store.auditRecords(after: 0, limit: 9).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `queueing the same commands twice queues them once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let commands = [Sample.command(1), Sample.command(2, after: 1)]
            let outcomes = try await withThrowingTaskGroup(of: QueueOutcome.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await store.queue(
                            commands, installation: Sample.installation(1), event: Sample.event("test.queued"))
                    }
                }
                return try await group.reduce(into: [QueueOutcome]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .queued } == 1)
            #expect(outcomes.count { $0 == .repeated } == 7)
            #expect(try await page(store, [.queued]) == ["2", "1"])
            #expect(try await store.auditRecords(after: 0, limit: 9).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an answer that comes twice or too late changes nothing and writes no event`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.queue(Sample.command(1), Sample.command(2))
            try await store.send(1, 2)
            let first = try await store.finish([Sample.result(1)], at: Sample.now, event: Sample.event("test.first"))
            #expect(first.map(\.state) == [.succeeded])
            let again = try await store.finish(
                [Sample.result(1, .failed, "{}"), Sample.result(77)], at: Sample.now.adding(seconds: 5),
                event: Sample.event("test.again"))
            #expect(again.isEmpty)
            // A state that is no end is no answer.
            let odd = try await store.finish(
                [Sample.result(2, .queued)], at: Sample.now, event: Sample.event("test.odd"))
            #expect(odd.isEmpty)
            #expect(try await store.command(Sample.commandID(1)) == first.first)
            #expect(try await store.auditRecords(after: 0, limit: 9).map(\.event.action) == ["test.first"])
        }
    }

    @Test(arguments: StoreKind.allCases, [QueuedCommand.State.succeeded, .failed])
    func `the payload of a secret command is erased with its end, that of another stays`(
        kind: StoreKind, end: QueuedCommand.State
    ) async throws {
        try await kind.withStore { store in
            try await store.queue(Sample.command(1, isSecret: true), Sample.command(2))
            try await store.send(1, 2)
            #expect(try await store.command(Sample.commandID(1))?.payload == Sample.octets(1, 20))
            _ = try await store.finish([Sample.result(1, end), Sample.result(2, end)], at: Sample.now, event: nil)
            #expect(try await store.command(Sample.commandID(1))?.payload == [])
            #expect(try await store.command(Sample.commandID(2))?.payload == Sample.octets(2, 20))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is over is forgotten after its time, the oldest first, but not while another waits for it`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for number in 1...6 { try await store.queue(Sample.command(number)) }
            try await store.queue(Sample.command(7, notBefore: 999, after: 2))
            for number in 1...5 {
                _ = try await store.finish(
                    [Sample.result(number)], at: Sample.now.adding(seconds: Int64(60 - number * 10)), event: nil)
            }
            let all = Set(QueuedCommand.State.allCases)
            func remove(_ seconds: Int64, limit: Int = 99) async throws -> Int {
                try await store.removeCommands(
                    finishedBefore: Sample.now.adding(seconds: seconds), limit: limit, event: Sample.event())
            }
            #expect(try await remove(10) == 0)
            #expect(try await remove(99, limit: 1) == 1)
            #expect(try await page(store, all) == ["7", "6", "4", "3", "2", "1"])
            #expect(try await remove(50) == 2)
            #expect(try await page(store, all) == ["7", "6", "2", "1"])
            #expect(try await remove(9_999) == 1)
            #expect(try await page(store, all) == ["7", "6", "2"])
            #expect(try await store.next(at: 999) == ["6", "7"])
            _ = try await store.finish([Sample.result(7)], at: Sample.now, event: nil)
            #expect(try await remove(9_999) == 2)
            #expect(try await page(store, all) == ["6"])
            #expect(try await store.auditRecords(after: 0, limit: 9).count == 4)
        }
    }

    private func page(_ store: any CommandStore, _ states: Set<QueuedCommand.State>) async throws -> [String] {
        var found: [String] = []
        var cursor: String?
        repeat {
            let page = try await store.commands(
                of: Sample.device(id: 1), in: states, after: cursor, limit: 2)
            found += page.items.map { String($0.id.rawValue.dropFirst(3)) }
            cursor = page.next
        } while cursor != nil
        return found
    }

    @Test(arguments: StoreKind.allCases)
    func `pages of a device's commands are complete, newest first and of the states asked for`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for number in 1...9 { try await store.queue(Sample.command(number)) }
            try await store.queue(Sample.command(10, device: 2))
            try await store.send(2, 3, 4)
            _ = try await store.finish([Sample.result(3), Sample.result(4, .failed)], at: Sample.now, event: nil)
            _ = try await store.cancel(Sample.commandID(8), at: Sample.now, event: nil)
            let all = Set(QueuedCommand.State.allCases)
            #expect(try await page(store, all) == ["9", "8", "7", "6", "5", "4", "3", "2", "1"])
            #expect(try await page(store, [.queued]) == ["9", "7", "6", "5", "1"])
            #expect(try await page(store, [.sent, .failed]) == ["4", "2"])
            #expect(try await page(store, [.cancelled]) == ["8"])
            #expect(try await page(store, []).isEmpty)
        }
    }
}
