// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An RSA private key inside libcrypto.
///
/// The numbers live in libcrypto's memory, which is cleared when the key is freed.
final class RSAPrivateKey: Sendable {
    let publicKey: RSAPublicKey

    private let key: EVPKey
    private let rejection: ImplicitRejection
    /// Guards the contexts that are set up and idle.
    ///
    /// At most ``idleLimit`` of each kind are kept, of which only
    /// as many ever exist as threads worked at the same time.
    private let idle = Mutex<[RSAContext.Operation: [RSAContext]]>([:])

    /// Takes in the numbers of a key.
    ///
    /// - Throws: ``CryptoError/invalidKey(_:)`` when they do not belong together.
    convenience init(_ numbers: RSAPrivateNumbers) throws(CryptoError) {
        let publicKey = try RSAPublicKey(modulus: numbers.n, exponent: numbers.e)
        try Self.checkEquations(numbers, of: publicKey)
        try self.init(try EVPKey(privateNumbers: numbers), publicKey: publicKey, secret: numbers.d)
        try checkPair()
    }

    /// Generates a key.
    convenience init(generatingBitCount bitCount: Int32) throws(CryptoError) {
        let key = try EVPKey.generateRSA(bitCount: bitCount)
        let publicKey = try RSAPublicKey(
            modulus: try key.number(.modulus), exponent: try key.number(.publicExponent))
        var secret = try key.number(.privateExponent)
        defer { SecretBytes.wipe(&secret) }
        try self.init(key, publicKey: publicKey, secret: secret)
    }

    private init(_ key: EVPKey, publicKey: RSAPublicKey, secret: [UInt8]) throws(CryptoError) {
        self.key = key
        self.publicKey = publicKey
        rejection = ImplicitRejection(privateExponent: secret)
    }

    /// Signs with one of the RSA algorithms.
    func sign(digest: [UInt8], algorithm: SignatureAlgorithm) throws(CryptoError) -> [UInt8] {
        try withContext(.sign(algorithm)) { (context) throws(CryptoError) in
            try context.sign(digest, modulusByteCount: publicKey.modulus.count)
        }
    }

    /// Decrypts a content key with implicit rejection; see ``PrivateKey/unwrap(_:transport:keyLength:)``.
    func unwrap(
        _ encryptedKey: [UInt8], transport: KeyTransport, keyLength: Int
    ) throws(CryptoError) -> [UInt8] {
        let modulus = publicKey.modulus
        guard (1...max(1, transport.maximumMessageByteCount(modulusByteCount: modulus.count))).contains(keyLength)
        else {
            throw .invalidParameter("a key of \(keyLength) octets cannot be transported by \(publicKey.bitCount) bits")
        }
        let synthetic = rejection.syntheticKey(for: encryptedKey, length: keyLength)
        let isInRange = encryptedKey.count == modulus.count && encryptedKey.lexicographicallyPrecedes(modulus)
        let ciphertext = isInRange ? encryptedKey : standIn(for: modulus)
        switch transport {
        case .pkcs1v15:
            let encoded = try withContext(.decryptRaw) { (context) in context.decrypt(ciphertext) }
            return ImplicitRejection.unpad(
                encoded ?? [], modulusByteCount: modulus.count, isInRange: isInRange, orElse: synthetic)
        case .oaep:
            let message = try withContext(.decrypt(transport)) { (context) in context.decrypt(ciphertext) }
            guard isInRange, let message, message.count == keyLength else { return synthetic }
            return message
        }
    }

    /// The numbers of the key.
    func numbers() throws(CryptoError) -> RSAPrivateNumbers {
        RSAPrivateNumbers(
            n: publicKey.modulus, e: publicKey.exponent, d: try key.number(.privateExponent),
            p: try key.number(.factor1), q: try key.number(.factor2),
            dp: try key.number(.exponent1), dq: try key.number(.exponent2), qInv: try key.number(.coefficient))
    }

    /// The number two, as long as the modulus: work for a ciphertext that cannot be one.
    private func standIn(for modulus: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: modulus.count - 1) + [2]
    }

    private func withContext<Result>(
        _ operation: RSAContext.Operation, _ body: (RSAContext) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        let context: RSAContext
        if let known = idle.withLock({ $0[operation]?.popLast() }) {
            context = known
        } else {
            context = try RSAContext(key, operation)
        }
        let result = try body(context)
        idle.withLock { idle in
            guard idle.count < Self.operationLimit || idle[operation] != nil else { return }
            guard idle[operation, default: []].count < Self.idleLimit else { return }
            idle[operation, default: []].append(context)
        }
        return result
    }

    /// More than the threads of any machine this is worth caching for.
    private static let idleLimit = 64
    /// PSS parameters may come from outside; a handful of operations is what a key is used for.
    private static let operationLimit = 8
}

extension RSAPrivateKey {
    /// The numbers must fulfil the equations of RFC 8017, section 3.2; whether the factors are prime shows in
    /// ``checkPair()``.
    private static func checkEquations(
        _ numbers: RSAPrivateNumbers, of publicKey: RSAPublicKey
    ) throws(CryptoError) {
        let parts = [numbers.d, numbers.p, numbers.q, numbers.dp, numbers.dq, numbers.qInv]
        guard parts.allSatisfy({ !$0.isEmpty && $0.count <= publicKey.modulus.count + 1 }) else {
            throw .invalidKey("an RSA private key needs all its numbers, none longer than the modulus")
        }
        let scratch = try BigNumberScratch()
        let (p, q, d) = (try BigNumber(numbers.p), try BigNumber(numbers.q), try BigNumber(numbers.d))
        guard p.bitCount > 1, q.bitCount > 1 else { throw .invalidKey("an RSA factor is not a prime") }
        let result = try BigNumber()
        try result.setProduct(p, q, scratch)
        guard result.magnitude == publicKey.modulus else {
            throw .invalidKey("the RSA modulus is not the product of the primes")
        }
        for (factor, exponent) in [(p, numbers.dp), (q, numbers.dq)] {
            let order = try BigNumber(factor.magnitude)
            try order.subtract(try BigNumber([1]))
            try result.setRemainder(d, order, scratch)
            guard result.magnitude == Array(exponent.drop(while: { $0 == 0 })) else {
                throw .invalidKey("an RSA exponent does not belong to its prime")
            }
        }
        try result.setProduct(q, try BigNumber(numbers.qInv), scratch)
        try result.setRemainder(result, p, scratch)
        guard result.magnitude == [1] else { throw .invalidKey("the RSA coefficient does not belong to the primes") }
    }

    /// What the private half signs the public half must verify.
    private func checkPair() throws(CryptoError) {
        let digest = DigestAlgorithm.sha256.hash([])
        let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
        guard let signature = try? sign(digest: digest, algorithm: algorithm),
            publicKey.isValidSignature(signature, ofDigest: digest, algorithm: algorithm)
        else { throw .invalidKey("the RSA private numbers do not belong to the modulus") }
    }
}
