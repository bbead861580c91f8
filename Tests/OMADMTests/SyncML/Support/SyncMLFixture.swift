// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import SealwrightTesting
import Testing

/// A message of `Fixtures/syncml`, whose README tells where each comes from.
struct SyncMLFixture: CustomTestStringConvertible, Sendable {
    let name: String
    let octets: [UInt8]

    var testDescription: String { name }

    init(_ name: String) throws {
        self.name = name
        octets = Array(try Data(contentsOf: Self.folder.appendingPathComponent(name)))
    }

    /// The message.
    var message: SyncML { get throws { try SyncML(parsing: octets) } }

    /// All messages that keep to the standard, as the folder has them.
    static let all: [SyncMLFixture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".xml") && !$0.hasPrefix("seed-") }.sorted().compactMap { try? Self($0) }
    }()

    private static let folder = Repository.root.appendingPathComponent("Tests/OMADMTests/Fixtures/syncml")
}
