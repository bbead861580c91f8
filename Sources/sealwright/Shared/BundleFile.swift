// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCommandLine

/// Files with certificates and keys, in any form.
enum BundleFile {
    static func read(
        _ path: String, password: [UInt8]?, allowingUnauthenticated: Bool = false
    ) throws(CommandFailure) -> CertificateBundle {
        try read(
            try InputFile.read(path, limit: PEM.limit), named: path, password: password,
            allowingUnauthenticated: allowingUnauthenticated)
    }

    /// Reads what was in a file.
    static func read(
        _ octets: [UInt8], named path: String, password: [UInt8]?, allowingUnauthenticated: Bool = false
    ) throws(CommandFailure) -> CertificateBundle {
        do {
            return try CertificateBundle(
                reading: octets, password: password, allowingUnauthenticated: allowingUnauthenticated)
        } catch {
            throw CommandFailure(
                .bad, code: error.code, "\(path): \(error)", hint: "'sealwright inspect \(path)' shows what it is")
        }
    }

    /// A private key alone, encrypted or not, or the one beside a certificate.
    static func key(_ path: String, password: [UInt8]?) throws(CommandFailure) -> PrivateKeyInfo {
        let octets = try InputFile.read(path, limit: PEM.limit)
        do {
            return try PrivateKeyFile(reading: octets, password: password).key
        } catch {
            let hint =
                error == PrivateKeyFile.traditionalForm
                ? rewriting(path) : "'sealwright inspect \(path)' shows what it is"
            throw CommandFailure(.bad, code: error.code, "\(path): \(error)", hint: hint)
        }
    }

    /// What to do about a key in OpenSSL's traditional encrypted PEM.
    static func rewriting(_ path: String) -> String {
        "'openssl pkcs8 -topk8 -in \(path) -out NEW' writes the key in a form that is read"
    }
}
