// SPDX-License-Identifier: Apache-2.0

/// For whom a PKCS#12 is written.
public enum PFXProfile: String, Sendable, Hashable, CaseIterable, Codable {
    /// PBES2 with AES-256-CBC and HMAC-SHA-256, MAC with SHA-256: Windows 10 1709 and Server 2019, macOS 10.15 and
    /// iOS 13, Java 8u301, OpenSSL 1.0, NSS and GnuTLS of the last ten years, and later.
    case modern
    /// Triple DES and SHA-1 for everything: what Windows 7 to 8.1, Server 2008 to 2016 and old appliances read.
    ///
    /// Weak: good for a transfer over a protected way under a long random password, not for keeping.
    case windows7 = "windows-7"

    /// Rounds of each of the three derivations.
    ///
    /// Together they stay under the 600,000 rounds beyond which .NET of 2023 refuses a file, and each stays under the
    /// 300,000 of .NET 9.
    static let iterations = 150_000
}
