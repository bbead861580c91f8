// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Hummingbird
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

// What comes in from elsewhere: an authority with its key, or the key of one that was offline.

extension AuthoritiesAPI {
    private struct ImportRequest: Codable {
        /// The authority's certificate and those above it, PEM; in any order without a key.
        var certificates: String
        /// PKCS#8, PEM, encrypted or not; none for the answer to a request that was made here.
        var key: String?
        var password: String?
        /// The authority's last CRL from where it was before, PEM or base64 of DER.
        var crl: String?
        /// Whether it issues at once; otherwise it is staged as the successor.
        var activate: Bool?
        /// Whether it does although managed devices do not trust its root.
        var strandingIsAccepted: Bool?
    }

    /// Octets; as many as the listener takes at all, for a CRL of 5 MiB in PEM, which has some 130,000 lines.
    private static let importLimit = OMADMEndpoint.requestLimit

    func importAuthority(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let wish = try await request.json(ImportRequest.self, limit: Self.importLimit)
        guard let blocks = try? PEM.decode(Array(wish.certificates.utf8)) else {
            throw ProblemDocument.invalid("certificates", "is not PEM")
        }
        let certificates = blocks.filter { $0.label == "CERTIFICATE" }.map(\.der)
        guard let first = certificates.first else {
            throw ProblemDocument.invalid("certificates", "has no certificate")
        }
        if wish.activate ?? false, !(wish.strandingIsAccepted ?? false) {
            try await demandTrust(in: certificates.compactMap { try? CertificateView(parsing: $0) })
        }
        let imported = ImportedAuthority(
            certificate: first, key: try wish.key.map { try Self.key($0, wish.password) },
            chain: Array(certificates.dropFirst()),
            revocationList: try wish.crl.map { try Self.revocationList($0) }, isActive: wish.activate ?? false)
        do {
            let taken = try await middle.ceremony.importAuthority(imported, by: context.actor)
            await middle.issuingChanged()
            return try JSON.response(document(taken), status: .created)
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    private static func revocationList(_ text: String) throws -> [UInt8] {
        let blocks = (try? PEM.sniff(Array(text.utf8))) ?? []
        guard let block = blocks.first(where: { $0.label.isEmpty || $0.label == "X509 CRL" }) else {
            throw ProblemDocument.invalid("crl", "is not a CRL in PEM or base64")
        }
        return block.der
    }

    private struct KeyRequest: Codable {
        /// PKCS#8, PEM, encrypted or not.
        var key: String
        var password: String?
    }

    func restoreKey(_ request: Request, _ context: ListenerContext) async throws -> Response {
        let authority = try authority(context)
        let wish = try await request.json(KeyRequest.self)
        guard authority.key == nil else {
            throw ProblemDocument(
                code: "crypto.key-exists", status: .conflict,
                detail: "the key of authority \(authority.id) is here already",
                hint: "There is nothing to bring back; `sealwright ca list` shows whose key is offline.")
        }
        do {
            let restored = try await middle.ceremony.restoreKey(
                try Self.key(wish.key, wish.password), to: authority.id, by: context.actor)
            return try JSON.response(document(restored))
        } catch let error as AuthorityError {
            throw Self.problem(error)
        }
    }

    /// A private key out of PEM.
    private static func key(_ text: String, _ password: String?) throws -> PrivateKeyMaterial {
        guard let block = try? PEM.sniff(Array(text.utf8)).first(where: { $0.label.hasSuffix("PRIVATE KEY") }) else {
            throw ProblemDocument.invalid("key", "is no private key in PEM")
        }
        do {
            guard block.label == "ENCRYPTED PRIVATE KEY" else { return try PrivateKeyInfo(parsing: block.der).material }
            guard let password else {
                throw ProblemDocument.invalid("password", "is missing, and the key is encrypted")
            }
            return try EncryptedPrivateKeyInfo(parsing: block.der).decrypt(password: Array(password.utf8)).material
        } catch let error as FormatError {
            throw ProblemDocument.invalid("key", error.description)
        }
    }
}
