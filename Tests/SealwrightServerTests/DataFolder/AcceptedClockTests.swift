// SPDX-License-Identifier: Apache-2.0

import Configuration
import CryptoProvider
import Logging
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("A clock that ran ahead once")
struct AcceptedClockTests {
    private func open(_ folder: DataFolder, acceptsClock: Bool = false) async throws -> Middle {
        let flags: [String: ConfigContent] = ["server.hosts": .stringArray(["127.0.0.1"])]
        return try await Middle.open(
            folder, configuration: ServerConfiguration.load(flags: flags, file: nil),
            hierarchy: HierarchyOptions(rootKey: .ecP256, issuingKey: .ecP256), acceptsClock: acceptsClock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func fault(of middle: Middle) -> ClockFault? { middle.clockGuard.fault(at: middle.clock.now) }

    @Test func `is put right by a start that says so, once and for all`() async throws {
        try await withTemporaryFolder { path in
            let folder = DataFolder(path + "/data")
            var middle = try await open(folder)
            #expect(fault(of: middle) == nil)
            let ahead = middle.clock.now.adding(seconds: 3_650 * 86_400)
            try await middle.store.append(
                AuditEvent(action: "test.ahead", at: ahead, actor: "test", object: "clock-test"))
            await middle.close()
            // What comes after it at the right time does not heal it by itself.
            for _ in 0..<2 {
                middle = try await open(folder)
                #expect(fault(of: middle)?.code == "clock.went-back")
                try await middle.store.append(
                    AuditEvent(action: "test.right", at: middle.clock.now, actor: "test", object: "clock-test"))
                await middle.close()
            }
            for acceptsClock in [true, false, true] {
                middle = try await open(folder, acceptsClock: acceptsClock)
                #expect(fault(of: middle) == nil)
                await middle.close()
            }
            middle = try await open(folder)
            let accepted = try await middle.store.newestAuditRecords(object: "clock", limit: 9).map(\.event)
            #expect(accepted.map(\.action) == ["clock.accepted"] && accepted.first?.details["newest"] == ahead.iso8601)
            await middle.close()
        }
    }
}
