// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite("An issuing authority under a root that OpenSSL keeps", .needs("openssl", "curl"))
    struct ForeignRootTests {
        @Test(arguments: ["pem", "der", "p7b"])
        func `its request is signed by openssl ca, its answer taken in, and devices chain to that root`(
            form: String
        ) async throws {
            try await Lab.run { lab in
                try await lab.makeForeignRoot()
                try await lab.sealwright("ca", "csr", "--subject", "CN=Acme Issuing 1,O=Acme", "--out", "issuing.csr")
                #expect(try await lab.sealwright("ca", "csr", "list").contains("Acme Issuing 1"))
                try await lab.signRequest()
                let made: [String] =
                    switch form {
                    case "der": ["--certificate", "answer.der", "--chain", "foreign.pem"]
                    case "p7b": ["--certificate", "answer.p7b"]
                    default: ["--certificate", "answer.pem", "--chain", "foreign.pem"]
                    }
                try await lab.run(Tool.sealwright, ["ca", "import", "--activate", "--data", "data"] + made)
                #expect(try await lab.sealwright("ca", "csr", "list") == "No request waits.")

                try await lab.sealwright(
                    "scep", "enroll", "--subject", "CN=under-acme", "--key-out", "d.key", "--cert-out", "d.pem")
                try await lab.run("curl", "-fs", "-o", "i.crl", "\(lab.http)/crl/issuing-2.crl")
                try await lab.run("openssl", "crl", "-inform", "der", "-in", "i.crl", "-out", "i.pem")
                try await lab.run(
                    "openssl", "verify", "-x509_strict", "-crl_check", "-CAfile", "foreign.pem", "-untrusted",
                    "answer.pem", "-CRLfile", "i.pem", "d.pem")
                // The certificates from before are still told of, and renewed under the new authority.
                #expect(try await lab.sealwright("ca", "list").contains("retired"))
                // The root that devices trust is the one above what issues.
                #expect(try await lab.sealwright("ca", "root", "--json").contains(#""id":"root-2""#))
                try await lab.sealwright("ca", "rotate", "--stage")
                try await lab.sealwright("ca", "rotate", "--yes")
                #expect(try await lab.sealwright("ca", "root", "--json").contains(#""id":"root""#))
            }
        }

        @Test func `an authority that comes with its key is said to be unknown in what it did before`() async throws {
            try await Lab.run { lab in
                try await lab.makeForeignRoot()
                try await lab.run(
                    "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "theirs.key", "-out", "issuing.csr",
                    "-config", "ca.cnf", "-subj", "/CN=Theirs")
                try await lab.signRequest()
                let taken = try await lab.run(
                    Tool.sealwright, "ca", "import", "--data", "data", "--certificate", "answer.pem", "--chain",
                    "foreign.pem", "--key", "theirs.key", "--activate")
                #expect(taken.errors.contains("certified or revoked elsewhere is not known here"), "\(taken)")
            }
        }

        @Test func `name constraints of the answer bind what is issued`() async throws {
            try await Lab.run { lab in
                let narrow = "nameConstraints=critical,permitted;DNS:acme.example"
                try await lab.makeForeignRoot(constraints: narrow + ",permitted;IP:10.0.0.0/255.0.0.0")
                try await lab.sealwright("ca", "csr", "--out", "issuing.csr")
                try await lab.signRequest()
                let refused = try await lab.run(
                    Tool.sealwright, "ca", "import", "--data", "data", "--certificate", "answer.p7b", mayFail: true)
                #expect(refused.status == 5)
                #expect(refused.errors.contains("its nameConstraints leave out this server"))
                // The request still waits.
                try await lab.makeForeignRoot(constraints: narrow + ",permitted;IP:127.0.0.1/255.255.255.255")
                try await lab.signRequest()
                try await lab.sealwright("ca", "import", "--certificate", "answer.p7b", "--activate")
                for (name, isGood) in [("a.acme.example", true), ("a.other.example", false)] {
                    let result = try await lab.run(
                        Tool.sealwright, "scep", "enroll", "--data", "data", "--subject", "CN=x", "--san",
                        "DNS:\(name)", "--key-out", "\(name).key", "--cert-out", "\(name).pem", mayFail: true)
                    #expect(result.succeeded == isGood, "\(result)")
                }
                try await lab.run(
                    "openssl", "verify", "-x509_strict", "-CAfile", "foreign.pem", "-untrusted", "answer.pem",
                    "a.acme.example.pem")
            }
        }

        @Test func `an answer nobody asked for is refused, and a request can be given up`() async throws {
            try await Lab.run { lab in
                try await lab.makeForeignRoot()
                try await lab.sealwright("ca", "csr", "--key", "ec-p256", "--out", "issuing.csr")
                try await lab.signRequest()
                let id = try #require(
                    try await lab.sealwright("ca", "csr", "list").split(whereSeparator: \.isWhitespace)
                        .first { $0.hasPrefix("issuing-") })
                try await lab.sealwright("ca", "csr", "discard", String(id), "--yes")
                let result = try await lab.run(
                    Tool.sealwright, "ca", "import", "--data", "data", "--certificate", "answer.p7b", mayFail: true)
                #expect(result.status == 5)
                #expect(result.errors.contains("no request of this server waits"))
            }
        }
    }
}

extension Lab {
    /// A root of `openssl req` and the configuration by which `openssl ca` signs authorities.
    fileprivate func makeForeignRoot(constraints: String = "") async throws {
        try write(
            """
            [ca]
            default_ca=root
            [root]
            database=index.txt
            new_certs_dir=.
            serial=serial.txt
            certificate=foreign.pem
            private_key=foreign.key
            default_md=sha256
            default_days=365
            policy=any
            x509_extensions=authority
            [any]
            commonName=supplied
            organizationName=optional
            [authority]
            basicConstraints=critical,CA:TRUE,pathlen:0
            keyUsage=critical,keyCertSign,cRLSign
            subjectKeyIdentifier=hash
            authorityKeyIdentifier=keyid
            \(constraints)
            [req]
            distinguished_name=name
            [name]

            """, to: "ca.cnf")
        try write("", to: "index.txt")
        try write("1000\n", to: "serial.txt")
        try await run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "foreign.key", "-out",
            "foreign.pem", "-days", "3650", "-config", "ca.cnf", "-subj", "/O=Acme/CN=Acme Root", "-addext",
            "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    }

    /// Signs `issuing.csr`: `answer.pem` with OpenSSL's text before it, `answer.der`, `answer.p7b` with the chain.
    fileprivate func signRequest() async throws {
        try await run("openssl", "req", "-in", "issuing.csr", "-noout", "-verify")
        try await run("openssl", "ca", "-batch", "-config", "ca.cnf", "-in", "issuing.csr", "-out", "answer.pem")
        try await run("openssl", "x509", "-in", "answer.pem", "-outform", "der", "-out", "answer.der")
        // The root first: what answers the request is told by its key.
        try await run(
            "openssl", "crl2pkcs7", "-nocrl", "-certfile", "foreign.pem", "-certfile", "answer.pem", "-outform",
            "der", "-out", "answer.p7b")
    }
}
