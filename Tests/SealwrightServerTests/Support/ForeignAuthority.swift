// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// Somebody else's authority, run by `openssl`: a root, an issuing authority under it, and `openssl ca` for requests.
struct ForeignAuthority: Sendable {
    let folder: String

    /// Makes both authorities, which live for so many days.
    init(in folder: String, name: String = "Foreign", rootDays: Int = 3_650, days: Int = 1_825) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder + "/issued", withIntermediateDirectories: true)
        try Self.configuration.write(toFile: folder + "/ca.cnf", atomically: true, encoding: .utf8)
        try "".write(toFile: folder + "/index.txt", atomically: true, encoding: .utf8)
        try "1000\n".write(toFile: folder + "/serial", atomically: true, encoding: .utf8)
        try openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days",
            "\(rootDays)", "-subj", "/CN=\(name) Root", "-config", "ca.cnf", "-extensions", "authority")
        try openssl(
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "issuing.key", "-out", "issuing.csr", "-subj",
            "/CN=\(name) Issuing", "-config", "ca.cnf")
        try openssl(
            "x509", "-req", "-in", "issuing.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days",
            "\(days)", "-out", "issuing.pem", "-extfile", "ca.cnf", "-extensions", "authority")
    }

    /// Signs a request as `openssl ca` does; `extensions` names a section of the configuration.
    func sign(
        _ request: String, to out: String, days: Int = 90, extensions: String = "server", startingBefore: Bool = false
    ) throws {
        var arguments = [
            "ca", "-batch", "-config", "ca.cnf", "-in", request, "-out", out, "-notext", "-extensions", extensions,
        ]
        // An ended one: began and ended in the past.
        arguments +=
            startingBefore
            ? ["-startdate", "20200101000000Z", "-enddate", "20200401000000Z"] : ["-days", "\(days)"]
        try openssl(arguments)
    }

    func file(_ name: String) -> String { folder + "/" + name }

    func openssl(_ arguments: String...) throws { try openssl(arguments) }

    @discardableResult
    func openssl(_ arguments: [String]) throws -> String {
        try ForeignProgram.succeed("openssl", arguments, in: URL(fileURLWithPath: folder)).text
    }

    private static let configuration = """
        [ca]
        default_ca = here
        [here]
        dir = .
        database = ./index.txt
        serial = ./serial
        new_certs_dir = ./issued
        certificate = ./issuing.pem
        private_key = ./issuing.key
        default_md = sha256
        policy = any
        unique_subject = no
        [any]
        commonName = supplied
        organizationName = optional
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = unused
        [authority]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [server]
        basicConstraints = critical,CA:FALSE
        keyUsage = critical,digitalSignature,keyEncipherment
        extendedKeyUsage = serverAuth
        subjectAltName = IP:127.0.0.1
        authorityKeyIdentifier = keyid
        [othername]
        basicConstraints = critical,CA:FALSE
        extendedKeyUsage = serverAuth
        subjectAltName = DNS:other.example.com
        [nopurpose]
        basicConstraints = critical,CA:FALSE
        subjectAltName = IP:127.0.0.1
        [clientonly]
        basicConstraints = critical,CA:FALSE
        extendedKeyUsage = clientAuth
        subjectAltName = IP:127.0.0.1
        """
}
