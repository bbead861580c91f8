// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// How a part of a PKCS#12 or a key in it is encrypted under the password.
public struct PasswordBasedEncryption: Hashable, Sendable {
    private enum Scheme: Hashable, Sendable {
        case pbes2(PBES2)
        case pkcs12(PKCS12Scheme)
        case pbes1(PBES1)
    }

    private let scheme: Scheme

    init(_ scheme: PBES2) { self.scheme = .pbes2(scheme) }

    init(_ scheme: PKCS12Scheme) { self.scheme = .pkcs12(scheme) }

    /// Reads the AlgorithmIdentifier of PBES2, of PKCS#12's own schemes or of PKCS#5 version 1.5.
    ///
    /// - Throws: ``FormatError/unsupportedAlgorithm(_:)`` for anything else, RC4 among it; other cases when a parameter
    ///   is malformed or over its limit.
    public init(parsing algorithm: AlgorithmIdentifier) throws(FormatError) {
        if let scheme = try PKCS12Scheme(parsing: algorithm) {
            self.scheme = .pkcs12(scheme)
        } else if let scheme = try PBES1(parsing: algorithm) {
            self.scheme = .pbes1(scheme)
        } else {
            scheme = .pbes2(try PBES2(parsing: algorithm, allowingLegacy: true))
        }
    }

    /// Scheme, cipher and derivation in the words of the standards: `PBES2, aes256-CBC, PBKDF2 with HMAC-SHA256`.
    public var name: String {
        switch scheme {
        case .pbes2(let scheme): "PBES2, \(scheme.encryption.name), \(scheme.derivation.name)"
        case .pkcs12(let scheme): scheme.cipher.oid.nameOrDotted
        case .pbes1(let scheme): scheme.oid.nameOrDotted
        }
    }

    /// Rounds of the derivation; for scrypt its cost.
    public var iterations: Int {
        switch scheme {
        case .pbes2(let scheme): scheme.derivation.work(keyLength: 1).iterations
        case .pkcs12(let scheme): scheme.parameters.iterations
        case .pbes1(let scheme): scheme.parameters.iterations
        }
    }

    /// Whether derivation or cipher is older than AES; such a file keeps nobody out who has some time.
    public var isLegacy: Bool {
        guard case .pbes2(let scheme) = scheme else { return true }
        if case .content(let encryption) = scheme.encryption { return encryption.cipher.isLegacy }
        return true
    }

    /// Whether trying every key, not only every password, is within anyone's reach.
    public var isBroken: Bool {
        switch scheme {
        case .pbes2(let scheme): scheme.encryption.keyByteCount <= 8
        case .pkcs12(let scheme): scheme.cipher == .rc2Bits40
        case .pbes1: true
        }
    }

    /// The AlgorithmIdentifier as it is written.
    var algorithmIdentifier: AlgorithmIdentifier {
        switch scheme {
        case .pbes2(let scheme): scheme.algorithmIdentifier
        case .pkcs12(let scheme): scheme.algorithmIdentifier
        case .pbes1(let scheme): AlgorithmIdentifier(oid: scheme.oid, parameters: scheme.parameters.derBytes)
        }
    }

    /// Decrypts with each form of the password until one gives a whole SEQUENCE, which is what every content is.
    ///
    /// - Returns: the content, `nil` when no form fits.
    func decrypt(
        _ ciphertext: [UInt8], password forms: [PKCS12Password.Form], budget: inout DerivationBudget
    ) throws(FormatError) -> [UInt8]? {
        for attempt in attempts(forms) {
            do throws(FormatError) {
                let plain = try decrypt(ciphertext, attempt, &budget)
                if let element = try? ASN1Element(parsing: plain), element.tag == .sequence { return plain }
            } catch .verificationFailed {
                continue
            }
        }
        return nil
    }

    func encrypt(_ content: [UInt8], password: PKCS12Password.Form) throws(FormatError) -> [UInt8] {
        switch scheme {
        case .pbes2(let scheme): try scheme.encrypt(content, password: password.octets)
        case .pkcs12(let scheme): try scheme.encrypt(content, password: password)
        case .pbes1(let scheme): throw .unsupportedAlgorithm(scheme.oid)
        }
    }

    /// The forms that differ for this scheme, each once.
    private func attempts(_ forms: [PKCS12Password.Form]) -> [PKCS12Password.Form] {
        var attempts: [PKCS12Password.Form] = []
        for form in forms {
            let wanted: [PKCS12Password.Form]
            switch scheme {
            case .pbes2: wanted = form.forPBES2.map { PKCS12Password.Form(bmpString: [], octets: $0) }
            case .pkcs12: wanted = [PKCS12Password.Form(bmpString: form.bmpString, octets: [])]
            case .pbes1: wanted = [PKCS12Password.Form(bmpString: [], octets: form.octets)]
            }
            for attempt in wanted where !attempts.contains(attempt) { attempts.append(attempt) }
        }
        return attempts
    }

    private func decrypt(
        _ ciphertext: [UInt8], _ password: PKCS12Password.Form, _ budget: inout DerivationBudget
    ) throws(FormatError) -> [UInt8] {
        switch scheme {
        case .pbes2(let scheme):
            let work = scheme.derivation.work(keyLength: scheme.encryption.keyByteCount)
            try budget.charge(work.iterations, blocks: work.blocks)
            return try scheme.decrypt(ciphertext, password: password.octets)
        case .pkcs12(let scheme): return try scheme.decrypt(ciphertext, password: password, budget: &budget)
        case .pbes1(let scheme):
            return try scheme.decrypt(ciphertext, password: password.octets, budget: &budget)
        }
    }
}

extension PasswordCipher {
    fileprivate var name: String {
        switch self {
        case .content(let encryption): encryption.cipher.oid.nameOrDotted
        case .rc2(let effectiveBits, _): "\(OID.rc2CBC.nameOrDotted) of \(effectiveBits) bits"
        }
    }
}

extension PasswordDerivation {
    /// `PBKDF2 with HMAC-SHA256`, `scrypt`.
    var name: String {
        switch self {
        case .pbkdf2(_, _, let digest): "PBKDF2 with HMAC-\(digest.rawValue.uppercased())"
        case .scrypt: "scrypt"
        }
    }
}
