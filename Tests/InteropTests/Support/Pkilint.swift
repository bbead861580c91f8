// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

/// pkilint over many files in one process, because loading its rules takes longer than applying them.
struct Pkilint {
    /// A finding of severity ERROR or FATAL.
    struct Finding: Codable, Hashable, CustomStringConvertible {
        let file: String
        let severity: String
        let code: String
        let value: String
        let message: String

        var description: String { "\(file): \(severity) \(code) \(value) \(message)" }
    }

    private let waivers: [(code: String, name: String)]

    /// Reads the waiver file: a code and the beginning of a name on each line.
    init() throws {
        let file = Repository.root.appendingPathComponent("Tests/InteropTests/pkilint-waivers.txt")
        waivers = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return line.hasPrefix("#") || words.count != 2 ? nil : (String(words[0]), String(words[1]))
        }
    }

    /// The findings in the lab's files that no waiver covers.
    ///
    /// The ending says what a file is: `pem`, `crl`, `ocsp`.
    func findings(in files: [String], of lab: Lab) async throws -> [Finding] {
        try #require(!files.isEmpty)
        let result = try await lab.run(Tool.lintPython, ["-c", Self.script] + files, within: 240)
        let lines = result.output.split(separator: "\n")
        #expect(lines.last == "linted \(files.count)", "\(result)")
        return try lines.dropLast()
            .map { try JSONDecoder().decode(Finding.self, from: Data($0.utf8)) }
            .filter { !isWaived($0) }
    }

    private func isWaived(_ finding: Finding) -> Bool {
        waivers.contains { waiver in
            let isBeginning = waiver.name.hasSuffix(":") || waiver.name.hasSuffix(".")
            let isNamed = isBeginning ? finding.value.hasPrefix(waiver.name) : finding.value == waiver.name
            return waiver.code == finding.code && isNamed
        }
    }

    /// The linters' own loaders and rules, with the value each finding is about.
    private static let script = """
        import json, sys
        from pkilint import loader
        from pkilint.pkix import certificate, crl, ocsp, name, extension
        import pkilint.pkix as pkix

        def rules():
            container = certificate.create_pkix_certificate_validator_container
            yield 'pem', loader.RFC5280CertificateDocumentLoader(), container(
                certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS), [
                    certificate.create_issuer_validator_container([]),
                    certificate.create_validity_validator_container(),
                    certificate.create_subject_validator_container([]),
                    certificate.create_extensions_validator_container([]),
                    certificate.create_spki_validator_container([])])
            parts = [pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
                pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS)]
            container = crl.create_pkix_crl_validator_container
            yield 'crl', loader.RFC5280CertificateListDocumentLoader(), container(parts, [
                crl.create_issuer_validator_container([]), crl.create_validity_validator_container([]),
                crl.create_extensions_validator_container([])])
            container = ocsp.create_pkix_ocsp_response_validator_container
            yield 'ocsp', loader.RFC6960OCSPResponseDocumentLoader(), container(
                [ocsp.create_response_decoder()] + parts, [])

        kinds = {ending: (reader, rules) for ending, reader, rules in rules()}
        for path in sys.argv[1:]:
            reader, validator = kinds[path.rsplit('.', 1)[1]]
            document = reader.load_file(open(path, 'rb'), path)
            for result in validator.validate(document.root):
                for found in result.finding_descriptions:
                    if found.finding.severity.name in ('ERROR', 'FATAL'):
                        print(json.dumps(dict(file=path, severity=found.finding.severity.name,
                            code=found.finding.code.rsplit('.', 1)[-1], value=str(result.node.pdu),
                            message=found.message or '')))
        print('linted', len(sys.argv) - 1)
        """
}
