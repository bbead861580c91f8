// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("The command line: a device that is lost", .enabled(if: Program.isBuilt, "the program is not built"))
struct LostDeviceTests {
    @Test func `nothing that it holds stays good, the certificate that was renewed neither`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/data"
            let server = try await Program.serve(data)
            let (key, certificate) = (folder + "/k.pem", folder + "/c.pem")
            let enrolled = try await Program.run(
                "scep", "enroll", "--data", data, "--subject", "CN=Reception-PC", "--key-out", key, "--cert-out",
                certificate)
            try #require(enrolled.succeeded, "\(enrolled.errors)")
            let renewed = try await Program.run(
                "scep", "renew", "--data", data, "--now", "--key", key, "--cert", certificate, "--key-out",
                folder + "/k2.pem", "--cert-out", folder + "/c2.pem")
            try #require(renewed.succeeded, "\(renewed.errors)")
            let other = try await Program.run(
                "scep", "enroll", "--data", data, "--subject", "CN=other", "--key-out", folder + "/k3.pem",
                "--cert-out", folder + "/c3.pem")
            try #require(other.succeeded, "\(other.errors)")

            let found = try await Program.run("device", "list", "--find", "reception", "--json", "--data", data)
            let ids = try items(found.output).compactMap { $0["id"] as? String }
            let id = try #require(ids.first)
            #expect(ids.count == 1)
            let none = try await Program.run("device", "list", "--find", "re%ion", "--data", data)
            #expect(none.output == "No device matches.\n")

            let blocked = try await Program.run("device", "block", id, "--data", data)
            #expect(blocked.output == "Reception-PC is blocked\n")
            #expect(blocked.errors.contains("its 2 certificates stay good elsewhere"), "\(blocked.errors)")
            #expect(blocked.errors.hasSuffix("certificate revoke --device \(id)\n"))
            let revoked = try await Program.run(
                "certificate", "revoke", "--device", id, "--reason", "keyCompromise", "--data", data, "--json")
            #expect(try items(revoked.output).count == 2)
            let list = try await Program.run("certificate", "list", "--data", data, "--json")
            let states = try items(list.output).map { "\($0["subject"] ?? "") \($0["status"] ?? "")" }
            #expect(states.sorted() == ["CN=Reception-PC revoked", "CN=Reception-PC revoked", "CN=other valid"])
            let trail = try await Program.run("audit", "list", "--device", id, "--json", "--data", data)
            let actions = try items(trail.output).compactMap { $0["action"] as? String }
            #expect(
                actions.sorted() == [
                    "certificate.issued", "certificate.issued", "certificate.revoked", "certificate.revoked",
                    "challenge.created", "device.blocked", "enrollment.planned", "enrollment.planned",
                ])
            #expect(!trail.output.contains("CN=other"))
            let late = try await Program.run(
                "scep", "renew", "--data", data, "--now", "--key", folder + "/k2.pem", "--cert", folder + "/c2.pem",
                "--key-out", folder + "/k4.pem", "--cert-out", folder + "/c4.pem")
            #expect(late.status == 4, "\(late.errors)")
            let refused = try await Program.run("audit", "list", "--device", id, "--json", "--data", data)
            #expect(try items(refused.output).first?["outcome"] as? String == "enrollment.signer-revoked")
            let nobody = try await Program.run("audit", "list", "--device", "d_none", "--data", data)
            #expect(nobody.status == 3 && nobody.errors.contains("there is no device d_none"))
            for digest in ["sha1", "sha256"] {
                let text = try await ForeignProgram(
                    "openssl", ["x509", "-in", folder + "/c2.pem", "-noout", "-fingerprint", "-" + digest]
                ).result().output
                let fingerprint = text.split(separator: "=").last.map { $0.trimmingCharacters(in: .newlines) } ?? ""
                let one = try await Program.run(
                    "certificate", "list", "--fingerprint", fingerprint, "--json", "--data", data)
                #expect(try items(one.output).compactMap { $0["device"] as? String } == [id], "\(one)")
            }
            let issued = try await Program.run(
                "certificate", "list", "--authority", "issuing", "--data", data, "--json")
            #expect(try items(issued.output).count == 3)
            let typed = try await Program.run("certificate", "list", "--authority", "isuing", "--data", data)
            #expect(typed.status == 3 && typed.errors.contains("there is no authority isuing"))
            let nobodys = try await Program.run("certificate", "list", "--device", "d_none", "--data", data)
            #expect(nobodys.status == 3 && nobodys.errors.contains("there is no device d_none"))
            let again = try await Program.run("certificate", "revoke", "--device", id, "--data", data)
            #expect(again.succeeded && again.output == "The device holds nothing that could be revoked.\n")
            #expect(await server.stop() == 0)
        }
    }

    @Test func `serial numbers and a device are not named together, and one of them is`() async throws {
        for wrong in [["--device", "d_1", "00ff"], []] {
            let result = try await Program.run(["certificate", "revoke"] + wrong)
            #expect(result.status == 2)
            #expect(result.errors.contains("give either serial numbers, or a device with --device"))
        }
        let unknown = try await Program.run("certificate", "revoke", "--device", "d_1", "--data", "/none")
        #expect(unknown.status == 3)
    }

    private func items(_ json: String) throws -> [[String: Any]] {
        let list = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        return try #require(list?["items"] as? [[String: Any]])
    }
}
