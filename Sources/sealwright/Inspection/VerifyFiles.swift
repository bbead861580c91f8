// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine
import SealwrightInspection
import SealwrightServer
import TrustEvaluation

/// The files `sealwright verify` reads.
enum VerifyFiles {
    /// The certificates of a file, PEM or DER.
    ///
    /// A file that is checked and cannot be read is bad; one that was to help is a mistake in the command line.
    static func certificates(_ path: String, isChecked: Bool = false) throws(CommandFailure) -> [CertificateView] {
        var certificates: [CertificateView] = []
        for der in try blocks(
            path, isChecked: isChecked, labels: ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"])
        {
            do {
                certificates.append(try CertificateView(parsing: der))
            } catch {
                if (try? PFX(parsing: der)) != nil { throw bundle(path, isChecked: isChecked) }
                throw unreadable(path, error, isChecked: isChecked)
            }
        }
        if certificates.isEmpty { throw empty(path, isChecked: isChecked) }
        return certificates
    }

    static func lists(_ path: String) throws(CommandFailure) -> [RevocationList] {
        var lists: [RevocationList] = []
        for der in try blocks(path, labels: ["X509 CRL"]) {
            do {
                lists.append(try RevocationList(parsing: der))
            } catch {
                throw noList(path, ": \(error)")
            }
        }
        if lists.isEmpty { throw noList(path) }
        return lists
    }

    static func response(_ path: String) throws(CommandFailure) -> OCSPResponse {
        let octets = try InputFile.read(path, limit: InspectionLimits.octets)
        do {
            return try OCSPResponse(parsing: octets)
        } catch {
            throw CommandFailure(
                .usage, code: error.code,
                "\(Printable.text(path, limit: 200)) holds no OCSP response in DER: \(error)",
                hint: "'sealwright inspect' says what it is")
        }
    }

    /// RFC 3339, or seconds since 1970 as OpenSSL's `-attime` takes them; now without a text.
    static func time(_ text: String?) throws(CommandFailure) -> Timestamp {
        guard let text else { return SystemClock().now }
        if let seconds = Int64(text) { return Timestamp(seconds: seconds) }
        if let time = Timestamp(typed: text) { return time }
        throw CommandFailure(
            .usage, code: "cli.time", "--at: '\(Printable.text(text, limit: 80))' is no moment",
            hint: "write 2026-11-28, 2026-11-28T12:00:00Z or seconds since 1970")
    }

    static func empty(_ path: String, isChecked: Bool) -> CommandFailure {
        CommandFailure(
            isChecked ? .bad : .usage, code: "cli.no-certificate",
            "there is no certificate in \(Printable.text(path, limit: 200))",
            hint: "'sealwright inspect' says what it is")
    }

    private static func bundle(_ path: String, isChecked: Bool) -> CommandFailure {
        let name = Printable.text(path, limit: 200)
        return CommandFailure(
            isChecked ? .bad : .usage, code: "cli.no-certificate",
            "\(name) is a PKCS#12, and certificates are read in PEM and DER here",
            hint: "'sealwright pfx extract \(name) --cert-out FILE --chain-out FILE' takes them out")
    }

    private static func noList(_ path: String, _ reason: String = "") -> CommandFailure {
        CommandFailure(
            .usage, code: "cli.not-a-crl", "\(Printable.text(path, limit: 200)) holds no CRL in PEM or DER\(reason)",
            hint: "'sealwright inspect' says what it is")
    }

    private static func blocks(
        _ path: String, isChecked: Bool = false, labels: [String]
    ) throws(CommandFailure) -> [[UInt8]] {
        let octets = try InputFile.read(path)
        do {
            return try PEM.sniff(octets, limit: 64 << 20).filter { $0.label.isEmpty || labels.contains($0.label) }
                .map(\.der)
        } catch {
            throw unreadable(path, error, isChecked: isChecked)
        }
    }

    private static func unreadable(_ path: String, _ error: FormatError, isChecked: Bool = false) -> CommandFailure {
        CommandFailure(
            isChecked ? .bad : .usage, code: error.code, "\(Printable.text(path, limit: 200)): \(error)",
            hint: "'sealwright inspect' says more")
    }
}
