// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightStore

@Suite("SQLite store: commands and the disk")
struct CommandDurabilityTests {
    @Test func `what was sent when the server ended goes out again after the restart`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            var store = try SQLiteStore(path: path)
            try await store.queue(Sample.command(1), Sample.command(2, isSecret: true), Sample.command(3, after: 2))
            try await store.send(1, 2, in: "s_1")
            _ = try await store.finish([Sample.result(1)], at: Sample.now, event: nil)
            await store.close()

            store = try SQLiteStore(path: path)
            #expect(try await store.next().isEmpty)
            let outcome = try await store.requeueUnanswered(
                of: Sample.device(id: 1), before: "s_2", at: Sample.now, event: nil)
            #expect(outcome.requeued == [Sample.commandID(2)])
            #expect(try await store.next() == ["2"])
            #expect(try await store.command(Sample.commandID(2))?.payload == Sample.octets(2, 20))
            await store.close()
        }
    }

    /// Once within a page, once over several.
    @Test(arguments: [24, 30_000])
    func `the payload of a secret command that is over is in the file no more`(count: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/sealwright.db"
            let store = try SQLiteStore(path: path)
            for number in 1...2 {
                let plain = Sample.command(number)
                let payload = (0..<count / 24).flatMap { _ in Array("payload-of-the-command-\(number)".utf8) }
                let command = QueuedCommand(
                    id: plain.id, device: plain.device, title: plain.title, kind: plain.kind, payload: payload,
                    isSecret: number == 1, createdAt: plain.createdAt, createdBy: plain.createdBy)
                try await store.queue(command)
            }
            _ = try await store.finish([Sample.result(1), Sample.result(2)], at: Sample.now, event: nil)
            // Closing brings the log into the file and ends it.
            await store.close()
            let file = try Data(contentsOf: URL(filePath: path))
            #expect(file.range(of: Data("payload-of-the-command-1".utf8)) == nil)
            #expect(file.range(of: Data("payload-of-the-command-2".utf8)) != nil)
            #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        }
    }
}
