// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SealwrightCommandLine

/// A private key that a command makes or reads from a file and uses on the spot.
struct LocalKey {
    let key: SoftwareKey

    static func generate(_ type: KeyType) throws(CommandFailure) -> LocalKey {
        do {
            return LocalKey(key: try SoftwareKey.generate(type, id: KeyID(rawValue: "local"), pool: pool))
        } catch {
            throw CommandFailure(.internalError, code: error.code, error.description)
        }
    }

    /// Takes the numbers of a key that was read already.
    static func of(_ material: PrivateKeyMaterial) throws(CommandFailure) -> LocalKey {
        do {
            return LocalKey(key: try SoftwareKey(material, id: KeyID(rawValue: "local"), pool: pool))
        } catch {
            throw CommandFailure(.usage, code: error.code, error.description)
        }
    }

    /// Reads an unencrypted PKCS#8, PKCS#1 or SEC1 key in PEM or DER.
    static func read(_ path: String) throws(CommandFailure) -> LocalKey {
        let bytes = try InputFile.read(path, limit: 1 << 20)
        do {
            guard
                let block = try PEM.sniff(bytes).first(where: { $0.label.hasSuffix("PRIVATE KEY") || $0.label.isEmpty })
            else { throw FormatError.missing("a private key") }
            let material = try PrivateKeyInfo(parsing: block.der).material
            return LocalKey(key: try SoftwareKey(material, id: KeyID(rawValue: "local"), pool: pool))
        } catch {
            throw CommandFailure(
                .usage, code: "cli.not-a-key", "\(path) holds no private key that can be read: \(error)",
                hint: "give an unencrypted PKCS#8 key, such as 'openssl genpkey' writes")
        }
    }

    /// The key as unencrypted PKCS#8.
    var pem: String {
        get throws(CommandFailure) {
            do {
                return PEM.encode(PrivateKeyInfo(try key.material()).derBytes, label: "PRIVATE KEY")
            } catch {
                throw CommandFailure(.internalError, code: error.code, error.description)
            }
        }
    }

    /// A PKCS#10 for this key.
    func certificationRequest(subject: String) throws(CommandFailure) -> [UInt8] {
        do {
            let info = CertificationRequest.prepare(
                subject: try DistinguishedName(text: subject),
                subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey), attributes: [])
            let algorithm = key.defaultSignatureAlgorithm
            return info.finish(
                signature: try key.signSynchronously(info.derBytes, algorithm: algorithm), algorithm: algorithm)
        } catch let error as FormatError {
            throw CommandFailure(
                .usage, code: error.code, "'\(subject)': \(error)", hint: "write it as CN=host,O=Example")
        } catch {
            throw CommandFailure(.internalError, code: "cli.signing-failed", String(describing: error))
        }
    }

    /// One thread suffices for a command.
    private static let pool = CryptoPool(threads: 1)
}
