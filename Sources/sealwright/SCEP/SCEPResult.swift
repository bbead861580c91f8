// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP
import SealwrightCommandLine

/// What an exchange ended in, written and told.
struct SCEPResult {
    private let outcome: ClientOutcome

    init(_ outcome: ClientOutcome) { self.outcome = outcome }

    private struct Summary: Encodable {
        let subject: String
        let serial: String
        let notAfter: String?
        let certificate: String
        let key: String?
    }

    func write(certificate file: String, key: String?, json: Bool) throws(CommandFailure) {
        guard case .certificate(let der, _) = outcome else { return }
        do {
            let view = try CertificateView(parsing: der)
            try OutputFile.write(Array(PEM.encode(der, label: "CERTIFICATE").utf8), to: file)
            let summary = Summary(
                subject: view.subject.rfc4514, serial: view.serialNumber.hex, notAfter: view.notAfter?.iso8601,
                certificate: file, key: key)
            guard !json else { return Terminal.result(JSONText.of(summary)) }
            let end = view.notAfter.map { ", ends \(RelativeTime.text($0.iso8601))" } ?? ""
            Terminal.result("  ✓ Certificate  \(summary.subject), serial \(summary.serial)\(end)")
            Terminal.result("                 \(file)")
            if let key { Terminal.result("  ✓ Key          \(key)") }
        } catch let error as FormatError {
            throw CommandFailure(.internalError, code: error.code, error.description)
        } catch {
            throw CommandFailure.wrapping(error)
        }
    }
}
