// SPDX-License-Identifier: Apache-2.0

/// Gathers the certificates and keys of a file of any form.
struct CertificateBundleReader {
    /// What was in the file.
    struct Findings {
        var form: CertificateBundle.Form
        var certificates: [CertificateView] = []
        var keys: [(info: PrivateKeyInfo, friendlyName: String?)] = []
        var hasLockedKey = false
        /// Whether a locked key is in OpenSSL's old form.
        var hasTraditionalKey = false
        /// The rounds of key derivation that are left for keys beside each other.
        var budget: DerivationBudget
        /// By the octets of the certificate.
        var friendlyNames: [[UInt8]: String] = [:]
        /// Parts read so far that a password opens.
        var encryptedCount = 0
    }

    let password: [UInt8]?
    let limits: PKCS12Limits
    let isUnauthenticatedAllowed: Bool

    func read(_ bytes: [UInt8]) throws(FormatError) -> Findings {
        let blocks = try PEM.sniff(bytes)
        guard let first = blocks.first else { throw .missing("a certificate") }
        let form: CertificateBundle.Form = first.label.isEmpty ? (first.der == bytes ? .der : .base64) : .pem
        var found = Findings(form: form, budget: DerivationBudget(limits))
        for block in blocks {
            guard found.certificates.count <= Self.certificateLimit else {
                throw .limitExceeded("certificates of one file", limit: Self.certificateLimit)
            }
            try read(block, into: &found)
        }
        return found
    }

    private func read(_ block: PEMBlock, into found: inout Findings) throws(FormatError) {
        if block.headers.contains(where: { $0.contains("ENCRYPTED") }) {
            // OpenSSL's old form: the key under an MD5 of the password.
            found.hasLockedKey = true
            found.hasTraditionalKey = true
            return
        }
        let shape = BundleShape(block.der)
        if shape == .pfx || shape == .encryptedPrivateKey {
            guard found.encryptedCount < Self.encryptedLimit else {
                throw .limitExceeded("encrypted parts of one file", limit: Self.encryptedLimit)
            }
            found.encryptedCount += 1
        }
        switch shape {
        case .certificate: found.certificates.append(try certificate(block))
        case .message:
            found.form = .pkcs7
            for encoded in try SignedData(parsing: block.der).certificates {
                found.certificates.append(try CertificateView(parsing: encoded))
            }
        case .pfx: try readPFX(block.der, into: &found)
        case .privateKey: found.keys.append((try PrivateKeyInfo(parsing: block.der), nil))
        case .encryptedPrivateKey: try readEncryptedKey(block.der, into: &found)
        case nil: break
        }
    }

    /// OpenSSL's `TRUSTED CERTIFICATE` carries its own settings behind the certificate.
    private func certificate(_ block: PEMBlock) throws(FormatError) -> CertificateView {
        guard block.label.hasPrefix("TRUSTED") else { return try CertificateView(parsing: block.der) }
        var reader = ASN1Reader(block.der[...])
        return try CertificateView(parsing: reader.next(.sequence))
    }

    private func readEncryptedKey(_ der: [UInt8], into found: inout Findings) throws(FormatError) {
        guard let password else {
            found.hasLockedKey = true
            return
        }
        do throws(FormatError) {
            let key = try EncryptedPrivateKeyInfo(parsing: der)
            found.keys.append((try key.decrypt(password: password, budget: &found.budget), nil))
        } catch .verificationFailed {
            throw .passwordWrong("the private key")
        } catch {
            throw error
        }
    }

    private func readPFX(_ der: [UInt8], into found: inout Findings) throws(FormatError) {
        // Each could ask for all the work that a file may.
        guard found.form != .pkcs12 else { throw .limitExceeded("PKCS#12 structures of one file", limit: 1) }
        found.form = .pkcs12
        let contents = try open(PFX(parsing: der))
        for (certificate, bag) in contents.certificates {
            found.certificates.append(certificate)
            if let name = bag.friendlyName { found.friendlyNames[certificate.encoded] = name }
        }
        for (info, bag) in contents.keys { found.keys.append((info, bag.friendlyName)) }
        if contents.hasLockedKey { found.hasLockedKey = true }
    }

    /// Without a password the empty one is tried; that it does not fit means that one is needed.
    private func open(_ pfx: PFX) throws(FormatError) -> PFXContents {
        do throws(FormatError) {
            return try pfx.open(
                password: password ?? [], limits: limits, allowingUnauthenticated: isUnauthenticatedAllowed)
        } catch .passwordWrong where password == nil {
            throw .passwordNeeded("the PKCS#12")
        } catch {
            throw error
        }
    }

    /// Parts of one file that a password opens: each may take some seconds, and real files have one.
    private static let encryptedLimit = 8
    /// Certificates of one file: more than the trust stores of all vendors together.
    private static let certificateLimit = 2000
}

/// What a structure is, as far as bundles hold it, told by the tags of its first elements.
enum BundleShape {
    case certificate
    case message
    case pfx
    case privateKey
    case encryptedPrivateKey

    /// - Returns: `nil` when it is something else, such as a CRL or a request.
    init?(_ der: [UInt8]) {
        var reader = ASN1Reader(der[...])
        guard let outer = try? reader.next(.sequence), var fields = try? outer.fields(), let first = try? fields.next()
        else { return nil }
        let second = try? fields.next()
        switch (first.tag, second?.tag) {
        case (.objectIdentifier, .context(0)): self = .message
        case (.integer, .sequence): self = (try? fields.next(.octetString)) == nil ? .pfx : .privateKey
        case (.integer, .integer), (.integer, .octetString): self = .privateKey
        case (.sequence, .octetString): self = .encryptedPrivateKey
        case (.sequence, .sequence) where Self.isCertificate(first): self = .certificate
        default: return nil
        }
    }

    /// Requests have two SEQUENCEs behind their first INTEGER, certificates of version 1 have five; a CRL has a time
    /// among its first fields.
    private static func isCertificate(_ signed: ASN1Element) -> Bool {
        guard var fields = try? signed.fields(), let first = try? fields.next() else { return false }
        if first.tag == .context(0) { return true }
        guard first.tag == .integer else { return false }
        for _ in 0..<4 {
            guard (try? fields.next(.sequence)) != nil else { return false }
        }
        return true
    }
}
