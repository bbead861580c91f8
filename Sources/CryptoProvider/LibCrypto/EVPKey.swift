// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// An RSA key inside libcrypto, public or private.
///
/// Holding on to it matters: libcrypto keeps Montgomery forms and blinding factors with the key, so the second
/// operation is cheaper than the first.
///
/// `@unchecked Sendable`: the pointer never changes, libcrypto counts references atomically and locks the caches
/// within a key, and operations do not change it otherwise.
final class EVPKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Takes over a key that libcrypto made.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    /// An RSA public key of its two numbers.
    convenience init(publicKey: RSAPublicKey) throws(CryptoError) {
        let numbers = [
            (RSAParameter.modulus, try BigNumber(publicKey.modulus)),
            (RSAParameter.publicExponent, try BigNumber(publicKey.exponent)),
        ]
        self.init(owning: try Self.makeRSAKey(numbers, selection: sealwright_selection_public_key()))
    }

    /// An RSA private key of its eight numbers.
    convenience init(privateNumbers key: RSAPrivateNumbers) throws(CryptoError) {
        let numbers = [
            (RSAParameter.modulus, try BigNumber(key.n)),
            (RSAParameter.publicExponent, try BigNumber(key.e)),
            (RSAParameter.privateExponent, try BigNumber(key.d)),
            (RSAParameter.factor1, try BigNumber(key.p)),
            (RSAParameter.factor2, try BigNumber(key.q)),
            (RSAParameter.exponent1, try BigNumber(key.dp)),
            (RSAParameter.exponent2, try BigNumber(key.dq)),
            (RSAParameter.coefficient, try BigNumber(key.qInv)),
        ]
        for (_, number) in numbers { number.withPointer { sealwright_bn_set_secret($0) } }
        self.init(owning: try Self.makeRSAKey(numbers, selection: sealwright_selection_key_pair()))
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Generates an RSA key with the public exponent 65537.
    static func generateRSA(bitCount: Int32) throws(CryptoError) -> EVPKey {
        LibCrypto.prepare()
        let context = try requireValue(EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), "preparing key generation")
        defer { EVP_PKEY_CTX_free(context) }
        try requireSuccess(EVP_PKEY_keygen_init(context), "preparing key generation")
        try requireSuccess(EVP_PKEY_CTX_set_rsa_keygen_bits(context, bitCount), "choosing the key size")
        var key: OpaquePointer?
        try requireSuccess(EVP_PKEY_generate(context, &key), "generating a key")
        return EVPKey(owning: try requireValue(key, "generating a key"))
    }

    /// Runs a call with the pointer, which is valid until the call ends.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { body(pointer) }
    }

    /// One of the key's numbers.
    func number(_ parameter: RSAParameter) throws(CryptoError) -> [UInt8] {
        var number: OpaquePointer?
        try requireSuccess(
            withPointer { EVP_PKEY_get_bn_param($0, parameter.name, &number) },
            "reading the number \(parameter.text)")
        return BigNumber(owning: try requireValue(number, "reading the number \(parameter.text)")).magnitude
    }

    private static func makeRSAKey(
        _ numbers: [(parameter: RSAParameter, value: BigNumber)], selection: Int32
    ) throws(CryptoError) -> OpaquePointer {
        LibCrypto.prepare()
        let builder = try requireValue(OSSL_PARAM_BLD_new(), "allocating key parameters")
        defer { OSSL_PARAM_BLD_free(builder) }
        for (parameter, value) in numbers {
            try requireSuccess(
                value.withPointer { OSSL_PARAM_BLD_push_BN(builder, parameter.name, $0) },
                "setting the number \(parameter.text)")
        }
        // The builder only refers to the numbers until here.
        let parameters = try requireValue(
            withExtendedLifetime(numbers) { OSSL_PARAM_BLD_to_param(builder) }, "building key parameters")
        defer { OSSL_PARAM_free(parameters) }
        let context = try requireValue(EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), "preparing a key")
        defer { EVP_PKEY_CTX_free(context) }
        try requireSuccess(EVP_PKEY_fromdata_init(context), "preparing a key")
        var key: OpaquePointer?
        try requireSuccess(
            EVP_PKEY_fromdata(context, &key, selection, parameters), "taking in the key's numbers")
        return try requireValue(key, "taking in the key's numbers")
    }
}

/// The name libcrypto has for a number of an RSA key.
///
/// libcrypto keeps the address of a name while parameters are built, so the text is static.
///
/// Source: OpenSSL 3, EVP_PKEY-RSA(7).
struct RSAParameter: Sendable {
    static let modulus = RSAParameter(text: "n")
    static let publicExponent = RSAParameter(text: "e")
    static let privateExponent = RSAParameter(text: "d")
    static let factor1 = RSAParameter(text: "rsa-factor1")
    static let factor2 = RSAParameter(text: "rsa-factor2")
    static let exponent1 = RSAParameter(text: "rsa-exponent1")
    static let exponent2 = RSAParameter(text: "rsa-exponent2")
    static let coefficient = RSAParameter(text: "rsa-coefficient1")

    let text: StaticString

    var name: UnsafePointer<CChar> { text.cString }
}

extension StaticString {
    /// The text as C reads it; a literal ends with a zero octet and never goes away.
    var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}
