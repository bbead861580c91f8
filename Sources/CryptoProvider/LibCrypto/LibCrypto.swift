// SPDX-License-Identifier: Apache-2.0

import CLibCrypto

/// The start of libcrypto, which every first call into it goes through.
enum LibCrypto {
    /// Starts libcrypto so that it is never cleaned up.
    ///
    /// By itself it frees everything when `exit` is called, while threads of ours may still be using it or just be
    /// ending, which frees the same memory a second time. The kernel takes all of it back anyway.
    ///
    /// Source: OpenSSL 3, OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT.
    static func prepare() { _ = isPrepared }

    private static let isPrepared = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1
}
