// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine

/// Certificates in files.
enum LocalFile {
    /// The first certificate of a PEM or DER file.
    static func certificate(_ path: String) throws(CommandFailure) -> CertificateView {
        let bytes = try InputFile.read(path, limit: 1 << 20)
        do throws(FormatError) {
            guard let block = try PEM.sniff(bytes).first(where: { $0.label == "CERTIFICATE" || $0.label.isEmpty })
            else {
                throw FormatError.missing("a certificate")
            }
            return try CertificateView(parsing: block.der)
        } catch {
            throw CommandFailure(.usage, code: error.code, "\(path) holds no certificate: \(error)")
        }
    }
}
