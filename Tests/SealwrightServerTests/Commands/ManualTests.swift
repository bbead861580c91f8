// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

@Suite(
    "The manual: a page for each command",
    .enabled(if: Program.isBuilt && ForeignProgram.areExpected("groff"), "needs the built programs and groff"))
struct ManualTests {
    @Test(arguments: ["sealwright", "sealwright-agent"])
    func `groff reads every page without a warning, and they lead to each other`(program: String) async throws {
        try await withTemporaryFolder { folder in
            let written = try await ForeignProgram(Program.neighbour(program), ["man", folder, "--json"]).result()
            try #require(written.succeeded, "\(written)")
            let pages = try JSONDecoder().decode(Written.self, from: Data(written.output.utf8)).pages
            #expect(pages.count > 20 && pages.contains("\(program).1"))
            #expect(Set(pages) == Set(try FileManager.default.contentsOfDirectory(atPath: folder)))
            let formatted = try await ForeignProgram(
                "groff", ["-man", "-Tutf8", "-ww"] + pages.map { folder + "/" + $0 }, environment: ["GROFF_NO_SGR": "1"]
            ).result()
            #expect(formatted.succeeded && formatted.errors.isEmpty, "\(formatted.errors.prefix(2_000))")
            let named = Set(formatted.output.matches(of: /(sealwright[a-z-]*)\(1\)/).map { $0.1 + ".1" })
            #expect(named.subtracting(pages.map { $0[...] }).isSubset(of: ["sealwright.1", "sealwright-agent.1"]))
        }
    }

    @Test func `a page has the names, values, defaults and examples that help has`() async throws {
        try await withTemporaryFolder { folder in
            try #require(try await Program.run("man", folder + "/man/man1").succeeded)
            let page = try await ForeignProgram(
                "groff", ["-man", "-Tascii", "-P-c", "-P-b", "-P-u", folder + "/man/man1/sealwright-scep-enroll.1"]
            ).result()
            let text = page.output.replacing(/\s+/, with: " ")
            for words in [
                "sealwright-scep-enroll - Make a key and get a certificate for it SYNOPSIS",
                "sealwright scep enroll [options] --subject subject DESCRIPTION",
                "sealwright scep enroll --url http://pki.example.test:8080/scep/default \\ --challenge C --subject CN=laptop-7",
                "--key-bits key-bits The new key's size: 2048, 3072 or 4096 bits of RSA. (default: 2048)",
                "-h, --help Show help information.",
                "5 In the way: it exists already, or is in another state.",
                "SEE ALSO sealwright-scep(1)",
            ] {
                #expect(text.contains(words), "\(words) is not in\n\(page)")
            }
        }
    }

    @Test func `a folder that cannot be written is told with the reason`() async throws {
        let result = try await Program.run("man", "/dev/null/man1")
        #expect(result.status == 6)
        #expect(result.errors.contains("cannot write manual pages to /dev/null/man1: Not a directory"), "\(result)")
        #expect(result.errors.contains("hint: "))
    }

    private struct Written: Decodable { let pages: [String] }
}
