// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite("The command line: inspect, explain, scep explain", .enabled(if: Program.isBuilt, "the program is not built"))
struct InspectCommandTests {
    private static func fixture(_ name: String) -> String {
        Repository.root.appendingPathComponent("Tests/SealwrightInspectionTests/Fixtures/\(name)").path
    }

    @Test func `what can be read is exit 0, from a file or standard input`() async throws {
        let path = Self.fixture("certificate.pem")
        let file = try await Program.run("inspect", path)
        #expect(file.status == 0 && file.errors.isEmpty)
        #expect(file.output.contains("workstation-12"))
        let piped = try await Program.run("inspect", "-", input: try String(contentsOfFile: path, encoding: .utf8))
        #expect(piped.status == 0 && piped.output == file.output)
        let json = try await Program.run("inspect", path, "--json")
        let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(parsed?["type"] as? String == "certificate")
    }

    @Test func `what cannot be read is exit 1, and told with what to do`() async throws {
        let refused = try await Program.run("inspect", "-", input: "no certificate at all")
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(refused.errors.split(separator: "\n").count == 2 && refused.errors.contains("hint: Check that it was"))
        #expect(refused.errors.contains("[inspect.unrecognized]"))
        #expect(try await Program.run("inspect", Self.fixture("crl.pem"), "--type", "csr").status == 1)
        #expect(try await Program.run("inspect", Self.fixture("none.pem")).status == 3)
        #expect(try await Program.run("inspect", Self.fixture("crl.pem"), "--type", "p13").status == 2)
    }

    @Test func `a code is explained, a misspelt one suggested`() async throws {
        let known = try await Program.run("explain", "enrollment.challenge-expired")
        #expect(known.status == 0 && known.output.contains("What to do:"))
        let close = try await Program.run("explain", "enrolment.challenge-expire")
        #expect(close.status == 3 && close.errors.contains("did you mean enrollment.challenge-expired"))
    }

    @Test func `scep explain looks into the folder of a running server without disturbing it`() async throws {
        try await withTemporaryFolder { folder in
            let served = try await Program.serve(folder + "/data")
            let request = Self.fixture("scep-request.der")
            let explained = try await Program.run("scep", "explain", request, "--data", folder + "/data", "--json")
            let again = try await Program.run("scep", "explain", request, "--data", folder + "/data")
            let elsewhere = try await Program.run(
                "scep", "explain", request, "--data", folder + "/data", "--endpoint", "nowhere")
            let head = Data("POST /scep/nowhere?operation=PKIOperation HTTP/1.1\r\n\r\n".utf8)
            let captured = URL(fileURLWithPath: folder + "/captured")
            try (head + Data(contentsOf: URL(fileURLWithPath: request))).write(to: captured)
            let named = try await Program.run("scep", "explain", captured.path, "--data", folder + "/data")
            let ready = await RawAnswer.exchange(
                Array("GET /readyz HTTP/1.0\r\n\r\n".utf8), port: served.httpPort, seconds: 25)
            await served.stop()
            let parsed = try JSONSerialization.jsonObject(with: Data(explained.output.utf8)) as? [String: Any]
            #expect(explained.status == 1 && parsed?["failInfo"] as? String == "badMessageCheck")
            #expect(again.status == 1 && again.output.contains("strongswan-3"))
            #expect(elsewhere.status == 3)
            #expect(named.status == 3 && named.errors.contains("nowhere"), "the endpoint of the captured URL")
            #expect(ready.statuses == [200])
        }
    }
}
