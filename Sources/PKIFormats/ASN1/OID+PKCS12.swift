// SPDX-License-Identifier: Apache-2.0

// MARK: - PKCS#12: bags

extension OID {
    /// A plain private key.
    public static let pkcs12KeyBag = OID(1, 2, 840, 113549, 1, 12, 10, 1, 1)
    /// An encrypted private key.
    public static let pkcs12ShroudedKeyBag = OID(1, 2, 840, 113549, 1, 12, 10, 1, 2)
    /// A certificate.
    public static let pkcs12CertificateBag = OID(1, 2, 840, 113549, 1, 12, 10, 1, 3)
    /// A CRL.
    public static let pkcs12CRLBag = OID(1, 2, 840, 113549, 1, 12, 10, 1, 4)
    /// A secret of any kind.
    public static let pkcs12SecretBag = OID(1, 2, 840, 113549, 1, 12, 10, 1, 5)
    /// Further bags.
    public static let pkcs12SafeContentsBag = OID(1, 2, 840, 113549, 1, 12, 10, 1, 6)
    /// An X.509 certificate in a certificate bag.
    public static let pkcs12X509Certificate = OID(1, 2, 840, 113549, 1, 9, 22, 1)
    /// An SDSI certificate in a certificate bag.
    public static let pkcs12SDSICertificate = OID(1, 2, 840, 113549, 1, 9, 22, 2)
    /// An X.509 CRL in a CRL bag.
    public static let pkcs12X509CRL = OID(1, 2, 840, 113549, 1, 9, 23, 1)
    /// Microsoft: the provider that is to hold the key.
    public static let microsoftCSPName = OID(1, 3, 6, 1, 4, 1, 311, 17, 1)
    /// Microsoft: the key belongs to the machine, not to a user.
    public static let microsoftLocalKeyset = OID(1, 3, 6, 1, 4, 1, 311, 17, 2)
    /// Oracle: what a certificate without key is trusted for; without it `keytool` does not show the entry.
    public static let oracleTrustedKeyUsage = OID(2, 16, 840, 1, 113894, 746875, 1, 1)
}

// MARK: - PKCS#12 and PKCS#5: schemes

extension OID {
    /// RC4 with 128 bits under the derivation of PKCS#12.
    public static let pbeWithSHAAnd128BitRC4 = OID(1, 2, 840, 113549, 1, 12, 1, 1)
    /// RC4 with 40 bits under the derivation of PKCS#12.
    public static let pbeWithSHAAnd40BitRC4 = OID(1, 2, 840, 113549, 1, 12, 1, 2)
    /// Triple DES with three keys under the derivation of PKCS#12.
    public static let pbeWithSHAAnd3KeyTripleDESCBC = OID(1, 2, 840, 113549, 1, 12, 1, 3)
    /// Triple DES with two keys under the derivation of PKCS#12.
    public static let pbeWithSHAAnd2KeyTripleDESCBC = OID(1, 2, 840, 113549, 1, 12, 1, 4)
    /// RC2 with 128 bits under the derivation of PKCS#12.
    public static let pbeWithSHAAnd128BitRC2CBC = OID(1, 2, 840, 113549, 1, 12, 1, 5)
    /// RC2 with 40 bits under the derivation of PKCS#12.
    public static let pbeWithSHAAnd40BitRC2CBC = OID(1, 2, 840, 113549, 1, 12, 1, 6)
    /// DES under PBKDF1 with MD5.
    public static let pbeWithMD5AndDESCBC = OID(1, 2, 840, 113549, 1, 5, 3)
    /// RC2 under PBKDF1 with MD5.
    public static let pbeWithMD5AndRC2CBC = OID(1, 2, 840, 113549, 1, 5, 6)
    /// DES under PBKDF1 with SHA-1.
    public static let pbeWithSHA1AndDESCBC = OID(1, 2, 840, 113549, 1, 5, 10)
    /// RC2 under PBKDF1 with SHA-1.
    public static let pbeWithSHA1AndRC2CBC = OID(1, 2, 840, 113549, 1, 5, 11)
    /// A MAC under PBKDF2.
    public static let pbmac1 = OID(1, 2, 840, 113549, 1, 5, 14)
}

extension OID {
    /// The names of the identifiers above.
    static let pkcs12Names: [OID: String] = [
        .pkcs12KeyBag: "keyBag", .pkcs12ShroudedKeyBag: "pkcs8ShroudedKeyBag", .pkcs12CertificateBag: "certBag",
        .pkcs12CRLBag: "crlBag", .pkcs12SecretBag: "secretBag", .pkcs12SafeContentsBag: "safeContentsBag",
        .pkcs12X509Certificate: "x509Certificate", .pkcs12SDSICertificate: "sdsiCertificate",
        .pkcs12X509CRL: "x509Crl", .microsoftCSPName: "szOID_PKCS_12_KEY_PROVIDER_NAME_ATTR",
        .microsoftLocalKeyset: "szOID_LOCAL_MACHINE_KEYSET", .oracleTrustedKeyUsage: "ORACLE_TrustedKeyUsage",
        .pbeWithSHAAnd128BitRC4: "pbeWithSHAAnd128BitRC4", .pbeWithSHAAnd40BitRC4: "pbeWithSHAAnd40BitRC4",
        .pbeWithSHAAnd3KeyTripleDESCBC: "pbeWithSHAAnd3-KeyTripleDES-CBC",
        .pbeWithSHAAnd2KeyTripleDESCBC: "pbeWithSHAAnd2-KeyTripleDES-CBC",
        .pbeWithSHAAnd128BitRC2CBC: "pbeWithSHAAnd128BitRC2-CBC",
        .pbeWithSHAAnd40BitRC2CBC: "pbeWithSHAAnd40BitRC2-CBC", .pbeWithMD5AndDESCBC: "pbeWithMD5AndDES-CBC",
        .pbeWithMD5AndRC2CBC: "pbeWithMD5AndRC2-CBC", .pbeWithSHA1AndDESCBC: "pbeWithSHA1AndDES-CBC",
        .pbeWithSHA1AndRC2CBC: "pbeWithSHA1AndRC2-CBC", .pbmac1: "PBMAC1",
    ]
}
