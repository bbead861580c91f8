// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

extension CryptoError {
    /// The newest entry of libcrypto's error queue of this thread, which is emptied; `action` says what was tried.
    fileprivate static func libCrypto(_ action: String) -> CryptoError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return .operationFailed(action) }
        return .operationFailed("\(action): \(String(cString: reason))")
    }
}

/// Checks the result of a libcrypto call that returns 1 for success.
func requireSuccess(_ result: Int32, _ action: @autoclosure () -> String) throws(CryptoError) {
    guard result == 1 else { throw .libCrypto(action()) }
}

/// Checks the result of a libcrypto call that returns a pointer, or null when it failed.
func requireValue<Value>(_ value: Value?, _ action: @autoclosure () -> String) throws(CryptoError) -> Value {
    guard let value else { throw .libCrypto(action()) }
    return value
}

extension DigestAlgorithm {
    /// libcrypto's static description of the digest.
    var libCryptoDigest: OpaquePointer? {
        switch self {
        case .md5: EVP_md5()
        case .sha1: EVP_sha1()
        case .sha224: EVP_sha224()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
