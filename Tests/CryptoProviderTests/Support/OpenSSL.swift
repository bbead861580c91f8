// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightTesting
import Testing

/// The `openssl` command line, the independent judge of these tests.
struct OpenSSL {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs a command that must succeed; gives what it wrote on standard output.
    @discardableResult
    func run(_ arguments: String...) throws -> [UInt8] {
        try ForeignProgram.succeed("openssl", arguments).octets
    }

    /// Whether a command succeeds.
    func succeeds(_ arguments: String...) throws -> Bool { try ForeignProgram.run("openssl", arguments).succeeded }

    /// Writes a private key to a file in the form its standard gives it; the path.
    func write(_ key: SoftwareKey) throws -> String {
        try folder.write(TestDER.privateKey(try key.material()), "key.der")
    }
}
