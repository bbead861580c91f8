// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightTesting

/// Where the files of others are.
enum VectorFiles {
    /// Whether to run: in CI the vectors must be there.
    static var areVectorsExpected: Bool { Repository.cryptographyVectors != nil || Repository.isContinuousIntegration }

    static func cryptographyVector(_ name: String) throws -> [UInt8] {
        guard let folder = Repository.cryptographyVectors else { throw CocoaError(.fileNoSuchFile) }
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A file of this repository, `Tests/Fixtures/pkcs12`.
    static func fixture(_ name: String) throws -> [UInt8] {
        try PEM.decode(Repository.octets("Tests/Fixtures/pkcs12/\(name)")).first?.der ?? []
    }
}
