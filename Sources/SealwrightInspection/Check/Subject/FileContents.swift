// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What a file holds: certificates and keys in the order in which they stand.
struct FileContents {
    var form = FileFacts.Form.pem
    var certificates: [CertificateView] = []
    /// The public halves of the private keys that could be opened.
    var keys: [PublicKey] = []
    /// How many private keys could not be opened.
    var closedKeys = 0
    /// Whether a password was given and does not open one of them.
    var isPasswordWrong = false
    /// What else was in it, by its name for people.
    var others: [String] = []
    var protection: String?
    var isLegacy = false
    var friendlyName: String?
    /// The certificate the file says is meant.
    private var meant: CertificateView?

    /// - Parameters:
    ///   - bundle: what a PKCS#12 holds.
    ///   - protections: how its parts are encrypted.
    init(_ bundle: CertificateBundle, protections: [PasswordBasedEncryption]) {
        form = .pkcs12
        protection = protections.isEmpty ? nil : Printable.list(Set(protections.map(\.name)).sorted())
        isLegacy = protections.contains(where: \.isLegacy)
        certificates = bundle.certificates
        meant = bundle.certificate
        friendlyName = bundle.friendlyName
        if bundle.hasLockedKey { closedKeys = 1 }
        if let key = bundle.privateKey { addKey(key) }
    }

    /// Sorts the blocks of a PEM text, or the one structure of a DER file.
    ///
    /// - Parameters:
    ///   - blocks: what was in the file.
    ///   - password: opens encrypted keys.
    ///   - limits: the work that all of those together may cost.
    /// - Throws: `FormatError` of the first block when no block can be read.
    init(
        blocks: [PEMBlock], password: [UInt8]?, limits: PKCS12Limits = .administrators
    ) throws(FormatError) {
        var firstError: FormatError?
        var budget = DerivationBudget(limits)
        for block in blocks.prefix(InspectionLimits.blocks) {
            do throws(FormatError) {
                try add(block, password: password, budget: &budget)
            } catch {
                firstError = firstError ?? error
            }
        }
        if blocks.count == 1, let only = blocks.first, only.label.isEmpty, form == .pem { form = .der }
        guard certificates.isEmpty, keys.isEmpty, closedKeys == 0, others.isEmpty else { return }
        throw firstError ?? .invalidText(reason: "there is nothing in it")
    }

    private mutating func add(
        _ block: PEMBlock, password: [UInt8]?, budget: inout DerivationBudget
    ) throws(FormatError) {
        if block.headers.contains(where: { $0.contains("ENCRYPTED") }) {
            closedKeys += 1
            return
        }
        let type = InputStructure(block.der)?.type
        switch type {
        case .certificate: certificates.append(try CertificateView(parsing: block.der))
        case .cms, .scep:
            certificates += try SignedData(parsing: block.der).certificateViews
            form = .pkcs7
        case .privateKey: addKey(try PrivateKeyInfo(parsing: block.der))
        case .encryptedPrivateKey:
            do throws(FormatError) {
                let locked = try EncryptedPrivateKeyInfo(parsing: block.der)
                guard let password else { throw .passwordNeeded("the private key") }
                addKey(try locked.decrypt(password: password, budget: &budget))
            } catch {
                closedKeys += 1
                if case .verificationFailed = error { isPasswordWrong = true }
            }
        case .some(let other): others.append(other.name)
        case nil where Self.isOther(block.label): others.append("block '\(Printable.text(block.label, limit: 60))'")
        case nil: throw .invalidText(reason: "the structure is none that is known here")
        }
    }

    /// Whether a PEM label speaks of something else than certificates: `DH PARAMETERS`, `OPENSSH PRIVATE KEY`.
    private static func isOther(_ label: String) -> Bool {
        !label.isEmpty && !["CERTIFICATE", "PKCS", "CMS"].contains { label.contains($0) }
    }

    fileprivate mutating func addKey(_ key: PrivateKeyInfo) {
        if let publicKey = try? key.material.publicKey() { keys.append(publicKey) } else { closedKeys += 1 }
    }

    /// The certificate that is meant: that of the key, else the first that is no authority's, else the first.
    var leaf: CertificateView? {
        meant ?? certificates.first { certificate in keys.contains { $0 == certificate.publicKey } }
            ?? certificates.first { !$0.isCertificateAuthority } ?? certificates.first
    }

    func keyState(for leaf: CertificateView) -> FileFacts.Key {
        if keys.contains(where: { $0 == leaf.publicKey }) { return .matching }
        if closedKeys > 0 { return .closed }
        return keys.isEmpty ? .none : .other
    }

    /// What is in it instead of a certificate.
    var description: String {
        let found = others + (keys.isEmpty && closedKeys == 0 ? [] : ["private key"])
        return found.isEmpty ? "nothing known" : Printable.list(found.prefix(5).map(Self.withArticle))
    }

    private static func withArticle(_ noun: String) -> String {
        let isVowel = noun.first.map { "aeioAEIO".contains($0) } ?? false
        return (isVowel ? "an " : "a ") + noun
    }
}
