// SPDX-License-Identifier: Apache-2.0

import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("The names that certificates send devices to")
struct HostNameTests {
    @Test(arguments: [
        "localhost", "LOCALHOST.", "pki.localhost", "localhost.localdomain", "127.0.0.1", "127.1.2.3", "::1", "0.0.0.0",
        "::", "pki",
    ])
    func `no other machine reaches this one by its own names`(name: String) {
        #expect(!MachineNames.isReachableFromElsewhere(name))
    }

    @Test(arguments: ["pki.example.test", "localhost.example.test", "192.0.2.7", "1.0.0.127", "2001:db8::1"])
    func `other names and addresses are taken as they are`(name: String) {
        #expect(MachineNames.isReachableFromElsewhere(name))
    }

    @Test(
        .enabled(if: Program.isBuilt, "the program is not built"),
        arguments: [("0.0.0.0", true), ("127.0.0.1", false)])
    func `a name of no use elsewhere is told when the folder is made, unless nobody elsewhere is listened to`(
        listen: String, isTold: Bool
    ) async throws {
        try await withTemporaryFolder { folder in
            let made = try await Program.run(
                "init", "--data", folder + "/data", "--host", "localhost", "--listen", listen, "--issuing-key",
                "ec-p256", "--root-key", "ec-p256")
            #expect(made.succeeded, "\(made.errors)")
            #expect(made.errors.contains("note: certificates will name localhost as the place of CRL") == isTold)
        }
    }
}
