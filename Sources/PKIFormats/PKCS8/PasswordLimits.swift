// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// The bounds on the work that parameters from a file can ask for.
public enum PasswordLimits {
    /// Rounds of PBKDF2: some seconds of work.
    ///
    /// Files written today have 600,000 to 2,000,000.
    public static let iterations = 5_000_000
    /// Octets of memory for scrypt.
    public static let scryptMemory = KeyDerivation.maximumScryptByteCount
    /// Parallel lanes of scrypt, each of which costs the whole work again; OpenSSL writes 1.
    public static let scryptParallelization = KeyDerivation.maximumScryptParallelism
    /// Octets of a salt.
    public static let salt = 1024
}
